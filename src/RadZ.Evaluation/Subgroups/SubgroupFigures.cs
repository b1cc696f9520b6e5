using RadZ.Data;
using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Tables;

namespace RadZ.Evaluation.Subgroups;

/// <summary>One class, or the mean of all, within a subgroup and against all other images.</summary>
sealed record SubgroupClass
{
    /// <summary>The column; <c>mean</c> for the mean over the classes that are defined both within and outside.</summary>
    public required string Class { get; init; }

    /// <summary>In the group.</summary>
    public required int Positives { get; init; }

    /// <summary>In the group.</summary>
    public required int Negatives { get; init; }

    /// <summary>In the group; not defined without both kinds.</summary>
    public required Figure Auc { get; init; }

    /// <summary>The group's area less that of all other images, on the same resamples; not defined where either is not.</summary>
    public required Figure Gap { get; init; }

    /// <summary>At the locked threshold, where there is one.</summary>
    public required Figure Sensitivity { get; init; }

    /// <summary>Alike.</summary>
    public required Figure Specificity { get; init; }
}

/// <summary>One subgroup.</summary>
sealed record SubgroupFigures
{
    /// <summary>What divides: sex, age, view, site.</summary>
    public required string By { get; init; }

    /// <summary>The group: Female, 40-59, PosteroAnterior; <c>not said</c> where the source is silent.</summary>
    public required string Name { get; init; }

    /// <summary>Scored images.</summary>
    public required int Images { get; init; }

    /// <summary>Their patients.</summary>
    public required int Patients { get; init; }

    /// <summary>Over the classes defined both within and outside.</summary>
    public required SubgroupClass Mean { get; init; }

    /// <summary>Over how many classes that is.</summary>
    public required int MeanClasses { get; init; }

    /// <summary>A class each.</summary>
    public required IReadOnlyList<SubgroupClass> Classes { get; init; }

    /// <summary>What a silent source is called.</summary>
    public const string NotSaid = "not said";
    static readonly int[] s_ages = [0, 18, 40, 60, 80];

    /// <summary>
    /// All groups by sex, age band (0-17, 18-39, 40-59, 60-79, 80 and more), view and site; a division with one group only is left out.
    /// </summary>
    /// <param name="table">Under its policy.</param>
    /// <param name="facts">What is known of each image, by name.</param>
    /// <param name="thresholds">Locked, one a class; null: none.</param>
    /// <param name="options">Of the bootstrap by patient.</param>
    /// <param name="cancel">Stops between two batches of resamples.</param>
    public static IReadOnlyList<SubgroupFigures> Compute(ScoreTable table, IReadOnlyDictionary<string, ImageFacts> facts,
        IReadOnlyList<double?> thresholds, BootstrapOptions options, CancellationToken cancel = default)
    {
        options.Validate();
        if (thresholds.Count != table.Diseases.Count)
            throw new ArgumentException($"{thresholds.Count} thresholds for {table.Diseases.Count} classes; each needs one, or null.");
        ImageFacts?[] own = [.. table.Rows.Select(r => facts.GetValueOrDefault(r.Image))];
        List<(string By, string Name)> groups = [];
        List<int[]> divisions = [];
        foreach (var (by, of) in (ReadOnlySpan<(string, Func<ImageFacts?, (int, string)>)>)[
            ("sex", f => f is null or { Sex: Sex.Unknown } ? (99, NotSaid) : ((int)f.Sex, f.Sex.ToString())), ("age", f => Band(f?.Age)),
            ("view", f => f is null or { View: View.Unknown } ? (99, NotSaid) : ((int)f.View, f.View.ToString())),
            ("site", f => f?.Site is { } site ? (0, site) : (99, NotSaid))])
        {
            (int Order, string Name)[] each = [.. own.Select(of)];
            var names = each.Distinct().Order().ToList();
            if (names.Count < 2) continue;
            var places = names.Index().ToDictionary(n => n.Item, n => groups.Count + n.Index);
            divisions.Add([.. each.Select(e => places[e])]);
            groups.AddRange(names.Select(n => (by, n.Name)));
        }
        return groups.Count == 0 ? [] : Compute(table, groups, divisions, thresholds, options, cancel);
    }

    /// <summary>The band of an age in years.</summary>
    public static (int Order, string Name) Band(double? age)
    {
        if (age is not { } years) return (99, NotSaid);
        var band = Array.FindLastIndex(s_ages, from => years >= from);
        return (band, band == s_ages.Length - 1 ? $"{s_ages[band]} and more" : $"{s_ages[band]}-{s_ages[band + 1] - 1}");
    }

