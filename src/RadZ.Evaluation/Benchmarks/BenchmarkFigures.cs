using System.Text.Json.Serialization;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Calibration;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Tables;

namespace RadZ.Evaluation.Benchmarks;

/// <summary>The papers' convention: the threshold is the one with the best F1 on the test images themselves.</summary>
/// <param name="Threshold">FROM THE TEST SET.</param>
/// <param name="F1">2PR / (P + R + 1e-8).</param>
/// <param name="Accuracy">Score &gt;= threshold (LLaVA-RadZ).</param>
/// <param name="AccuracyAbove">Score &gt; threshold (MedKLIP, MAVL).</param>
/// <param name="Matthews">The best Matthews correlation over the thresholds of the test set (KAD).</param>
sealed record PaperFigures(double Threshold, Figure F1, Figure Accuracy, double? AccuracyAbove, double? Matthews);

/// <summary>At a threshold that was chosen on the validation split (best F1 there) before the test images were scored.</summary>
sealed record LockedFigures
{
    /// <summary>From validation.</summary>
    public required double Threshold { get; init; }

    /// <summary>2TP / (2TP + FP + FN).</summary>
    public required Figure F1 { get; init; }

    /// <summary>Share of right guesses.</summary>
    public required Figure Accuracy { get; init; }

    /// <summary>Share of the diseased that is found.</summary>
    public required Figure Sensitivity { get; init; }

    /// <summary>Share of the others that is not.</summary>
    public required Figure Specificity { get; init; }

    /// <summary>Matthews' correlation; 0 where guess or truth is all of one kind.</summary>
    public required double Matthews { get; init; }

    /// <summary>The four counts.</summary>
    public required Confusion Counts { get; init; }
}

/// <summary>One class of a benchmark.</summary>
sealed record ClassFigures
{
    /// <summary>The column.</summary>
    public required string Class { get; init; }

    /// <summary>Images with it.</summary>
    public required int Positives { get; init; }

    /// <summary>Images without it.</summary>
    public required int Negatives { get; init; }

    /// <summary>Images whose label is uncertain or not mentioned, and was left out.</summary>
    public required int LeftOut { get; init; }

    /// <summary>Area under the ROC curve; needs both kinds.</summary>
    public required Figure Auc { get; init; }

    /// <summary>Average precision; needs a positive.</summary>
    public required Figure AveragePrecision { get; init; }

    /// <summary>LLaVA-RadZ's AUPRC, by trapezoids.</summary>
    public required double? PrecisionRecallTrapezoid { get; init; }

    /// <summary>Null without a positive.</summary>
    public required PaperFigures? Paper { get; init; }

    /// <summary>Null where nothing was locked, or validation had no positive.</summary>
    public LockedFigures? Locked { get; init; }

    /// <summary>Sensitivity where specificity is at least .8, .9, .95.</summary>
    public required IReadOnlyList<OperatingPoint> SensitivityAtSpecificity { get; init; }

    /// <summary>Specificity where sensitivity is at least .8, .9, .95.</summary>
    public required IReadOnlyList<OperatingPoint> SpecificityAtSensitivity { get; init; }

    /// <summary>Null where scores are no probabilities.</summary>
    public ProbabilityFigures? Probability { get; init; }

    /// <summary>
    /// The same after the calibration that was asked for, fitted on validation; null without one, and where it has no best fit.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProbabilityFigures? Calibrated { get; init; }

    /// <summary>Resamples in which the AUC was not defined: left out of its interval.</summary>
    public int UndefinedResamples { get; init; }
}

/// <summary>A mean over classes, with its interval and over how many it goes.</summary>
/// <param name="Mean">Null where no class defines it.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Classes">Over how many classes.</param>
readonly record struct MacroFigure(double? Mean, double? Low, double? High, int Classes);

/// <summary>
/// The numbers of a benchmark: what <c>metrics.json</c> holds. A function of the score table, the validation table, the policy and the
/// bootstrap alone.
/// </summary>
sealed record BenchmarkFigures
{
    static readonly double[] s_points = [0.8, 0.9, 0.95];

    /// <summary>Images scored.</summary>
    public required int Images { get; init; }

    /// <summary>Their patients.</summary>
    public required int Patients { get; init; }

    /// <summary>Images that could not be scored; in no number.</summary>
    public required int Failed { get; init; }

    /// <summary>A class each.</summary>
    public required IReadOnlyList<ClassFigures> Classes { get; init; }

    /// <summary>
    /// Means over the classes where each is defined: <c>auc</c>, <c>average_precision</c>, <c>precision_recall_trapezoid</c>,
    /// <c>f1_paper</c>, <c>accuracy_paper</c>, and where locked <c>f1_locked</c>, <c>accuracy_locked</c>, <c>sensitivity_locked</c>,
    /// <c>specificity_locked</c>, <c>matthews_locked</c>.
    /// </summary>
    public required IReadOnlyDictionary<string, MacroFigure> Macro { get; init; }

