using RadZ.Text.Sequences;

namespace RadZ.Model.Generation;

/// <summary>What a row of a generation begins with.</summary>
/// <param name="Sequence">The tokens, as a chat template writes them.</param>
/// <param name="Image">Which of the images stands at its image positions.</param>
sealed record Prompt(TokenSequence Sequence, int Image = 0)
{
    /// <summary>
    /// Positions that all prompts begin with: equal tokens, and the same image. At least one position of each prompt stays behind them,
    /// and an image is never cut in two.
    /// </summary>
    public static int CommonLength(IReadOnlyList<Prompt> prompts)
    {
        var first = prompts[0];
        var most = prompts.Min(p => p.Sequence.Length) - 1;
        var length = 0;
        while (length < most && prompts.All(p =>
            p.Sequence.Ids[length] == first.Sequence.Ids[length] && p.Sequence.Roles[length] == first.Sequence.Roles[length]
            && (p.Sequence.Roles[length] != TokenRole.Image || p.Image == first.Image))) length++;
        if (length > 0 && first.Sequence.Roles[length] == TokenRole.Image)
            while (length > 0 && first.Sequence.Roles[length - 1] == TokenRole.Image) length--;
        return length;
    }

    /// <summary>The positions from <paramref name="start"/> on, up to <paramref name="end"/>.</summary>
    public Prompt Part(int start, int end) => this with { Sequence = new(Sequence.Ids[start..end], Sequence.Roles[start..end]) };

    /// <summary>
    /// The images [R, V, D] at the image positions of prompts, in their order, out of all [I, V, D]; null where there are none.
    /// </summary>
    public static Tensor? PatchesOf(IReadOnlyList<Prompt> prompts, Tensor? patches_IVD)
    {
        long[] images = [.. prompts.Where(p => p.Sequence.Roles.Contains(TokenRole.Image)).Select(p => (long)p.Image)];
        if (images.Length == 0) return null;
        if (patches_IVD is null)
            throw new ArgumentException("The prompts hold image positions, and no image was given.", nameof(patches_IVD));
        return patches_IVD.index_select(0, tensor(images, device: patches_IVD.device));
    }
}
