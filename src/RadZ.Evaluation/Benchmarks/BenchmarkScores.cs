using RadZ.Data;
using RadZ.Data.Sets;
using RadZ.Evaluation.Tables;

namespace RadZ.Evaluation.Benchmarks;

/// <summary>
/// Joins labels of a set with scores. Labels stay as the set has them; <see cref="LabelPolicy"/> decides later, so that a kept table can be
/// read under another.
/// </summary>
static class BenchmarkScores
{
    /// <summary>A table of a score file; images without scores are <see cref="ScoreTable.Failed"/>.</summary>
    /// <param name="samples">The split.</param>
    /// <param name="root">The set's root: images are called by their path below it.</param>
    /// <param name="classes">The columns.</param>
    /// <param name="scores">The file.</param>
    public static ScoreTable Join(IReadOnlyList<Sample> samples, string root, IReadOnlyList<ClassColumn> classes, ScoreFile scores)
    {
        List<FailedImage> failed = [];
        List<Sample> scored = [];
        var values = new double[samples.Count, classes.Count];
        foreach (var sample in samples)
        {
            var own = scores.ScoresFor(NameOf(sample, root));
            if (own.IsEmpty) failed.Add(new(Image(sample, root), "the score file has no row for it."));
            else
            {
                for (var c = 0; c < classes.Count; c++) values[scored.Count, c] = own[c];
                scored.Add(sample);
            }
        }
        return Table(scored, root, classes, (row, c) => values[row, c], failed);
    }

    /// <summary>A table of scores that are at hand.</summary>
    public static ScoreTable Table(IReadOnlyList<Sample> scored, string root, IReadOnlyList<ClassColumn> classes,
        Func<int, int, double> score, IReadOnlyList<FailedImage> failed) =>
        Table(scored, s => NameOf(s, root), classes, score, failed);

    /// <summary>The same of images that are called otherwise than by their paths below a root.</summary>
    internal static ScoreTable Table(IReadOnlyList<Sample> scored, Func<Sample, string> nameOf, IReadOnlyList<ClassColumn> classes,
        Func<int, int, double> score, IReadOnlyList<FailedImage> failed)
    {
        var (scores, labels) = (new double[scored.Count, classes.Count], new Label[scored.Count, classes.Count]);
        for (var row = 0; row < scored.Count; row++)
            for (var c = 0; c < classes.Count; c++)
                (scores[row, c], labels[row, c]) = (score(row, c), classes[c].LabelIn(scored[row].Labels));
        ScoredImage[] rows = [.. scored.Select(s => new ScoredImage(nameOf(s), s.Patient, s.Source))];
        return new(rows, [.. classes.Select(c => c.Name)], scores, labels)
        {
            Failed = failed,
        };
    }

    /// <summary>The image as a run calls it.</summary>
    public static ScoredImage Image(Sample sample, string root) => new(NameOf(sample, root), sample.Patient, sample.Source);

    /// <summary>The same table under a policy: labels that count are present or absent, the others unknown.</summary>
    /// <param name="table">Labels as the set has them.</param>
    /// <param name="classes">The columns, for the diseases that a policy names.</param>
    /// <param name="policy">What is done with the others.</param>
    public static ScoreTable Under(LabelPolicy policy, ScoreTable table, IReadOnlyList<ClassColumn> classes)
    {
        var labels = new Label[table.Rows.Count, classes.Count];
        for (var row = 0; row < table.Rows.Count; row++)
            for (var c = 0; c < classes.Count; c++)
                labels[row, c] = classes[c].Complement && !table.Labels[row, c].IsKnown()
                    ? policy.Apply(classes[c].Disease, table.Labels[row, c]) switch
                    {
                        Label.Present => Label.Absent,
                        Label.Absent => Label.Present,
                        _ => Label.Unknown,
                    }
                    : policy.Apply(classes[c].Disease, table.Labels[row, c]) is var label && label.IsKnown() ? label : Label.Unknown;
        return new(table.Rows, table.Diseases, table.Scores, labels) { Failed = table.Failed };
    }

    static string NameOf(Sample sample, string root)
    {
        var full = root.EndsWith('/') ? root : root + "/";
        return sample.Image.StartsWith(full, StringComparison.Ordinal) ? sample.Image[full.Length..] : sample.Image.Replace('\\', '/');
    }
}