    /// <summary>Computes them.</summary>
    /// <param name="table">The test table, under its policy.</param>
    /// <param name="validation">The validation table with the same columns, under its policy; null: nothing is locked.</param>
    /// <param name="options">Of the bootstrap.</param>
    /// <param name="calibration">Fitted on validation and measured on the test table; null: none.</param>
    public static BenchmarkFigures Compute(ScoreTable table, ScoreTable? validation, BootstrapOptions options,
        CalibrationKind? calibration = null)
    {
        if (validation is not null && !validation.Diseases.SequenceEqual(table.Diseases))
            throw new ArgumentException("the validation table has other classes than the test table.");
        string[] patients = [.. table.Rows.Select(r => r.Patient)];
        var bootstrap = PatientBootstrap.Run(table.Scores, table.Labels, patients, options);
        var thresholds = validation is null ? null
            : table.Diseases.Select((_, c) => BestF1.Find(Ranking.FromKnown(validation.Scores, validation.Labels, c))?.Threshold).ToArray();
        var locked = thresholds is null ? null : LockedBootstrap.Run(table, thresholds, options);
        ClassFigures[] classes = [.. table.Diseases.AsParallel().AsOrdered()
            .WithDegreeOfParallelism(Math.Clamp(options.Threads ?? Environment.ProcessorCount, 1, 512))
            .Select((name, c) => ClassOf(table, name, c, bootstrap.Classes[c], locked?.Classes[c]) with
        {
            Calibrated = validation is null || calibration is null ? null : Calibrated(table, validation, c, calibration.Value),
        })];
        var macro = new Dictionary<string, MacroFigure>
        {
            ["auc"] = Mean(classes, c => c.Auc.Value, bootstrap.Macro.Auc),
            ["average_precision"] = Mean(classes, c => c.AveragePrecision.Value, bootstrap.Macro.AveragePrecision),
            ["precision_recall_trapezoid"] = Mean(classes, c => c.PrecisionRecallTrapezoid, default),
            ["f1_paper"] = Mean(classes, c => c.Paper?.F1.Value, bootstrap.Macro.F1),
            ["accuracy_paper"] = Mean(classes, c => c.Paper?.Accuracy.Value, bootstrap.Macro.Accuracy),
        };
        if (locked is not null)
        {
            macro["f1_locked"] = Mean(classes, c => c.Locked?.F1.Value, locked.F1);
            macro["accuracy_locked"] = Mean(classes, c => c.Locked?.Accuracy.Value, locked.Accuracy);
            macro["sensitivity_locked"] = Mean(classes, c => c.Locked?.Sensitivity.Value, locked.Sensitivity);
            macro["specificity_locked"] = Mean(classes, c => c.Locked?.Specificity.Value, locked.Specificity);
            macro["matthews_locked"] = Mean(classes, c => c.Locked?.Matthews, default);
        }
        return new()
        {
            Images = table.Rows.Count,
            Patients = patients.Distinct(StringComparer.Ordinal).Count(),
            Failed = table.Failed.Count,
            Classes = classes,
            Macro = macro
        };
    }

    static ClassFigures ClassOf(ScoreTable table, string name, int column, ResampledMetrics resampled, LockedFigures? locked)
    {
        var ranking = Ranking.FromKnown(table.Scores, table.Labels, column);
        var numbers = ClassMetrics.Compute(ranking);
        var known = numbers.Positives + numbers.Negatives;
        return new()
        {
            Class = name,
            Positives = numbers.Positives,
            Negatives = numbers.Negatives,
            LeftOut = table.Rows.Count - known,
            Auc = Figure.From(numbers.Auc, resampled.Auc),
            AveragePrecision = Figure.From(numbers.AveragePrecision, resampled.AveragePrecision),
            PrecisionRecallTrapezoid = numbers.PrecisionRecallTrapezoid,
            Paper = numbers.BestF1 is { } best
                ? new(best.Threshold, Figure.From(best.F1, resampled.F1), Figure.From(best.AtOrAbove.Accuracy, resampled.Accuracy),
                    best.Above.Accuracy, BestMatthews.Find(ranking)?.Matthews) : null,
            Locked = locked,
            SensitivityAtSpecificity = [.. s_points.Select(p => OperatingPoint.SensitivityAt(ranking, p)).OfType<OperatingPoint>()],
            SpecificityAtSensitivity = [.. s_points.Select(p => OperatingPoint.SpecificityAt(ranking, p)).OfType<OperatingPoint>()],
            Probability = Probabilities(table, column),
            UndefinedResamples = resampled.Auc.Undefined,
        };
    }

    static ProbabilityFigures? Probabilities(ScoreTable table, int column)
    {
        var (scores, present, _) = table.Known(column);
        if (scores.Length == 0 || scores.Any(s => s is not (>= 0 and <= 1))) return null;
        return new(ProbabilityScores.Brier(scores, present), ProbabilityScores.LogLoss(scores, present),
            ProbabilityScores.ExpectedCalibrationError(scores, present));
    }

    static ProbabilityFigures? Calibrated(ScoreTable table, ScoreTable validation, int column, CalibrationKind kind)
    {
        var (fitScores, fitPresent, _) = validation.Known(column);
        if (ScoreCalibration.Fit(kind, fitScores, fitPresent) is not { } calibration) return null;
        var (scores, present, _) = table.Known(column);
        double[] probabilities = [.. scores.Select(calibration.Apply)];
        return new(ProbabilityScores.Brier(probabilities, present), ProbabilityScores.LogLoss(probabilities, present),
            ProbabilityScores.ExpectedCalibrationError(probabilities, present));
    }

    static MacroFigure Mean(ClassFigures[] classes, Func<ClassFigures, double?> number, ResampledInterval interval)
    {
        var defined = classes.Select(number).OfType<double>().ToList();
        return defined.Count == 0 ? default : new(defined.Average(), interval.Interval?.Low, interval.Interval?.High, defined.Count);
    }
}
