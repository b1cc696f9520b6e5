using RadZ.Datasets;

namespace RadZ.Evaluation;

/// <summary>One class, or the mean of all, within a subgroup and against all other images.</summary>
/// <param name="Class">The column; <c>mean</c> for the mean over the classes that are defined both within and outside.</param>
/// <param name="Positives">In the group.</param>
/// <param name="Negatives">In the group.</param>
/// <param name="Auc">In the group; not defined without both kinds.</param>
/// <param name="Gap">The group's area less that of all other images, on the same resamples; not defined where either is not.</param>
/// <param name="Sensitivity">At the locked threshold, where there is one.</param>
/// <param name="Specificity">Alike.</param>
public sealed record SubgroupClass(string Class, int Positives, int Negatives, Figure Auc, Figure Gap, Figure Sensitivity, Figure Specificity);

/// <summary>One subgroup.</summary>
/// <param name="By">What divides: sex, age, view, site.</param>
/// <param name="Name">The group: Female, 40-59, PosteroAnterior; <c>not said</c> where the source is silent.</param>
/// <param name="Images">Scored images.</param>
/// <param name="Patients">Their patients.</param>
/// <param name="Mean">Over the classes defined both within and outside.</param>
/// <param name="MeanClasses">Over how many classes that is.</param>
/// <param name="Classes">A class each.</param>
public sealed record SubgroupFigures(string By, string Name, int Images, int Patients, SubgroupClass Mean, int MeanClasses, IReadOnlyList<SubgroupClass> Classes)
{
    /// <summary>What a silent source is called.</summary>
    public const string NotSaid = "not said";
    static readonly int[] s_ages = [0, 18, 40, 60, 80];

    /// <summary>All groups by sex, age band (0-17, 18-39, 40-59, 60-79, 80 and more), view and site; a division with one group only is left out.</summary>
    /// <param name="table">Under its policy.</param>
    /// <param name="facts">What is known of each image, by name.</param>
    /// <param name="thresholds">Locked, one a class; null: none.</param>
    /// <param name="options">Of the bootstrap by patient.</param>
    /// <param name="cancel">Stops between two groups.</param>
    public static IReadOnlyList<SubgroupFigures> Of(ScoreTable table, IReadOnlyDictionary<string, ImageFacts> facts, IReadOnlyList<double?> thresholds, BootstrapOptions options, CancellationToken cancel = default)
    {
        options.Validate();
        if (thresholds.Count != table.Diseases.Count) throw new ArgumentException($"{thresholds.Count} thresholds for {table.Diseases.Count} classes; each needs one, or null.");
        ImageFacts?[] own = [.. table.Rows.Select(r => facts.GetValueOrDefault(r.Image))];
        List<SubgroupFigures> all = [];
        foreach (var (by, of) in (ReadOnlySpan<(string, Func<ImageFacts?, (int, string)>)>)[
            ("sex", f => f is null or { Sex: Sex.Unknown } ? (99, NotSaid) : ((int)f.Sex, f.Sex.ToString())), ("age", f => Band(f?.Age)),
            ("view", f => f is null or { View: View.Unknown } ? (99, NotSaid) : ((int)f.View, f.View.ToString())), ("site", f => f?.Site is { } site ? (0, site) : (99, NotSaid))])
        {
            (int Order, string Name)[] groups = [.. own.Select(of)];
            var names = groups.Distinct().Order().ToList();
            if (names.Count < 2) continue;
            foreach (var name in names)
            {
                cancel.ThrowIfCancellationRequested();
                all.Add(Of(by, name.Name, table, [.. groups.Select(g => g == name)], thresholds, options));
            }
        }
        return all;
    }

    /// <summary>The band of an age in years.</summary>
    public static (int Order, string Name) Band(double? age)
    {
        if (age is not { } years) return (99, NotSaid);
        var band = Array.FindLastIndex(s_ages, from => years >= from);
        return (band, band == s_ages.Length - 1 ? $"{s_ages[band]} and more" : $"{s_ages[band]}-{s_ages[band + 1] - 1}");
    }

    static SubgroupFigures Of(string by, string name, ScoreTable table, bool[] inside, IReadOnlyList<double?> thresholds, BootstrapOptions options)
    {
        string[] patients = [.. table.Rows.Select(r => r.Patient)];
        // hidden labels, not fewer rows: the draws of patients are then the same within and outside
        var (within, outside) = (Hidden(table, inside, keep: true), Hidden(table, inside, keep: false));
        var (here, there) = (MultiLabel.Of(table.Scores, within).Classes, MultiLabel.Of(table.Scores, outside).Classes);
        var drawnHere = AucBootstrap.Resample(table.Scores, within, patients, options).Classes;
        var drawnThere = AucBootstrap.Resample(table.Scores, outside, patients, options).Classes;
        int[] both = [.. Enumerable.Range(0, table.Diseases.Count).Where(c => here[c].Auc is not null && there[c].Auc is not null)];
        List<Func<int, bool?>> shares = [];
        for (var c = 0; c < table.Diseases.Count; c++)
        {
            var (column, at) = (c, thresholds[c]);
            shares.Add(i => at is not null && within[i, column] == Label.Present ? table.Scores[i, column] >= at : null);
            shares.Add(i => at is not null && within[i, column] == Label.Absent ? table.Scores[i, column] < at : null);
        }
        var locked = ResampledShares.Of(shares, patients, options);
        Figure Bounds(double? value, IEnumerable<double> drawn) => Figure.Of(value, ResampledInterval.Of([.. drawn], options.Level));
        double[] Difference(int c) => [.. drawnHere[c].Zip(drawnThere[c], (a, b) => a - b)];
        SubgroupClass[] classes = [.. table.Diseases.Select((d, c) => new SubgroupClass(d, here[c].Positives, here[c].Negatives, Bounds(here[c].Auc, drawnHere[c]),
            Bounds(here[c].Auc - there[c].Auc, Difference(c)), locked[2 * c], locked[2 * c + 1]))];
        double Mean(IEnumerable<double> values) => values.Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average();
        var mean = both.Length == 0 ? new SubgroupClass("mean", 0, 0, default, default, default, default) : new("mean", both.Sum(c => here[c].Positives), both.Sum(c => here[c].Negatives),
            Bounds(both.Average(c => here[c].Auc!.Value), Enumerable.Range(0, options.Resamples).Select(r => Mean(both.Select(c => drawnHere[c][r])))),
            Bounds(both.Average(c => here[c].Auc!.Value - there[c].Auc!.Value), Enumerable.Range(0, options.Resamples).Select(r => Mean(both.Select(c => drawnHere[c][r] - drawnThere[c][r])))),
            default, default);
        return new(by, name, inside.Count(i => i), patients.Where((_, i) => inside[i]).Distinct().Count(), mean, both.Length, classes);
    }

    static Label[,] Hidden(ScoreTable table, bool[] inside, bool keep)
    {
        var labels = (Label[,])table.Labels.Clone();
        for (var row = 0; row < inside.Length; row++)
            for (var c = 0; c < table.Diseases.Count; c++)
                if (inside[row] != keep) labels[row, c] = Label.Unknown;
        return labels;
    }
}
