using RadZ.Model.Decoder;
using RadZ.Model.Features;
using RadZ.Text.Sequences;

namespace RadZ.Model.Generation;

/// <summary>
/// What several prompts begin with (the image, in questions about one image; the instructions, in descriptions of many diseases), decoded
/// once: its keys and values serve every row that stands behind it.
/// </summary>
sealed class PromptPrefix : IDisposable
{
    /// <summary>Shorter beginnings are decoded with each row: keeping them apart would cost more than it saves.</summary>
    const int Shortest = 8;

    PromptPrefix(int length, KeyValueCache? cache) => (Length, Cache) = (length, cache);

    /// <summary>Its positions; 0 where the prompts have too little in common.</summary>
    public int Length { get; }

    /// <summary>Its keys and values; null where it is empty.</summary>
    public KeyValueCache? Cache { get; }

    /// <summary>Decodes what the prompts have in common.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompts">All prompts that will stand behind it.</param>
    /// <param name="patches_IVD">Projected patches of the images.</param>
    /// <param name="compute">The dtype that is computed in.</param>
    /// <param name="cancel">Looked at between layers.</param>
    public static PromptPrefix Decode(LlavaModel model, IReadOnlyList<Prompt> prompts, Tensor? patches_IVD, ScalarType compute,
        CancellationToken cancel)
    {
        var length = prompts.Count < 2 ? 0 : Prompt.CommonLength(prompts);
        if (length < Shortest) return new(0, null);
        using var _ = NewDisposeScope();
        Prompt[] one = [prompts[0].Part(0, length)];
        var cache = new KeyValueCache(model.Decoder, 1, length, compute, model.Device);
        try
        {
            model.Continue(TokenBatch.Pad([one[0].Sequence], 0, PaddingSide.Left), Prompt.PatchesOf(one, patches_IVD), compute, cache,
                asked: false, cancel);
            return new(length, cache);
        }
        catch
        {
            cache.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Cache?.Dispose();
}
