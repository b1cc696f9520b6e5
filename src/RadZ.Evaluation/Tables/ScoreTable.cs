using RadZ.Data;

namespace RadZ.Evaluation.Tables;

/// <summary>The image a row of scores belongs to.</summary>
/// <param name="Image">Path of the image file.</param>
/// <param name="Patient">The patient's key, unique over all data sets; resampling goes by it.</param>
/// <param name="Source">The name of the data set.</param>
public sealed record ScoredImage(string Image, string Patient, string Source);

/// <summary>An image that could not be scored: counted and named, never dropped in silence.</summary>
/// <param name="Image">The image.</param>
/// <param name="Reason">What was found and what was expected.</param>
public sealed record FailedImage(ScoredImage Image, string Reason);

/// <summary>The scores and labels of a test set: all that the numbers of an evaluation are made from.</summary>
public sealed class ScoreTable
{
    /// <summary>A table; all parts must fit each other, scores must be finite and diseases distinct.</summary>
    public ScoreTable(IReadOnlyList<ScoredImage> rows, IReadOnlyList<string> diseases, double[,] scores, Label[,] labels)
    {
        Require.SameShape(scores, labels);
        if (scores.GetLength(0) != rows.Count || scores.GetLength(1) != diseases.Count)
            throw new ArgumentException($"scores are {scores.GetLength(0)} x {scores.GetLength(1)} for {rows.Count} rows and " +
                $"{diseases.Count} diseases; they must match.");
        if (diseases.Count != diseases.Distinct(StringComparer.Ordinal).Count())
            throw new ArgumentException($"a disease stands twice among {string.Join(", ", diseases)}.");
        foreach (var score in scores)
            if (!double.IsFinite(score))
                throw new ArgumentException($"a score is {score}; scores must be finite (list failed images under {nameof(Failed)}).");
        (Rows, Diseases, Scores, Labels) = (rows, diseases, scores, labels);
    }

    /// <summary>The scored images.</summary>
    public IReadOnlyList<ScoredImage> Rows { get; }

    /// <summary>The columns.</summary>
    public IReadOnlyList<string> Diseases { get; }

    /// <summary>Rows by diseases, higher for more likely.</summary>
    public double[,] Scores { get; }

    /// <summary>Rows by diseases; unknown never counts as absent.</summary>
    public Label[,] Labels { get; }

    /// <summary>One column without the rows whose label is not known.</summary>
    /// <returns>Scores, truth and row numbers, in the order of the rows.</returns>
    public (double[] Scores, bool[] Present, int[] Rows) Known(int column)
    {
        int[] rows = [.. Enumerable.Range(0, Rows.Count).Where(r => Labels[r, column].IsKnown())];
        return ([.. rows.Select(r => Scores[r, column])], [.. rows.Select(r => Labels[r, column] == Label.Present)], rows);
    }

    /// <summary>
    /// The same of one image a patient: of those whose label is known the first by name. Patients can be exchangeable where images are not,
    /// since those of one patient are alike.
    /// </summary>
    public (double[] Scores, bool[] Present) KnownPatients(int column)
    {
        int[] rows = [.. Known(column).Rows.GroupBy(r => Rows[r].Patient, StringComparer.Ordinal)
            .Select(g => g.MinBy(r => Rows[r].Image, StringComparer.Ordinal))];
        return ([.. rows.Select(r => Scores[r, column])], [.. rows.Select(r => Labels[r, column] == Label.Present)]);
    }

    /// <summary>The images that could not be scored; they are in no number but the count of failures.</summary>
    public IReadOnlyList<FailedImage> Failed
    {
        get;
        init => field = value.FirstOrDefault(f => f.Reason == "") is { } mute
            ? throw new ArgumentException($"{mute.Image.Image} failed without a reason; say what was found.")
            : value;
    } = [];
}
