using System.Globalization;
using System.Xml.Linq;
using CsCheck;
using RadZ.Evaluation.Runs;
using RadZ.RunReports;
using RadZ.RunReports.Figures;
using RadZ.TestKit;

namespace RadZ.Tests.Evaluation.Report;

public sealed class RunReportTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    IReadOnlyDictionary<string, string> Made(bool locked = true)
    {
        MadeRun.Write(_folder.Path, locked);
        return RunReport.Files(StoredRun.Read(_folder.Path), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void The_model_card_is_as_approved() => Approved.Verify(Masked(Made()["model-card.md"]));

    [Fact]
    public void The_forest_plot_is_as_approved() => Approved.Verify(Made()["figures/forest.svg"]);

    [Fact]
    public void The_words_of_the_page_are_as_approved()
    {
        var page = XDocument.Parse(Xml(Made()["report.html"]));
        Approved.Verify(Masked(string.Join('\n',
            page.Descendants().Where(e => e.Name.LocalName is "h1" or "h2" or "p" or "li" or "th" or "td" or "figcaption")
                .Select(e => e.Value)) + "\n"));
    }

    /// <summary>Hashes change with every field of the record.</summary>
    internal static string Masked(string text) => System.Text.RegularExpressions.Regex.Replace(text, "[0-9a-f]{64}", "(a hash)");

    /// <summary>Meta and doctype are all that XML would not take.</summary>
    static string Xml(string page) => string.Join('\n',
        page.Split('\n').Where(l =>
            !l.StartsWith("<meta", StringComparison.Ordinal) && !l.StartsWith("<!doctype", StringComparison.Ordinal)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_page_fetches_nothing_and_every_picture_stands_alone(bool locked)
    {
        var files = Made(locked);
        var page = files["report.html"];
        var document = XDocument.Parse(Xml(page));
        Assert.DoesNotContain(document.Descendants(),
            e => e.Name.LocalName is "script" or "link" or "img" or "iframe"
                || e.Attributes().Any(a => a.Name.LocalName is "src" or "href"));
        Assert.DoesNotContain("url(", page);
        Assert.Equal(2, page.Split(RunReport.ResearchUse).Length - 1);
        Assert.Contains("A made-up &lt;alarm&gt; &amp; more.", page);
        foreach (var (name, svg) in files.Where(f => f.Key.EndsWith(".svg", StringComparison.Ordinal)))
        {
            Assert.Contains(svg.TrimEnd(), page);
            var box = XDocument.Parse(svg).Root!.Attribute("viewBox")!.Value.Split(' ')
                .Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray();
            foreach (var text in XDocument.Parse(svg).Descendants().Where(e => e.Name.LocalName == "text"))
            {
                Assert.InRange((double)text.Attribute("x")!, 0, box[2]);
                Assert.InRange((double)text.Attribute("y")!, 0, box[3]);
            }
            foreach (var paint in XDocument.Parse(svg).Descendants().SelectMany(e => e.Attributes())
                .Where(a => a.Name.LocalName is "fill" or "stroke" && a.Value != "none"))
                Assert.Matches("^#(?:([0-9a-f])\\1\\1|([0-9a-f]{2})\\2\\2)$", paint.Value);                     // grey
            Assert.True(files.ContainsKey(Path.ChangeExtension(name, "csv")));
        }
        Assert.Equal(locked, files.ContainsKey("figures/coverage-risk.svg"));
        if (!locked) Assert.Contains("THRESHOLDS FROM THE TEST SET", page);
    }

    [Fact]
    public void Data_of_a_picture_are_the_numbers_of_the_table()
    {
        var files = Made();
        var run = StoredRun.Read(_folder.Path);
        var mass = run.Figures.Classes[0];
        Assert.Equal(string.Create(CultureInfo.InvariantCulture,
            $"mass,{mass.Auc.Value:R},{mass.Auc.Low:R},{mass.Auc.High:R},{mass.Positives},{mass.Negatives}"),
                files["figures/forest.csv"].Split('\n')[1]);
        var counts = mass.Locked!.Counts;
        Assert.Equal(string.Create(CultureInfo.InvariantCulture,
            $"mass,{mass.Locked.Threshold:R},{counts.TruePositives},{counts.FalsePositives},{counts.FalseNegatives}," +
            $"{counts.TrueNegatives}"), files["figures/confusion.csv"].Split('\n')[1]);
        double[][] roc = [.. files["figures/roc.csv"].Split('\n').Where(l => l.StartsWith("mass,ROC,", StringComparison.Ordinal))
            .Select(l => l.Split(',')[2..4].Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray())];
        Assert.Equal(mass.Auc.Value!.Value, roc.Zip(roc[1..]).Sum(s => (s.Second[0] - s.First[0]) * (s.First[1] + s.Second[1]) / 2), 12);
    }

    [Fact]
    public void Thinning_keeps_both_ends_and_nothing_that_is_seen_is_lost() =>
        Gen.Select(Gen.Double[0, 0.004], Gen.Double[0, 0.004]).Array[1, 400].Sample(steps =>
        {
            var (x, y) = (0.0, 0.0);
            var points = steps.Select(s => (X: x += s.Item1, Y: y += s.Item2)).ToList();
            var kept = CurveFigures.Thin(points);
            Assert.Equal(points[0], (kept[0].X, kept[0].Y));
            Assert.Equal(points[^1], (kept[^1].X, kept[^1].Y));
            Assert.All(points, p => Assert.Contains(kept, k => Math.Abs(k.X - p.X) < 0.002 && Math.Abs(k.Y - p.Y) < 0.002));
        }, iter: 30);

    [Fact]
    public void The_same_folder_gives_the_same_report_and_old_figures_go()
    {
        Assert.Equal(Made(), RunReport.Files(StoredRun.Read(_folder.Path), TestContext.Current.CancellationToken));
        _folder.Write("figures/old.svg", "");
        _folder.Write("figures/mine.txt", "");
        RunReport.Write(StoredRun.Read(_folder.Path), TestContext.Current.CancellationToken);
        Assert.False(File.Exists(_folder.At("figures", "old.svg")));
        Assert.True(File.Exists(_folder.At("figures", "mine.txt")));
    }

    [Fact]
    public void A_stopped_report_writes_nothing()
    {
        MadeRun.Write(_folder.Path);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => RunReport.Write(StoredRun.Read(_folder.Path), stop.Token));
        Assert.False(File.Exists(_folder.At("report.html")));
    }
}
