using RadZ.Data;
using RadZ.Evaluation.Comparisons;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Tables;
using RadZ.RunReports.Claims;
using RadZ.RunReports.Sweeps;
using RadZ.TestKit;

namespace RadZ.Tests.Evaluation;

/// <summary>The rule of docs/decisions/0017, case by case.</summary>
public class VerdictTests
{
    [Theory]
    [InlineData(0.02, 0.01, 0.03, 0.001, 3, Verdict.Supported)]
    [InlineData(0.02, 0.01, 0.03, 0.001, 2, Verdict.Undecided)]                    // too few seeds, whatever the numbers
    [InlineData(0.02, -0.01, 0.05, 0.06, 3, Verdict.Undecided)]                    // not sure enough
    [InlineData(0.004, 0.002, 0.006, 0.001, 3, Verdict.Undecided)]                 // sure, and it may be more than the margin or less
    [InlineData(0.003, 0.002, 0.0045, 0.001, 3, Verdict.NotSupported)]             // sure, and too small to matter
    [InlineData(0.005, 0.002, 0.008, 0.049, 3, Verdict.Supported)]
    [InlineData(-0.005, -0.008, -0.002, 0.049, 5, Verdict.Contradicted)]
    [InlineData(-0.02, -0.05, 0.004, 0.1, 3, Verdict.NotSupported)]
    [InlineData(-0.02, -0.05, 0.01, 0.1, 3, Verdict.Undecided)]
    internal void One_comparison(double difference, double low, double high, double p, int seeds, Verdict expected) =>
        Assert.Equal(expected, new VerdictRule().Judge(difference, new Interval(low, high), p, seeds));

    [Fact]
    public void Nothing_that_varies_is_no_advantage() => Assert.Equal(Verdict.NotSupported, new VerdictRule().Judge(0, null, null, 3));

    [Theory]
    [InlineData(Verdict.Supported, Verdict.Supported, Verdict.Supported)]
    [InlineData(Verdict.NotSupported, Verdict.Supported, Verdict.NotSupported)]
    [InlineData(Verdict.NotSupported, Verdict.Supported, Verdict.Contradicted)]
    [InlineData(Verdict.Contradicted, Verdict.Contradicted, Verdict.Undecided)]
    [InlineData(Verdict.Contradicted, Verdict.NotSupported, Verdict.Contradicted)]
    [InlineData(Verdict.Undecided, Verdict.Supported, Verdict.Undecided)]
    [InlineData(Verdict.NotSupported, Verdict.NotSupported, Verdict.Undecided)]
    internal void A_claim_of_two(Verdict expected, Verdict one, Verdict two)
    {
        Assert.Equal(expected, VerdictRule.Combine([one, two]));
        Assert.Equal(expected, VerdictRule.Combine([two, one]));
    }

    static Arm Arm(string name, string group, double signal, string? against = "default", string? note = null, int seeds = 3,
        int lost = 0) => new(name, group, against, note, [.. Enumerable.Range(1, seeds - lost).Select(seed =>
    {
        var random = new Random(seed * 31 + name.Length);
        var (scores, labels) = (new double[120, 2], new Label[120, 2]);
        for (var i = 0; i < 120; i++)
            for (var c = 0; c < 2; c++)
            {
                labels[i, c] = (i + c) % 3 == 0 ? Label.Present : i % 7 == 0 ? Label.Unknown : Label.Absent;
                scores[i, c] = (labels[i, c] == Label.Present ? signal : 0) + random.NextDouble();
            }
        return (seed, new ScoreTable([.. Enumerable.Range(0, 120).Select(i => new ScoredImage($"{i}.png", $"p{i}", "made"))],
            ["mass", "nodule"], scores, labels));
    })]);

    static readonly IReadOnlyList<Arm> Arms =
    [
        Arm("default", "", 0.5, against: null), Arm("no-tokens", "tokens", 0.1), Arm("tokens-16", "tokens", 0.5),
        Arm("no-anchor", "dkam", 0.45, note: "lambda 1", lost: 1), Arm("broken", "heads", 0, seeds: 0),
        Arm("alone", "unseen", 0.3, against: null),
    ];

    [Fact]
    public void The_table_of_a_sweep_is_as_approved()
    {
        var table = ArmTable.Compute("made", Arms, new() { Resamples = 200, Seed = 5 });
        Assert.Equal([null, true, true, true, null, null],
            table.Rows.Select(r => r.Comparison is null ? null : (bool?)(r.HolmP >= r.Comparison.P)));
        Assert.True(table.Rows[1].Comparison is { Difference: < -0.2, P: < 0.01 });
        Assert.Equal([1, 2], table.Rows[3].Comparison!.Seeds);
        Approved.Verify(SweepTable.Text(table));
    }

    [Fact]
    public void Claims_are_corrected_together_and_reported()
    {
        var measured = Arms.Where(a => a.Scores.Count > 0).ToDictionary(a => a.Name,
            a => SeededMeasure.FromAucs(a.Name, a.Scores, new() { Resamples = 200, Seed = 5 }));
        ClaimComparison Pair(string rival, string? remark = null) => new()
        {
            Rival = rival,
            Measure = "mean AUC",
            A = measured["default"],
            B = measured.GetValueOrDefault(rival),
            Comparison = measured.TryGetValue(rival, out var m) ? SeedComparison.Compare(measured["default"], m) : null,
            HolmP = null,
            Verdict = Verdict.Undecided,
            Remark = remark,
        };
        var claims = ClaimResult.Judge([("b", "Special tokens beat pooling.", [Pair("no-tokens")]),
            ("c", "Anchoring helps <well>.", [Pair("no-anchor"), Pair("broken", "It broke.")])], new());
        Assert.Equal([Verdict.Supported, Verdict.Undecided], claims.Select(c => c.Verdict));
        Assert.Equal(Math.Min(1, 2 * claims[0].Comparisons[0].Comparison!.P!.Value), claims[0].Comparisons[0].HolmP!.Value, 12);
        Assert.Null(claims[1].Comparisons[1].Comparison);

        var found = new Reproduction(false, new(), [("program", "radz 0")],
            [new()
            {
                Name = "phantoms",
                Title = "Synthetic pictures",
                Warning = "SYNTHETIC PICTURES, not patients.",
                Facts = [("seeds", "1, 2, 3")],
                Claims = claims,
                Table = ArmTable.Compute("made", Arms, new() { Resamples = 50 }),
                Failed = ["seed 1, broken: it was."],
                Hashes = [("default", "00ff")],
            }]);
        using var folder = new TempFolder();
        ReproductionReport.Write(folder.Path, found);
        var page = File.ReadAllText(Path.Combine(folder.Path, "report.html"));
        foreach (var told in (string[])["Research use only", "SYNTHETIC PICTURES", "supported", "undecided (a side failed)",
            "Anchoring helps &lt;well&gt;.", "It broke.", "Runs that failed: seed 1, broken", "<svg", "00ff", "docs/decisions/0017"])
            Assert.Contains(told, page, StringComparison.Ordinal);
        Assert.DoesNotContain("http",
            page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal).Replace("http-equiv", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.Equal(4, File.ReadAllLines(Path.Combine(folder.Path, "claims.csv")).Length);
        var json = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Path, "claims.json"))).RootElement;
        Assert.Equal("supported", json.GetProperty("sweeps")[0].GetProperty("claims")[0].GetProperty("verdict").GetString());
        Approved.Verify(ReproductionReport.Text(found));
    }
}
