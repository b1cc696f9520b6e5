namespace RadZ.Evaluation.Abstention;

/// <summary>What a conformal set holds.</summary>
public enum ConformalAnswer
{
    /// <summary>Only "present".</summary>
    Present,

    /// <summary>Only "absent".</summary>
    Absent,

    /// <summary>Both: the score cannot tell; a person must.</summary>
    Both,

    /// <summary>Neither: the score is unlike those of either kind on validation.</summary>
    Neither,
}

/// <summary>
/// Split conformal sets of one disease, for each kind by itself (Vovk 2012, Mondrian): of images with the disease at least the stated share
/// have "present" in their set, of images without it at least that share "absent", as long as they are exchangeable with the validation
/// images: one a patient, of validation (<c>ScoreTable.KnownPatients</c>) and of the new ones. No
/// probability is needed, only order; a rare disease is not bought off with the healthy.
/// </summary>
/// <param name="Coverage">The stated share, in (0, 1).</param>
/// <param name="PresentFrom">Scores at or above it have "present" in their set; negative infinity where there are too few positives to
/// leave one out.</param>
/// <param name="AbsentTo">Scores at or below it have "absent"; positive infinity alike.</param>
/// <param name="Positives">Validation images with the disease.</param>
/// <param name="Negatives">Validation images without it.</param>
public sealed record ConformalSets(double Coverage, double PresentFrom, double AbsentTo, int Positives, int Negatives)
{
    /// <summary>Fits the two bounds.</summary>
    /// <param name="scores">Of the validation images whose label is known.</param>
    /// <param name="present">Their truth.</param>
    /// <param name="coverage">The share to hold, as 0.9.</param>
    public static ConformalSets Fit(ReadOnlySpan<double> scores, ReadOnlySpan<bool> present, double coverage = 0.9)
    {
        Require.SameLength(scores, present);
        Require.Finite(scores);
        Require.Level(coverage);
        List<double> positives = [], negatives = [];
        for (var i = 0; i < scores.Length; i++) (present[i] ? positives : negatives).Add(scores[i]);
        positives.Sort((a, b) => b.CompareTo(a));
        negatives.Sort();
        return new(coverage, Bound(positives, coverage) ?? double.NegativeInfinity, Bound(negatives, coverage) ?? double.PositiveInfinity,
            positives.Count, negatives.Count);
    }

    /// <summary>The set of a score.</summary>
    public ConformalAnswer AnswerFor(double score) => (score >= PresentFrom, score <= AbsentTo) switch
    {
        (true, true) => ConformalAnswer.Both,
        (true, false) => ConformalAnswer.Present,
        (false, true) => ConformalAnswer.Absent,
        _ => ConformalAnswer.Neither,
    };

    /// <summary>Whether the set of a score holds the truth.</summary>
    public bool Covers(double score, bool present) => present ? score >= PresentFrom : score <= AbsentTo;

    /// <summary>
    /// The ceil(coverage (n + 1))-th best, so that one more of the same kind is inside with at least that chance; null where that is beyond
    /// the last.
    /// </summary>
    static double? Bound(List<double> bestFirst, double coverage) =>
        (int)Math.Ceiling(coverage * (bestFirst.Count + 1) - 1e-9) is var place && place > bestFirst.Count ? null : bestFirst[place - 1];
}
