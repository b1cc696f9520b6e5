using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Calibration;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Tables;

namespace RadZ.Evaluation.Abstention;

/// <summary>Abstention at one coverage.</summary>
/// <param name="Asked">The share of validation images that is answered.</param>
/// <param name="LeastConfidence">From validation: below it, abstain.</param>
/// <param name="Reached">The share of the test images that is answered.</param>
/// <param name="Error">The share of wrong answers among them; null where none is answered.</param>
sealed record AbstentionFigures(double Asked, double LeastConfidence, Figure Reached, Figure Error);

/// <summary>Conformal sets as they turn out on the test images.</summary>
/// <param name="Sets">As fitted on validation.</param>
/// <param name="Diseased">The share of images with the disease whose set holds "present".</param>
/// <param name="Healthy">The share of images without it whose set holds "absent".</param>
/// <param name="Decided">The share whose set holds one answer.</param>
/// <param name="Both">The share left to a person.</param>
/// <param name="Neither">The share that is like neither kind.</param>
public sealed record ConformalFigures(ConformalSets Sets, Figure Diseased, Figure Healthy, Figure Decided, Figure Both, Figure Neither);

/// <summary>Selective prediction of one class: fitted on validation, measured on test.</summary>
sealed record SelectiveFigures
{
    /// <summary>The column.</summary>
    public required string Class { get; init; }

    /// <summary>Null where it could not be fitted: one kind only on validation, or both wholly apart.</summary>
    public AbstainingRule? Rule { get; init; }

    /// <summary>Of the test images; null alike.</summary>
    public CoverageRisk? Curve { get; init; }

    /// <summary>At each asked coverage, falling; empty alike.</summary>
    public required IReadOnlyList<AbstentionFigures> Abstention { get; init; }

    /// <summary>Of the scores as they are, where they are in [0, 1].</summary>
    public ProbabilityFigures? Uncalibrated { get; init; }

    /// <summary>Of the rule's probabilities; null where there is no rule.</summary>
    public ProbabilityFigures? Calibrated { get; init; }

    /// <summary>Null where validation lacks a kind.</summary>
    public ConformalFigures? Conformal { get; init; }

    static readonly double[] s_coverages = [1, 0.9, 0.8, 0.5];

    /// <summary>All classes of a table; intervals by patient.</summary>
    /// <param name="test">Under its policy.</param>
    /// <param name="validation">With the same columns, under its policy.</param>
    /// <param name="options">Of the bootstrap.</param>
    /// <param name="coverage">What conformal sets state.</param>
    /// <param name="kind">How scores become probabilities.</param>
    /// <param name="cancel">Stops between two classes.</param>
    public static IReadOnlyList<SelectiveFigures> Compute(ScoreTable test, ScoreTable validation, BootstrapOptions options,
        double coverage = 0.9, CalibrationKind kind = CalibrationKind.Platt, CancellationToken cancel = default)
    {
        if (!validation.Diseases.SequenceEqual(test.Diseases))
            throw new ArgumentException("the validation table has other classes than the test table.");
        return [.. test.Diseases.Select((name, c) =>
        {
            cancel.ThrowIfCancellationRequested();
            return Compute(name, c, test, validation, options, coverage, kind);
        })];
    }

    static SelectiveFigures Compute(string name, int column, ScoreTable test, ScoreTable validation, BootstrapOptions options,
        double coverage,
        CalibrationKind kind)
    {
        var (scores, present, rows) = test.Known(column);
        var (fitScores, fitPresent, _) = validation.Known(column);
        string[] patients = [.. rows.Select(r => test.Rows[r].Patient)];
        var rule = AbstainingRule.Fit(fitScores, fitPresent, kind);
        double[] confidences = rule is null ? [] : [.. scores.Select(rule.Confidence)];
        bool[] wrong = rule is null ? [] : [.. scores.Select((s, i) => rule.Answer(s) != present[i])];
        var (patientScores, patientPresent) = validation.KnownPatients(column);
        var sets = patientPresent.Contains(true) && patientPresent.Contains(false)
            ? ConformalSets.Fit(patientScores, patientPresent, coverage) : null;
        ConformalAnswer[] answers = sets is null ? [] : [.. scores.Select(sets.AnswerFor)];

        List<Func<int, bool?>> shares = [];
        double[] bounds = rule is null ? [] : [.. s_coverages.Select(rule.LeastConfidence)];
        foreach (var bound in bounds)
        {
            shares.Add(i => confidences[i] >= bound);
            shares.Add(i => confidences[i] >= bound ? wrong[i] : null);
        }
        if (sets is not null)
            shares.AddRange([i => present[i] ? sets.Covers(scores[i], true) : null, i => present[i] ? null : sets.Covers(scores[i], false),
                i => answers[i] is ConformalAnswer.Present or ConformalAnswer.Absent, i => answers[i] == ConformalAnswer.Both,
                i => answers[i] == ConformalAnswer.Neither]);
        var figures = ResampledShares.Compute(shares, patients, options);
        return new()
        {
            Class = name,
            Rule = rule,
            Curve = rule is null ? null : CoverageRisk.Compute(confidences, wrong),
            Abstention = [.. bounds.Select((bound, b) => new AbstentionFigures(s_coverages[b], bound, figures[2 * b], figures[2 * b + 1]))],
            Uncalibrated = scores.All(s => s is >= 0 and <= 1) ? Probabilities(scores, present) : null,
            Calibrated = rule is null ? null : Probabilities([.. scores.Select(rule.Probability)], present),
            Conformal = sets is null ? null : new(sets, figures[^5], figures[^4], figures[^3], figures[^2], figures[^1]),
        };
    }

    static ProbabilityFigures Probabilities(double[] scores, bool[] present) =>
        new(ProbabilityScores.Brier(scores, present), ProbabilityScores.LogLoss(scores, present),
            ProbabilityScores.ExpectedCalibrationError(scores, present));
}
