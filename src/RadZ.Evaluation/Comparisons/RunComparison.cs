using RadZ.Data;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Tables;

namespace RadZ.Evaluation.Comparisons;

/// <summary>Two models on one class, over the images that both have scored and whose label is known and the same in both.</summary>
sealed record ClassComparison
{
    /// <summary>The column.</summary>
    public required string Class { get; init; }

    /// <summary>Images with it.</summary>
    public required int Positives { get; init; }

    /// <summary>Images without it.</summary>
    public required int Negatives { get; init; }

    /// <summary>The first run's area; null without both kinds.</summary>
    public double? A { get; init; }

    /// <summary>The second's.</summary>
    public double? B { get; init; }

    /// <summary>A less B, interval by resampling patients.</summary>
    public required Figure Difference { get; init; }

    /// <summary>DeLong's paired two-sided p, which takes images as independent; null where the difference has no variance.</summary>
    public double? DeLongP { get; init; }

    /// <summary>Corrected over the classes.</summary>
    public double? HolmP { get; init; }

    /// <summary>Two-sided, by patients; null without resamples.</summary>
    public double? BootstrapP { get; init; }

    /// <summary>Images left out since the two runs do not agree on their label.</summary>
    public required int OtherLabels { get; init; }
}

/// <summary>Two runs on the same images.</summary>
sealed record RunComparison
{
    /// <summary>Scored in both.</summary>
    public required int Images { get; init; }

    /// <summary>Their patients.</summary>
    public required int Patients { get; init; }

    /// <summary>Scored in the first run only.</summary>
    public required IReadOnlyList<string> OnlyA { get; init; }

    /// <summary>Scored in the second only.</summary>
    public required IReadOnlyList<string> OnlyB { get; init; }

    /// <summary>Images in both that belong to another patient there; left out.</summary>
    public required int OtherPatients { get; init; }

    /// <summary>Columns of the first only.</summary>
    public required IReadOnlyList<string> ClassesOnlyA { get; init; }

    /// <summary>Columns of the second only.</summary>
    public required IReadOnlyList<string> ClassesOnlyB { get; init; }

    /// <summary>Columns of both.</summary>
    public required IReadOnlyList<ClassComparison> Classes { get; init; }

    /// <summary>Mean area of the first over the classes defined.</summary>
    public double? MacroA { get; init; }

    /// <summary>Of the second.</summary>
    public double? MacroB { get; init; }

    /// <summary>Over how many.</summary>
    public required int MacroClasses { get; init; }

    /// <summary>A less B.</summary>
    public required Figure MacroDifference { get; init; }

    /// <summary>Two-sided, by resampling patients.</summary>
    public double? MacroP { get; init; }

    /// <summary>Whether both runs have measured exactly the same images and classes with the same labels.</summary>
    public bool Same =>
        OnlyA.Count + OnlyB.Count + OtherPatients + ClassesOnlyA.Count + ClassesOnlyB.Count + Classes.Sum(c => c.OtherLabels) == 0;

