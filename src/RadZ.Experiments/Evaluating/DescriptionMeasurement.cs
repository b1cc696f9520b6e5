using RadZ.Data;
using RadZ.Data.Sets;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Runs;
using RadZ.Experiments.Running;
using RadZ.Model.Features;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Scoring;

namespace RadZ.Experiments.Evaluating;

/// <summary>Measures each disease's own description against random ones, on labelled images.</summary>
/// <param name="encoder">The model.</param>
/// <param name="context">Who is told.</param>
sealed class DescriptionMeasurement(RadiologyEncoder encoder, ExperimentContext context)
{
    /// <summary>Measures.</summary>
    /// <param name="list">The diseases, one a column.</param>
    /// <param name="samples">The images.</param>
    /// <param name="columns">Their labels.</param>
    /// <param name="count">Random descriptions of each disease.</param>
    /// <param name="seed">Of the random descriptions and of the intervals.</param>
    /// <param name="cancel">Stops between batches.</param>
    public async Task<DescriptionComparison> RunAsync(DiseaseList list, IReadOnlyList<Sample> samples, IReadOnlyList<ClassColumn> columns,
        int count, int seed, CancellationToken cancel)
    {
        using var counter = context.Observer.Count("compared", samples.Count);
        var control = new DescriptionControl(list, seed);
        string[] texts = [.. list.Entries.SelectMany((e, c) => control.Random(c, count).Prepend(e.Description))];
        var scores = await DescriptionControl.ScoreAsync(encoder, [.. samples.Select(s => s.Image)], texts, context.Texts, counter.Step,
            cancel).ConfigureAwait(false);
        var rows = new List<DescriptionComparison.Row>();
        foreach (var (c, column) in columns.Index())
        {
            int[] known = [.. Enumerable.Range(0, samples.Count)
                .Where(i => !double.IsNaN(scores[i, 0]) && column.LabelIn(samples[i].Labels).IsKnown())];
            bool[] present = [.. known.Select(i => column.LabelIn(samples[i].Labels) == Label.Present)];
            double? Auc(int text) => Auroc.Compute([.. known.Select(i => scores[i, text])], present);
            var own = c * (count + 1);
            var (table, labels) = (new double[known.Length, 1], new Label[known.Length, 1]);
            foreach (var (row, i) in known.Index()) (table[row, 0], labels[row, 0]) = (scores[i, own], column.LabelIn(samples[i].Labels));
            var interval = Auc(own) is null ? null
                : AucBootstrap.Run(table, labels, [.. known.Select(i => samples[i].Patient)], new() { Seed = seed }).Classes[0].Interval;
            rows.Add(new(column.Name, Auc(own), interval, [.. Enumerable.Range(own + 1, count).Select(Auc).OfType<double>().Order()]));
        }
        return new(count, rows);
    }
}
