using System.Diagnostics;
using System.Text.Json;
using RadZ.Imaging.Pictures;
using RadZ.TestKit;

namespace RadZ.Torch.Tests.Cli;

/// <summary>DICOM files through the program: convert, inspect, classify, features.</summary>
[Collection(SharedWorld.Name)]
public class DicomVerbTests(CliWorld world)
{
    static List<JsonElement> Cases(string result) =>
        [.. JsonDocument.Parse(File.ReadAllText(Fixtures.At("dicom", "index.json"))).RootElement.GetProperty("cases").EnumerateArray()
            .Where(c => c.GetProperty("result").GetString() == result)];

    static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    static string FileOf(JsonElement of) => Fixtures.At("dicom", Text(of, "file"));

    /// <summary>The committed slice of a CT: lung and bone windows are different pictures of it, and its own choice is neither.</summary>
    [Fact]
    public void Classify_looks_through_the_window_that_is_asked_for()
    {
        var slice = Path.Combine(Fixtures.Repository, "tests", "fixtures", "dicom", "files", "ct-rescale.dcm");
        string Scores(params string[] window)
        {
            var run = world.Program.Start(["classify", slice, "--format", "csv", "--gate", "pass", .. window]);
            Assert.Equal(0, run.Code);
            return run.Out;
        }
        Assert.Equal(3, new[] { Scores(), Scores("--window", "lung"), Scores("--window", "400,1800") }.Distinct().Count());
        Assert.Equal(Scores("--window", "bone"), Scores("--window", "400,1800"));
        Assert.Equal("error: --window is '40,0', expected centre and width (40,400; the width at least 1), a number from 1, or a name\n" +
            "Try 'radz classify --help'.\n", world.Program.Start("classify", slice, "--window", "40,0").Error);
    }

    /// <summary>One of each mapping, and the second frame where there is one: the rest is compared without a process.</summary>
    [Fact]
    public void Convert_writes_the_picture_of_the_fixture()
    {
        var pictures = Cases("image").SelectMany(c => c.GetProperty("display").EnumerateArray().Select(d => (File: FileOf(c), Display: d)))
            .GroupBy(p => (Text(p.Display, "mapping"), p.Display.GetProperty("frame").GetInt32())).Select(g => g.First()).ToList();
        Assert.InRange(pictures.Count, 2, 12);
        foreach (var (file, display) in pictures)
        {
            var output = $"{Path.GetFileNameWithoutExtension(file)}.png";
            var run = world.Program.Start("convert", file, output, "--frame", display.GetProperty("frame").ToString());
            Assert.Equal((0, ""), (run.Code, run.Out));
            var (expected, actual) = (ImageFile.Read(Fixtures.At("dicom", Text(display, "file"))), ImageFile.Read(world.At(output)));
            Assert.Equal((expected.Width, expected.Height, expected.Channels), (actual.Width, actual.Height, actual.Channels));
            Assert.InRange(expected.Levels.Zip(actual.Levels, (a, b) => Math.Abs(a - b)).Max(), 0,
                display.GetProperty("tolerance").GetInt32());
        }
    }

    [Fact]
    public void Convert_takes_other_images_and_tells_what_it_cannot_do()
    {
        Assert.Equal(new Run(0, "", ""), world.Program.Start("convert", "xrays/b.jpg", "b.png"));
        Assert.Equal(ImageFile.Read(world.At("xrays", "b.jpg")).Levels, ImageFile.Read(world.At("b.png")).Levels);
        Assert.StartsWith("error: xrays/a.png: a window or frame was asked for, which only DICOM files have",
            world.Program.Start("convert", "xrays/a.png", "a.png", "--window", "1,2").Error);
        Assert.StartsWith("error: --window is '1,0', expected centre and width",
            world.Program.Start("convert", "xrays/a.png", "a.png", "--window", "1,0").Error);
        Assert.StartsWith("error: 'a.jpg' does not end in .png", world.Program.Start("convert", "xrays/a.png", "a.jpg").Error);
        Assert.False(File.Exists(world.At("a.png")));
    }