    static SubgroupFigures[] Compute(ScoreTable table, IReadOnlyList<(string By, string Name)> groups, IReadOnlyList<int[]> divisions,
        IReadOnlyList<double?> thresholds, BootstrapOptions options, CancellationToken cancel)
    {
        const int lanes = ResampledNumbers.Lanes;
        var classes = table.Diseases.Count;
        var numbers = new Dictionary<string, int>();
        int[] patientOf = [.. table.Rows.Select(r => numbers.TryAdd(r.Patient, numbers.Count) ? numbers.Count - 1 : numbers[r.Patient])];
        int[] divisionOf = new int[groups.Count];
        foreach (var (d, division) in divisions.Index())
            foreach (var g in division) divisionOf[g] = d;
        var rankings = new GroupedRanking[classes];
        Parallel.For(0, classes, new() { MaxDegreeOfParallelism = options.Threads ?? -1 },
            c => rankings[c] = GroupedRanking.Create(table.Scores, table.Labels, c, patientOf, divisions));

        var whole = new ushort[numbers.Count * lanes];
        Array.Fill(whole, (ushort)1);
        var (areas, within, outside) =
            (new GroupedAreas(groups.Count), new double[groups.Count, classes], new double[groups.Count, classes]);
        for (var c = 0; c < classes; c++)
        {
            rankings[c].Walk(whole, areas);
            for (var g = 0; g < groups.Count; g++) (within[g, c], outside[g, c]) = (areas.Within[g * lanes], areas.Outside[g * lanes]);
        }
        var (drawnWithin, drawnOutside) =
            (new double[groups.Count, classes, options.Resamples], new double[groups.Count, classes, options.Resamples]);
        PatientBootstrap.Batches(options, numbers.Count, () => new GroupedAreas(groups.Count), (at, filled, weights, own) =>
        {
            for (var c = 0; c < classes; c++)
            {
                rankings[c].Walk(weights, own);
                for (var g = 0; g < groups.Count; g++)
                    for (var l = 0; l < filled; l++)
                        (drawnWithin[g, c, at + l], drawnOutside[g, c, at + l]) = (own.Within[g * lanes + l], own.Outside[g * lanes + l]);
            }
        }, cancel);
        var locked = Locked(table, groups.Count, divisions, divisionOf, thresholds, options);
        var counts = Counts(table, groups.Count, divisions);
        return [.. groups.Select((group, g) =>
        {
            bool[] inside = [.. divisions[divisionOf[g]].Select(own => own == g)];
            int[] both = [.. Enumerable.Range(0, classes).Where(c => !double.IsNaN(within[g, c]) && !double.IsNaN(outside[g, c]))];
            Figure Bounds(double value, Func<int, double> drawn) => Figure.From(double.IsNaN(value) ? null : value,
                ResampledInterval.Compute([.. Enumerable.Range(0, options.Resamples).Select(drawn)], options.Level));
            double Mean(Func<int, double> of) => both.Select(of).Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average();
            SubgroupClass[] own = [.. table.Diseases.Select((d, c) =>
                new SubgroupClass
                {
                    Class = d,
                    Positives = counts[g, c].Positives,
                    Negatives = counts[g, c].Negatives,
                    Auc = Bounds(within[g, c], r => drawnWithin[g, c, r]),
                    Gap = Bounds(within[g, c] - outside[g, c], r => drawnWithin[g, c, r] - drawnOutside[g, c, r]),
                    Sensitivity = locked[2 * (g * classes + c)],
                    Specificity = locked[2 * (g * classes + c) + 1],
                })];
            var mean = both.Length == 0 ? new SubgroupClass
            {
                Class = "mean",
                Positives = 0,
                Negatives = 0,
                Auc = default,
                Gap = default,
                Sensitivity = default,
                Specificity = default,
            }
                : new()
                {
                    Class = "mean",
                    Positives = both.Sum(c => counts[g, c].Positives),
                    Negatives = both.Sum(c => counts[g, c].Negatives),
                    Auc = Bounds(Mean(c => within[g, c]), r => Mean(c => drawnWithin[g, c, r])),
                    Gap = Bounds(Mean(c => within[g, c] - outside[g, c]), r => Mean(c => drawnWithin[g, c, r] - drawnOutside[g, c, r])),
                    Sensitivity = default,
                    Specificity = default,
                };
            return new SubgroupFigures
            {
                By = group.By,
                Name = group.Name,
                Images = inside.Count(i => i),
                Patients = table.Rows.Where((_, i) => inside[i]).Select(r => r.Patient).Distinct().Count(),
                Mean = mean,
                MeanClasses = both.Length,
                Classes = own,
            };
        })];
    }

    /// <summary>Group by class: sensitivity and specificity at the locked thresholds; not defined where there are none.</summary>
    static IReadOnlyList<Figure> Locked(ScoreTable table, int groups, IReadOnlyList<int[]> divisions, int[] divisionOf,
        IReadOnlyList<double?> thresholds, BootstrapOptions options)
    {
        if (thresholds.All(t => t is null)) return new Figure[2 * groups * thresholds.Count];
        List<Func<int, bool?>> shares = [];
        for (var g = 0; g < groups; g++)
            for (var c = 0; c < thresholds.Count; c++)
            {
                var (group, own, column, at) = (g, divisions[divisionOf[g]], c, thresholds[c]);
                shares.Add(i => at is not null && own[i] == group && table.Labels[i, column] == Label.Present
                    ? table.Scores[i, column] >= at : null);
                shares.Add(i => at is not null && own[i] == group && table.Labels[i, column] == Label.Absent ? table.Scores[i, column] < at
                    : null);
            }
        return ResampledShares.Compute(shares, [.. table.Rows.Select(r => r.Patient)], options);
    }

    static (int Positives, int Negatives)[,] Counts(ScoreTable table, int groups, IReadOnlyList<int[]> divisions)
    {
        var counts = new (int Positives, int Negatives)[groups, table.Diseases.Count];
        foreach (var division in divisions)
            for (var row = 0; row < division.Length; row++)
                for (var c = 0; c < table.Diseases.Count; c++)
                    if (table.Labels[row, c] == Label.Present) counts[division[row], c].Positives++;
                    else if (table.Labels[row, c] == Label.Absent) counts[division[row], c].Negatives++;
        return counts;
    }
}
