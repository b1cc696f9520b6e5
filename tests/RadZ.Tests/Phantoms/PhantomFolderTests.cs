using System.Security.Cryptography;
using RadZ.Data.Reports;
using RadZ.Data.Sets;
using RadZ.Files;
using RadZ.Imaging.Pictures;
using RadZ.Phantoms;
using RadZ.Phantoms.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Tests.Phantoms;

public class PhantomFolderTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    static readonly PhantomSettings s_settings = new() { Count = 40, Seed = 5, Size = 64, Sites = ["a", "b"] };

    static string Hash(string folder) =>
        string.Concat(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(f => $"{Path.GetRelativePath(folder, f)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f)))}\n"));

    [Fact]
    public void What_is_written_is_read_as_it_was_drawn()
    {
        using var temp = new TempFolder();
        new PhantomFolder(temp.Path).Write(s_settings, cancel: Stop);

        var source = new PhantomSource(s_settings.Options(), 64);
        var set = ManifestFile.Read(Path.Combine(temp.Path, "manifest.csv"));
        Assert.Empty(set.Skipped);
        Assert.Equal((40, 15), (set.Samples.Count, set.Diseases.Count));
        Assert.Equal(40, set.Samples.Select(s => s.Patient).Distinct().Count());
        foreach (var (i, sample) in set.Samples.Index())
        {
            var phantom = source.Draw(i);
            Assert.Equal(PhantomSource.Labels(phantom.Plan).ByDisease.OrderBy(l => l.Key), sample.Labels.ByDisease.OrderBy(l => l.Key));
            Assert.Equal((source.Patient(i), $"phantom-{phantom.Plan.Site.Name}"), (sample.Patient, sample.Source));
            var raster = ImageFile.Read(sample.Image);
            Assert.Equal((64, 64, 1), (raster.Width, raster.Height, raster.Channels));
            Assert.Equal(PhantomSource.Levels(phantom).Levels, raster.Levels);
        }
        var reports = ManifestFile.Read(Path.Combine(temp.Path, "reports.csv"));
        var reading = new ReportReading(KnowledgeBase.Embedded);
        Assert.All(reports.Samples.Zip(set.Samples),
            s => Assert.Equal(s.Second.Labels.Present.Order(),
                reading.Labels(s.First.Report!).Present.Where(d => s.Second.Labels.ByDisease.ContainsKey(d)).Order()));
        Assert.Contains("No patient is in these pictures", File.ReadAllText(Path.Combine(temp.Path, "card.md")));
        Assert.False(Directory.Exists(Path.Combine(temp.Path, ".parts")));
    }

    [Fact]
    public void Every_box_is_its_masks()
    {
        using var temp = new TempFolder();
        new PhantomFolder(temp.Path).Write(s_settings, cancel: Stop);
        var rows = File.ReadAllLines(Path.Combine(temp.Path, "boxes.csv")).Skip(1).Select(l => l.Split(',')).ToList();
        Assert.Equal(rows.Count, Directory.EnumerateFiles(Path.Combine(temp.Path, "masks")).Count());
        foreach (var row in rows)
        {
            var mask = ImageFile.Read(Path.Combine(temp.Path, row[12]));
            var on = Enumerable.Range(0, mask.Levels.Length).Where(i => mask.Levels[i] == 255).ToList();
            Assert.Equal(int.Parse(row[11]), on.Count);
            Assert.All(mask.Levels, l => Assert.True(l is 0 or 255));
            int[] box = [on.Min(i => i % 64), on.Min(i => i / 64), on.Max(i => i % 64) - on.Min(i => i % 64) + 1,
                on.Max(i => i / 64) - on.Min(i => i / 64) + 1];
            Assert.Equal(box, row[7..11].Select(int.Parse));
        }
    }

    [Fact]
    public void Sixteen_bits_hold_what_was_drawn()
    {
        using var temp = new TempFolder();
        new PhantomFolder(temp.Path).Write(s_settings with { Count = 2, Bits = 16 }, cancel: Stop);
        var header = ImageFile.Inspect(Path.Combine(temp.Path, "images", "000000.png"));
        Assert.Equal((16, 1), (header.BitsPerSample, header.Channels));
        var drawn = new PhantomSource(s_settings.Options(), 64).Draw(0);
        Assert.Equal(PhantomSource.Levels(drawn).Levels, ImageFile.Read(Path.Combine(temp.Path, "images", "000000.png")).Levels);
    }

    [Fact]
    public void Stopped_and_gone_on_with_it_has_the_same_bytes()
    {
        using var temp = new TempFolder();
        var (whole, stopped) = (Path.Combine(temp.Path, "whole"), Path.Combine(temp.Path, "stopped"));
        new PhantomFolder(whole).Write(s_settings with { Count = 100 }, cancel: Stop);

        using var cancel = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            new PhantomFolder(stopped).Write(s_settings with { Count = 100 }, n => { if (n >= 45) cancel.Cancel(); }, cancel.Token));
        Assert.False(File.Exists(Path.Combine(stopped, "card.md")));
        Assert.False(File.Exists(Path.Combine(stopped, "manifest.csv")));
        // what a kill may leave besides: a half-written picture under its partial name, and one cut short in a finished part
        File.WriteAllText(Path.Combine(stopped, "images", ".000099.png.1.tmp"), "half");
        var first = Path.Combine(stopped, "images", "000000.png");
        File.WriteAllBytes(first, File.ReadAllBytes(first)[..100]);
        new PhantomFolder(stopped).Write(s_settings with { Count = 100 }, cancel: Stop);
        Assert.Equal(Hash(whole), Hash(stopped));

        Assert.Equal(100, new PhantomFolder(stopped).Write(s_settings with { Count = 100 }, cancel: Stop));       // nothing is left to do
    }

    [Fact]
    public void A_folder_of_something_else_is_left_alone()
    {
        using var temp = new TempFolder();
        new PhantomFolder(temp.Path).Write(s_settings with { Count = 1 }, cancel: Stop);
        Assert.Equal("occupied",
            Assert.Throws<InvalidInputException>(() =>
                new PhantomFolder(temp.Path).Write(s_settings with { Count = 1, Seed = 6 }, cancel: Stop)).Kind);
        var own = Directory.CreateDirectory(Path.Combine(temp.Path, "own"));
        File.WriteAllText(Path.Combine(own.FullName, "thesis.txt"), "years of work");
        Assert.Equal("occupied",
            Assert.Throws<InvalidInputException>(() => new PhantomFolder(own.FullName).Write(s_settings, cancel: Stop)).Kind);
        Assert.Equal(["thesis.txt"], Directory.EnumerateFileSystemEntries(own.FullName).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_stream_is_in_order_and_can_be_left()
    {
        var source = new PhantomSource(s_settings.Options(), 64);
        var seeds = new List<ulong>();
        await foreach (var phantom in source.StreamAsync(3, 1000, workers: 2, TestContext.Current.CancellationToken))
        {
            seeds.Add(phantom.Plan.Seed);
            if (seeds.Count == 20) break;
        }
        Assert.Equal(Enumerable.Range(3, 20).Select(i => source.Plan(i).Seed), seeds);
    }
}