    [Fact]
    public void Inspect_tells_how_pixels_are_stored_and_nothing_of_the_patient()
    {
        string[] phi = [.. Cases("image").Where(c => c.TryGetProperty("phi", out _))
            .SelectMany(c => c.GetProperty("phi").EnumerateArray().Select(p => p.GetString()!))];
        foreach (var of in Cases("image").Where(c => c.TryGetProperty("phi", out _) || c.TryGetProperty("warns", out _)))
        {
            var header = of.GetProperty("header");
            var run = world.Program.Start("inspect", FileOf(of), "--format", "json");
            Assert.Equal((0, "dicom"), (run.Code, Text(run.Json, "kind")));
            Assert.Equal(Text(header, "TransferSyntaxUID"), Text(run.Json, "transfer_syntax"));
            Assert.Equal(Text(header, "PhotometricInterpretation"), Text(run.Json, "photometric"));
            Assert.Equal(new[] { "Rows", "Columns", "NumberOfFrames", "BitsStored" }.Select(n => header.GetProperty(n).GetInt32()),
                new[] { "rows", "columns", "frames", "bits_stored" }.Select(n => run.Json.GetProperty(n).GetInt32()));
            Assert.Equal(header.GetProperty("ViewPosition").GetString(), run.Json.GetProperty("view").GetString());
            if (of.TryGetProperty("warns", out _)) Assert.NotEqual(0, run.Json.GetProperty("warnings").GetArrayLength());
            var all = run.Out + world.Program.Start("inspect", FileOf(of)).Out;
            Assert.DoesNotContain(phi, p => all.Contains(p, StringComparison.Ordinal));
        }
    }

    /// <summary>A large picture is being decoded by GDCM when the program is killed: neither process nor file stays.</summary>
    [Fact]
    public async Task Killed_without_warning_it_leaves_no_decoder_behind()
    {
        var large = Cases("image")
            .Where(c => Text(c.GetProperty("header"), "TransferSyntaxUID").StartsWith("1.2.840.10008.1.2.4.9", StringComparison.Ordinal))
            .OrderByDescending(c => c.GetProperty("bytes").GetInt32()).FirstOrDefault();
        if (large.ValueKind == JsonValueKind.Undefined) return;
        var start = world.Program.Command("convert", FileOf(large), "killed.png");
        start.Environment["TMPDIR"] = Directory.CreateDirectory(world.At("tmp")).FullName;
        using var process = Process.Start(start)!;
        var child = 0;
        while (child == 0 && !process.HasExited)
        {
            child = Decoders(process.Id).FirstOrDefault();
            if (child == 0) await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 12_000 && child != 0 && Directory.Exists($"/proc/{child}") && !IsZombie(child); i++)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.True(child == 0 || !Directory.Exists($"/proc/{child}") || IsZombie(child));
        Assert.DoesNotContain(Directory.GetFileSystemEntries(world.At("tmp")),
            f => Path.GetFileName(f).StartsWith("radz", StringComparison.Ordinal));
        Assert.False(File.Exists(world.At("killed.png")));
    }

    static IEnumerable<int> Decoders(int parent)
    {
        string[] tasks;
        try { tasks = Directory.GetDirectories($"/proc/{parent}/task"); }
        catch (IOException) { yield break; }
        foreach (var task in tasks)
        {
            string children;
            try { children = File.ReadAllText(Path.Combine(task, "children")); }
            catch (IOException) { continue; }
            foreach (var id in children.Split(' ', StringSplitOptions.RemoveEmptyEntries)) yield return int.Parse(id);
        }
    }

    static bool IsZombie(int id)
    {
        try { return File.ReadAllText($"/proc/{id}/stat").Split(") ")[1][0] == 'Z'; }
        catch (IOException) { return true; }
    }
}
