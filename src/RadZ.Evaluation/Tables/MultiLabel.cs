using RadZ.Data;
using RadZ.Evaluation.Binary;

namespace RadZ.Evaluation.Tables;

/// <summary>
/// Many diseases at once. A label that is unknown or uncertain leaves its row out for that disease and never counts as absent; a mean goes
/// over the diseases where the number is defined, and says over how many.
/// </summary>
/// <param name="Classes">A disease each, in the order of the columns.</param>
/// <param name="MicroAuc">Area under the ROC curve of all known entries in one list; null where they are of one kind.</param>
/// <param name="MicroAveragePrecision">Average precision of all known entries in one list; null where they are of one kind.</param>
public sealed record MultiLabel(IReadOnlyList<ClassMetrics> Classes, double? MicroAuc, double? MicroAveragePrecision)
{
    /// <summary>Scores every column.</summary>
    /// <param name="scores">Images by diseases.</param>
    /// <param name="labels">The same shape.</param>
    public static MultiLabel Compute(double[,] scores, Label[,] labels)
    {
        Require.SameShape(scores, labels);
        var all = Ranking.FromKnown(AsColumn(scores), AsColumn(labels), 0);
        return new(
            [.. Enumerable.Range(0, scores.GetLength(1)).Select(c => ClassMetrics.Compute(Ranking.FromKnown(scores, labels, c)))],
            Auroc.Compute(all), all.HasBoth ? PrecisionRecallCurve.Compute(all)?.AveragePrecision : null);
    }

    /// <summary>The mean of one number over the diseases where it is defined.</summary>
    public MacroMean Macro(Func<ClassMetrics, double?> number)
    {
        var defined = Classes.Select(number).OfType<double>().ToList();
        return new(defined.Count == 0 ? null : defined.Average(), defined.Count);
    }

    static T[,] AsColumn<T>(T[,] table)
    {
        var column = new T[table.Length, 1];
        Array.Copy(table, column, table.Length);
        return column;
    }
}

/// <summary>
/// The numbers of one disease over the images whose label is known. Null: not defined for want of positives, negatives or both.
/// </summary>
/// <param name="Positives">Images with the disease.</param>
/// <param name="Negatives">Images without it.</param>
/// <param name="Auc">Area under the ROC curve; needs both kinds.</param>
/// <param name="AveragePrecision">Needs a positive; 1 where there are only positives.</param>
/// <param name="PrecisionRecallTrapezoid">The papers' AUPRC; needs a positive.</param>
/// <param name="BestF1">The paper's F1 and threshold; needs a positive.</param>
public sealed record ClassMetrics(
    int Positives, int Negatives, double? Auc, double? AveragePrecision, double? PrecisionRecallTrapezoid, BestF1? BestF1)
{
    /// <summary>Scores one ranking.</summary>
    public static ClassMetrics Compute(Ranking ranking)
    {
        var curve = PrecisionRecallCurve.Compute(ranking);
        return new(ranking.Positives, ranking.Negatives, Auroc.Compute(ranking), curve?.AveragePrecision, curve?.Trapezoid,
            curve is null ? null : BestF1.Find(ranking, curve));
    }
}

/// <summary>A mean over diseases.</summary>
/// <param name="Mean">Null where it is defined for no disease.</param>
/// <param name="Classes">Over how many diseases.</param>
public readonly record struct MacroMean(double? Mean, int Classes);
