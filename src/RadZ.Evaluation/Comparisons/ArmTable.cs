using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Tables;

namespace RadZ.Evaluation.Comparisons;

/// <summary>An arm of a sweep, as its scores came out.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Group">The question it belongs to; empty of the default.</param>
/// <param name="Against">The arm it is compared with; null: none.</param>
/// <param name="Note">For the reader.</param>
/// <param name="Scores">By seed; a seed that failed is not there.</param>
sealed record Arm(string Name, string Group, string? Against, string? Note, IReadOnlyList<(int Seed, ScoreTable Table)> Scores);

/// <summary>A line of the table.</summary>
/// <param name="Name">The arm.</param>
/// <param name="Group">The question it belongs to.</param>
/// <param name="Note">For the reader.</param>
/// <param name="Measure">Its figures; null where every seed failed.</param>
/// <param name="Comparison">This arm less the one it is compared with; null where it is compared with none, or one of both has no
/// seed.</param>
/// <param name="HolmP">The comparison's p, corrected over all of the table.</param>
sealed record ArmRow(string Name, string Group, string? Note, SeededMeasure? Measure, SeedComparison? Comparison, double? HolmP);

/// <summary>
/// All arms of a sweep beside each other: mean and deviation over the seeds, and what each differs by from the one it is compared with.
/// </summary>
/// <param name="Measure">What was measured.</param>
/// <param name="Rows">In the order of the sweep.</param>
/// <param name="Options">Of the resampling.</param>
sealed record ArmTable(string Measure, IReadOnlyList<ArmRow> Rows, BootstrapOptions Options)
{
    /// <summary>Computes it.</summary>
    /// <exception cref="ArgumentException">Two arms that are compared were measured on other images, or under other labels.</exception>
    public static ArmTable Compute(string measure, IReadOnlyList<Arm> arms, BootstrapOptions options)
    {
        var measured = arms.Where(a => a.Scores.Count > 0).ToDictionary(a => a.Name,
            a => SeededMeasure.FromAucs(a.Name, a.Scores, options));
        SeedComparison?[] compared =
            [.. arms.Select(a => a.Against is { } other && measured.TryGetValue(a.Name, out var one)
                && measured.TryGetValue(other, out var two) && one.Seeds.Intersect(two.Seeds).Any()
            ? SeedComparison.Compare(one, two, options.Level) : null)];
        var holm = Holm.Adjust([.. compared.Select(c => c?.P)]);
        return new(measure,
            [.. arms.Select((a, i) => new ArmRow(a.Name, a.Group, a.Note, measured.GetValueOrDefault(a.Name), compared[i], holm[i]))],
            options);
    }
}
