using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Comparisons;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Tables;
using RadZ.Experiments.Sweeps;
using RadZ.Files;
using RadZ.Training.Phases;

namespace RadZ.Experiments.Reproduction;

/// <summary>
/// The claims that <c>radz reproduce</c> puts to the test, and the arms of its sweep that they need (docs/decisions/0017).
/// </summary>
static class PaperClaims
{
    /// <summary>Arms that a sweep must have, by their names.</summary>
    public const string Answering = "answering", AskedAsItIs = "asked-as-it-is", LastToken = "last-token", MeanPooling = "mean-pooling",
        NoAnchor = "no-anchor", LastLayer = "last-layer", Encoders = "encoders", Unseen = "unseen";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Arms { get; } =
        [Answering, AskedAsItIs, LastToken, MeanPooling, NoAnchor, LastLayer, Encoders, Unseen];

    /// <summary>The arms whose category vectors are measured beside their scores.</summary>
    public static IReadOnlyList<string> Measured { get; } = [Sweep.Default, NoAnchor, Unseen];

    /// <summary>Measures every finished run that the claims need more of than its scores.</summary>
    public static void Measure(Sweep sweep, SweepFolder folder, SharedPictures shelf, Device device, Action<string> message,
        CancellationToken cancel)
    {
        foreach (var seed in sweep.Seeds)
            foreach (var arm in Measured.Where(a => folder.Finished(seed, a) is not null))
            {
                message($"seed {seed}, {arm}: images against categories and descriptions");
                new CategoryMeasurement(folder.Run(seed, arm)).Measure(sweep.Measure, shelf, device, cancel);
            }
    }

    /// <summary>What the runs say of each claim.</summary>
    /// <exception cref="ArgumentException">Two arms were measured on other images, or under other labels.</exception>
    /// <exception cref="InvalidInputException">Arms of one data recipe were trained or judged on other data.</exception>
    public static IReadOnlyList<ClaimResult> Judge(SweepRecord sweep, SweepFolder folder, BootstrapOptions options, VerdictRule rule)
    {
        const string area = "mean AUC";
        folder.RefuseOtherData(sweep);
        SeededMeasure? Over<T>(string arm, string what, Func<int, T?> read, Func<string, IReadOnlyList<(int, T)>, SeededMeasure> measure)
            where T : class
        {
            var found = sweep.Seeds.Where(s => folder.Finished(s, arm) is not null).Select(s => (Seed: s, Read: read(s)))
                .Where(s => s.Read is not null).Select(s => (s.Seed, s.Read!)).ToList();
            return found.Count == 0 ? null : measure($"{arm}, {what}", found);
        }
        SeededMeasure? Areas(string arm, string what, Func<int, ScoreTable?> read) =>
            Over(arm, what, read, (name, tables) => SeededMeasure.FromAucs(name, tables, options));
        SeededMeasure? Direct(string arm) => Areas(arm, area, seed => folder.Scores(seed, arm, sweep.Measure));
        CategoryMeasurement Measured(int seed, string arm) => new(folder.Run(seed, arm));
        SeededMeasure? Bank(string arm) => Areas(arm, "AUC by description",
            seed => folder.Scores(seed, Sweep.Default, sweep.Measure) is { } scored ? Measured(seed, arm).BankScores(scored.Diseases)
                : null);
        SeededMeasure? Silhouette(string arm) => Over(arm, "silhouette", seed => Measured(seed, arm).CategoryPlaces(), (name, places) =>
            SeededMeasure.FromMeans(name,
                [.. places.Select(p => (p.Item1, (IReadOnlyList<ScoredImage>)[.. p.Item2.Select(x => x.Image)],
                    (IReadOnlyList<double>)[.. p.Item2.Select(x => x.Silhouette)]))], options));
        ClaimComparison Pair(string rival, string measure, SeededMeasure? a, SeededMeasure? b, string? remark = null) =>
            new()
            {
                Rival = rival,
                Measure = measure,
                A = a,
                B = b,
                Comparison = a is not null && b is not null && a.Seeds.Intersect(b.Seeds).Any()
                    ? SeedComparison.Compare(a, b, options.Level)
                    : null,
                HolmP = null,
                Verdict = Verdict.Undecided,
                Remark = remark,
            };

        var ours = Direct(Sweep.Default);
        var asked = Direct(AskedAsItIs);
        return ClaimResult.Judge(
        [
            ("a", "Features of the decoder beat asking the model.",
                [Pair("the same model trained to answer yes or no", area, ours, Direct(Answering),
                    asked is null ? null : $"Asked without that training, the aligned model reaches {asked.Mean:0.000}: chance, as it " +
                        $"was never taught to answer. That counts for nothing here.")]),
            ("b", "Special tokens beat pooling.",
                [Pair("last position, no tokens", area, ours, Direct(LastToken)),
                    Pair("mean of all positions, no tokens", area, ours, Direct(MeanPooling))]),
            ("c", "Anchoring to descriptions (DKAM) improves category alignment.",
            [
                Pair("lambda 1, image against category sentence", area, ours, Direct(NoAnchor)),
                Pair("lambda 1, image against description", area, Bank(Sweep.Default), Bank(NoAnchor)),
                Pair("lambda 1, images among the categories", "silhouette", Silhouette(Sweep.Default), Silhouette(NoAnchor)),
            ]),
            ("d", "The penultimate layer beats the last.", [Pair("last layer, before the final norm", area, ours, Direct(LastLayer))]),
            ("e", "It beats CLIP-style alignment of two encoders.",
                [Pair("vision tower and a text encoder of its own", area, ours, Direct(Encoders))]),
            ("f", "A disease that nobody trained on is recognised by its description.", [.. UnseenComparisons()]),
        ], rule);

        IEnumerable<ClaimComparison> UnseenComparisons()
        {
            foreach (var disease in sweep.Arms.FirstOrDefault(a => a.Name == Unseen)?.LeaveOut ?? [])
            {
                var (own, random) = (Areas(Unseen, $"{disease} by its description",
                    seed => Measured(seed, Unseen).UnseenScores(disease)?.Own),
                        Areas(Unseen, $"{disease} by random descriptions", seed => Measured(seed, Unseen).UnseenScores(disease)?.Random));
                string? remark = null;
                if (own is not null)
                    remark = "Better than " + string.Join(", ", own.Seeds.Select((seed, i) =>
                    {
                        var table = Measured(seed, Unseen).UnseenScores(disease)!.Value.Random;
                        var areas = Enumerable.Range(0, table.Diseases.Count)
                            .Select(c => Auroc.Compute(Ranking.FromKnown(table.Scores, table.Labels, c))).OfType<double>()
                                .ToList();
                        return $"{areas.Count(a => a < own.Values[i])} of {areas.Count} (seed {seed})";
                    })) + " random descriptions, one by one.";
                yield return Pair($"{disease}: 200 random descriptions", "AUC", own, random, remark);
            }
        }
    }
}
