using System.Text.Json;
using RadZ.Data;
using RadZ.Evaluation.Calibration;
using RadZ.Files;

namespace RadZ.Evaluation.Protocols;

/// <summary>One class of a probe.</summary>
/// <param name="Class">The column.</param>
/// <param name="Positives">Training images with it.</param>
/// <param name="Negatives">Training images without it; unknown labels are in neither.</param>
/// <param name="Weights">Of the standardised features, then the intercept; null where training lacked a kind: the probe then
/// guesses.</param>
sealed record ProbeClass(string Class, int Positives, int Negatives, IReadOnlyList<double>? Weights)
{
    /// <summary>What is said of every image where nothing could be learnt: the share of the diseased by Laplace's rule.</summary>
    public double Guess => (Positives + 1.0) / (Positives + Negatives + 2.0);
}

/// <summary>A penalty that was tried.</summary>
/// <param name="Penalty">lambda.</param>
/// <param name="LogLoss">Mean over the counted classes on validation.</param>
sealed record TriedPenalty(double Penalty, double LogLoss);

/// <summary>
/// The linear probe: logistic regression of each class against the rest on frozen features. One penalty for all classes is chosen on
/// validation, by the least mean log loss over the classes of which training and validation have both kinds. Images whose label is unknown
/// are left out, class by class.
/// </summary>
sealed record LinearProbe
{
    static readonly double[] s_penalties = [10, 1, 0.1, 1e-2, 1e-3, 1e-4, 1e-5];
    static readonly JsonSerializerOptions s_json = new(StrictJson.Options) { WriteIndented = false };

    /// <summary>Of each feature over the training images.</summary>
    public required IReadOnlyList<double> Mean { get; init; }

    /// <summary>Its deviation.</summary>
    public required IReadOnlyList<double> Scale { get; init; }

    /// <summary>The penalty that was chosen.</summary>
    public required double Penalty { get; init; }

    /// <summary>All that were tried, falling.</summary>
    public required IReadOnlyList<TriedPenalty> Tried { get; init; }

    /// <summary>In the order of the columns.</summary>
    public required IReadOnlyList<ProbeClass> Classes { get; init; }

    /// <summary>Fits a probe.</summary>
    /// <param name="names">The columns.</param>
    /// <param name="training">Features of the training images.</param>
    /// <param name="labels">Their labels, under the policy.</param>
    /// <param name="validation">Features of the validation images.</param>
    /// <param name="validationLabels">Their labels.</param>
    /// <param name="cancel">Stops between two fits.</param>
    /// <exception cref="InvalidInputException">No class has both kinds in training and in validation.</exception>
    public static LinearProbe Fit(IReadOnlyList<string> names, FeatureTable training, Label[,] labels, FeatureTable validation,
        Label[,] validationLabels, CancellationToken cancel = default)
    {
        var (mean, scale) = training.Standard();
        var known = Enumerable.Range(0, names.Count).Select(c => Known(labels, c)).ToArray();
        var held = Enumerable.Range(0, names.Count).Select(c => Known(validationLabels, c)).ToArray();
        static bool Both(bool[] present) => present.Contains(true) && present.Contains(false);
        int[] learned = [.. Enumerable.Range(0, names.Count).Where(c => Both(known[c].Present))],
        counted = [.. learned.Where(c => Both(held[c].Present))];
        if (counted.Length == 0)
            throw new InvalidInputException("‹protocol probe›", "no-classes",
                $"none of the {names.Count} classes has images with it and without it both among the {training.Rows} training and the " +
                $"{validation.Rows} validation images: nothing can be fitted and chosen. Take more patients.");
        var (weights, losses) = (new double[s_penalties.Length, names.Count][], new double[s_penalties.Length, names.Count]);
        Parallel.ForEach(learned, new() { CancellationToken = cancel }, c =>
        {
            var regression = new LogisticRegression(training, known[c].Rows, known[c].Present, mean, scale);
            double[]? before = null;
            for (var p = 0; p < s_penalties.Length; p++)
            {
                cancel.ThrowIfCancellationRequested();
                before = weights[p, c] = regression.Fit(s_penalties[p], before);
                if (!counted.Contains(c)) continue;
                double[] odds = [.. held[c].Rows.Select(r => LogisticRegression.LogOdds(validation.Row(r), before, mean, scale))];
                losses[p, c] = LogitLoss.Compute(odds, held[c].Present)!.Value;
            }
        });
        TriedPenalty[] tried = [.. s_penalties.Select((penalty, p) => new TriedPenalty(penalty, counted.Average(c => losses[p, c])))];
        var best = Enumerable.Range(0, tried.Length).MinBy(p => tried[p].LogLoss);
        return new()
        {
            Mean = mean,
            Scale = scale,
            Penalty = s_penalties[best],
            Tried = tried,
            Classes = [.. names.Select((name, c) => new ProbeClass(name, known[c].Present.Count(p => p), known[c].Present.Count(p => !p),
                learned.Contains(c) ? weights[best, c] : null))],
        };
    }

    /// <summary>Probabilities, images by classes.</summary>
    public double[,] Score(FeatureTable features)
    {
        var (scores, mean, scale) = (new double[features.Rows, Classes.Count], Mean.ToArray(), Scale.ToArray());
        for (var c = 0; c < Classes.Count; c++)
        {
            var weights = Classes[c].Weights?.ToArray();
            for (var row = 0; row < features.Rows; row++)
                scores[row, c] = weights is null ? Classes[c].Guess
                    : LogitLoss.Sigmoid(LogisticRegression.LogOdds(features.Row(row), weights, mean, scale));
        }
        return scores;
    }

    /// <summary>As <c>probe.json</c>.</summary>
    public string Json() => JsonSerializer.Serialize(this, s_json) + "\n";

    static (int[] Rows, bool[] Present) Known(Label[,] labels, int column)
    {
        int[] rows = [.. Enumerable.Range(0, labels.GetLength(0)).Where(r => labels[r, column].IsKnown())];
        return (rows, [.. rows.Select(r => labels[r, column] == Label.Present)]);
    }
}
