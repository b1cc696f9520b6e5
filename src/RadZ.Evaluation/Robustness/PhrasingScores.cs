using RadZ.Data;
using RadZ.Evaluation.Tables;
using RadZ.Text.Wording;

namespace RadZ.Evaluation.Robustness;

/// <summary>Images scored against many texts of each disease: all that the figures of robustness follow from.</summary>
sealed class PhrasingScores
{
    /// <summary>A table; all parts must fit each other.</summary>
    /// <param name="rows">The images.</param>
    /// <param name="diseases">The columns of <paramref name="labels"/>.</param>
    /// <param name="labels">Images by diseases.</param>
    /// <param name="phrasings">The texts; each disease has one of kind <see cref="PhrasingKind.Default"/>, and what a negation denies is
    /// among its sentences.</param>
    /// <param name="scores">Images by texts, higher for more alike.</param>
    /// <param name="cosines">Of each text: with the text that it denies, else with its disease's default sentence.</param>
    public PhrasingScores(IReadOnlyList<ScoredImage> rows, IReadOnlyList<string> diseases, Label[,] labels,
        IReadOnlyList<Phrasing> phrasings, double[,] scores, IReadOnlyList<double> cosines)
    {
        if (labels.GetLength(0) != rows.Count || labels.GetLength(1) != diseases.Count || scores.GetLength(0) != rows.Count
            || scores.GetLength(1) != phrasings.Count || cosines.Count != phrasings.Count)
            throw new ArgumentException($"{rows.Count} images, {diseases.Count} diseases, {phrasings.Count} texts and " +
                $"{cosines.Count} cosines do not fit labels of {labels.GetLength(0)} x {labels.GetLength(1)} and scores of " +
                $"{scores.GetLength(0)} x {scores.GetLength(1)}.");
        (Rows, Diseases, Labels, Phrasings, Scores, Cosines) = (rows, diseases, labels, phrasings, scores, cosines);
        Defaults = [.. diseases.Select((d, c) =>
            Find(c, p => p.Kind == PhrasingKind.Default) ?? throw new ArgumentException($"{d} has no default sentence."))];
        Denied = [.. phrasings.Select(p => p.Kind != PhrasingKind.Negation ? (int?)null
            : Find(p.Disease, q => q.Kind is PhrasingKind.Default or PhrasingKind.Template && q.Text == p.Denies)
                ?? throw new ArgumentException($"'{p.Text}' denies '{p.Denies}', which is not among the texts."))];
    }

    /// <summary>The images.</summary>
    public IReadOnlyList<ScoredImage> Rows { get; }

    /// <summary>The diseases.</summary>
    public IReadOnlyList<string> Diseases { get; }

    /// <summary>Images by diseases; what is neither present nor absent counts as neither.</summary>
    public Label[,] Labels { get; }

    /// <summary>The texts.</summary>
    public IReadOnlyList<Phrasing> Phrasings { get; }

    /// <summary>Images by texts.</summary>
    public double[,] Scores { get; }

    /// <summary>Between texts, by text.</summary>
    public IReadOnlyList<double> Cosines { get; }

    /// <summary>The place of each disease's default sentence among the texts.</summary>
    public IReadOnlyList<int> Defaults { get; }

    /// <summary>The place of the text that a negation denies; null for other texts.</summary>
    public IReadOnlyList<int?> Denied { get; }

    /// <summary>The scores of one text on the images whose label of its disease is known, with the truth.</summary>
    internal (double[] Scores, bool[] Present) Known(int text)
    {
        var disease = Phrasings[text].Disease;
        int[] known = [.. Enumerable.Range(0, Rows.Count).Where(r => Labels[r, disease].IsKnown())];
        return ([.. known.Select(r => Scores[r, text])], [.. known.Select(r => Labels[r, disease] == Label.Present)]);
    }

    int? Find(int disease, Func<Phrasing, bool> wanted)
    {
        for (var t = 0; t < Phrasings.Count; t++)
            if (Phrasings[t].Disease == disease && wanted(Phrasings[t])) return t;
        return null;
    }
}