    /// <summary>Compares them; both tables under their policies.</summary>
    /// <exception cref="ArgumentException">No image or no class is common.</exception>
    public static RunComparison Compare(ScoreTable a, ScoreTable b, BootstrapOptions options)
    {
        options.Validate();
        var (rowsA, rowsB) = (Rows(a), Rows(b));
        string[] common = [.. a.Rows.Select(r => r.Image).Where(rowsB.ContainsKey)];
        string[] images = [.. common.Where(i => a.Rows[rowsA[i]].Patient == b.Rows[rowsB[i]].Patient)];
        string[] classes = [.. a.Diseases.Where(b.Diseases.Contains)];
        if (images.Length == 0)
            throw new ArgumentException($"the runs have no image of the same patient in common " +
                $"({a.Rows.Count} and {b.Rows.Count} images); a paired comparison needs the same images.");
        if (classes.Length == 0)
            throw new ArgumentException($"the runs have no class in common: {string.Join(", ", a.Diseases)} against " +
                $"{string.Join(", ", b.Diseases)}.");

        var (labels, scoresA, scoresB) = (new Label[images.Length, classes.Length], new double[images.Length, classes.Length],
            new double[images.Length, classes.Length]);
        var other = new int[classes.Length];
        for (var c = 0; c < classes.Length; c++)
        {
            var (columnA, columnB) = (Column(a, classes[c]), Column(b, classes[c]));
            for (var i = 0; i < images.Length; i++)
            {
                var (rowA, rowB) = (rowsA[images[i]], rowsB[images[i]]);
                (scoresA[i, c], scoresB[i, c]) = (a.Scores[rowA, columnA], b.Scores[rowB, columnB]);
                if (a.Labels[rowA, columnA] == b.Labels[rowB, columnB]) labels[i, c] = a.Labels[rowA, columnA];
                else other[c]++;
            }
        }
        string[] patients = [.. images.Select(i => a.Rows[rowsA[i]].Patient)];
        // the same seed and the same patients: both are drawn alike
        var (drawnA, drawnB) = (AucBootstrap.Resample(scoresA, labels, patients, options),
            AucBootstrap.Resample(scoresB, labels, patients, options));
        var tests = Enumerable.Range(0, classes.Length).Select(c => Pair(scoresA, scoresB, labels, c)).ToArray();
        var holm = Holm.Adjust([.. tests.Select(t => t?.TwoSidedP)]);
        double[] Differences(double[] one, double[] two) => [.. one.Zip(two, (x, y) => x - y)];
        Figure Bounds(double? value, double[] drawn) => Figure.From(value, ResampledInterval.Compute(drawn, options.Level));
        ClassComparison[] all = [.. classes.Select((name, c) =>
        {
            var drawn = Differences(drawnA.Classes[c], drawnB.Classes[c]);
            int[] known = [.. Enumerable.Range(0, images.Length).Where(i => labels[i, c].IsKnown())];
            var (one, two) = (Auroc.Compute(Ranking.FromKnown(scoresA, labels, c)), Auroc.Compute(Ranking.FromKnown(scoresB, labels, c)));
            return new ClassComparison
            {
                Class = name,
                Positives = known.Count(i => labels[i, c] == Label.Present),
                Negatives = known.Count(i => labels[i, c] == Label.Absent),
                A = one,
                B = two,
                Difference = Bounds(one - two, drawn),
                DeLongP = tests[c]?.TwoSidedP,
                HolmP = holm[c],
                BootstrapP = one is null ? null : TwoSided(drawn),
                OtherLabels = other[c],
            };
        })];
        var defined = all.Where(c => c.A is not null).ToList();
        var macro = Differences(drawnA.Macro, drawnB.Macro);
        double? macroA = defined.Count == 0 ? null : defined.Average(c => c.A),
        macroB = defined.Count == 0 ? null : defined.Average(c => c.B);
        return new()
        {
            Images = images.Length,
            Patients = patients.Distinct().Count(),
            OnlyA = [.. a.Rows.Select(r => r.Image).Where(i => !rowsB.ContainsKey(i))],
            OnlyB = [.. b.Rows.Select(r => r.Image).Where(i => !rowsA.ContainsKey(i))],
            OtherPatients = common.Length - images.Length,
            ClassesOnlyA = [.. a.Diseases.Except(classes)],
            ClassesOnlyB = [.. b.Diseases.Except(classes)],
            Classes = all,
            MacroA = macroA,
            MacroB = macroB,
            MacroClasses = defined.Count,
            MacroDifference = Bounds(macroA - macroB, macro),
            MacroP = macroA is null ? null : TwoSided(macro),
        };
    }

    /// <summary>
    /// A bootstrap's two-sided p: twice the smaller share of resamples on either side of no difference, one added to both counts (Davison
    /// and Hinkley 1997, 4.2): never 0, at most 1. Null without resamples.
    /// </summary>
    internal static double? TwoSided(double[] differences)
    {
        double[] defined = [.. differences.Where(d => !double.IsNaN(d))];
        return defined.Length == 0 ? null
            : Math.Min(1, 2 * (Math.Min(defined.Count(d => d <= 0), defined.Count(d => d >= 0)) + 1.0) / (defined.Length + 1));
    }

    static DeLongComparison? Pair(double[,] a, double[,] b, Label[,] labels, int column)
    {
        int[] rows = [.. Enumerable.Range(0, labels.GetLength(0)).Where(r => labels[r, column].IsKnown())];
        return DeLong.Compare([.. rows.Select(r => a[r, column])], [.. rows.Select(r => b[r, column])],
            [.. rows.Select(r => labels[r, column] == Label.Present)]);
    }

    static Dictionary<string, int> Rows(ScoreTable table)
    {
        var rows = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var r = 0; r < table.Rows.Count; r++)
            if (!rows.TryAdd(table.Rows[r].Image, r))
                throw new ArgumentException($"image {table.Rows[r].Image} has two rows of scores; a pair needs one.");
        return rows;
    }

    static int Column(ScoreTable table, string name) => Enumerable.Range(0, table.Diseases.Count).First(c => table.Diseases[c] == name);
}
