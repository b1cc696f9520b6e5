using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using RadZ.Data;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Intervals;
using RadZ.Model.Features;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Scoring;

namespace RadZ.Cli.Verbs;

/// <summary>Each disease's own description against random ones, on the images of a manifest.</summary>
sealed record ControlReport(int Count, IReadOnlyList<ControlReport.Row> Rows)
{
    /// <summary>One disease: AUC of the cosine with its own description, by patient, and how the random ones did.</summary>
    /// <param name="Disease">The column.</param>
    /// <param name="Auc">Of its own description; null where the labels are of one kind.</param>
    /// <param name="Interval">Its interval by patient.</param>
    /// <param name="Random">AUC of every random description, rising.</param>
    internal sealed record Row(string Disease, double? Auc, Interval? Interval, double[] Random)
    {
        /// <summary>Mean of the random ones.</summary>
        public double? Mean => Random.Length == 0 ? null : Random.Average();

        /// <summary>Share of the random ones that do as well or better, this one counted: the p-value of "says nothing".</summary>
        public double? P => Auc is { } auc ? (1.0 + Random.Count(r => r >= auc)) / (Random.Length + 1) : null;

        /// <summary>An order statistic of the random ones.</summary>
        public double? Quantile(double share) => Random.Length == 0 ? null : Random[(int)Math.Round(share * (Random.Length - 1))];
    }

    public static async Task<ControlReport> Of(RadiologyEncoder encoder, DiseaseList list, SampleSet samples,
        IReadOnlyList<DiseaseColumn> columns, int count, int seed, Action done, CancellationToken cancel)
    {
        var control = new DescriptionControl(list, seed);
        string[] texts = [.. list.Entries.SelectMany((e, c) => control.Random(c, count).Prepend(e.Description))];
        var scores = await DescriptionControl.Scores(encoder, [.. samples.Samples.Select(s => s.Image)], texts, TextFeatureCache.Default(),
            done, cancel).ConfigureAwait(false);
        var rows = new List<Row>();
        foreach (var (c, column) in columns.Index())
        {
            int[] known = [.. Enumerable.Range(0, samples.Samples.Count)
                .Where(i => !double.IsNaN(scores[i, 0]) && samples.Samples[i].Labels[column.Name].IsKnown())];
            bool[] present = [.. known.Select(i => samples.Samples[i].Labels[column.Name] == Label.Present)];
            double? Auc(int text) => Auroc.Of([.. known.Select(i => scores[i, text])], present);
            var own = c * (count + 1);
            var (table, labels) = (new double[known.Length, 1], new Label[known.Length, 1]);
            foreach (var (row, i) in known.Index())
                (table[row, 0], labels[row, 0]) = (scores[i, own], samples.Samples[i].Labels[column.Name]);
            var interval = Auc(own) is null ? null
                : AucBootstrap.Of(table, labels, [.. known.Select(i => samples.Samples[i].Patient)], new() { Seed = seed }).Classes[0]
                    .Interval;
            rows.Add(new(column.Header, Auc(own), interval, [.. Enumerable.Range(own + 1, count).Select(Auc).OfType<double>().Order()]));
        }
        return new(count, rows);
    }

    /// <summary>For people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"Descriptions: AUC of the image's cosine with the disease's own description, and with " +
            $"{Count} random ones of the same length (words of the other descriptions).\n");
        var width = Math.Max(7, Rows.Max(r => r.Disease.Length));
        text.Append($"{"disease".PadRight(width)}     AUC             95 %  random          95 %      p\n");
        foreach (var row in Rows)
            text.Append($"{row.Disease.PadRight(width)}  {Number(row.Auc)}  {Range(row.Interval?.Low, row.Interval?.High)}  " +
                $"{Number(row.Mean)}  {Range(row.Quantile(0.025), row.Quantile(0.975))}  {Number(row.P)}\n");
        return text.ToString();
    }

    /// <summary>For programs.</summary>
    public JsonObject ToJson() => new()
    {
        ["random_descriptions"] = Count,
        ["classes"] = new JsonArray([.. Rows.Select(r => (JsonNode)new JsonObject
        {
            ["disease"] = r.Disease,
            ["auc"] = r.Auc,
            ["auc_low"] = r.Interval?.Low,
            ["auc_high"] = r.Interval?.High,
            ["random_mean"] = r.Mean,
            ["random_low"] = r.Quantile(0.025),
            ["random_high"] = r.Quantile(0.975),
            ["p"] = r.P,
        })]),
    };

    static string Number(double? value) => value is { } v ? v.ToString("0.0000", CultureInfo.InvariantCulture) : "-".PadLeft(6);

    static string Range(double? low, double? high) => low is { } l && high is { } h ? $"{Number(l)} - {Number(h)}" : "-".PadLeft(15);
}
