using System.Text.Json;
using RadZ.TestKit;

namespace RadZ.Torch.Tests.Cli;

/// <summary>Studies through the real program.</summary>
[Collection(SharedWorld.Name)]
public sealed class StudyAnswerTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("radz-studies-").FullName;
    readonly Radz _program;

    public StudyAnswerTests(CliWorld world)
    {
        _program = new(_folder, world.Model);
        Film("old/pa", "1.2.1", "20190101", "PA", 1);
        Film("new/pa", "1.2.2", "20200101", "PA", 2);
        Film("new/ap", "1.2.2", "20200101", "AP", 3);
        Film("new/side", "1.2.2", "20200101", "LL", 4);
    }

    void Film(string name, string study, string date, string view, int seed)
    {
        var pixels = new byte[64 * 64];
        new Random(seed).NextBytes(pixels);
        var bytes = new DicomMaker().Text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.1.1").Text(0x00080018, "UI", $"{study}.9.{seed}")
            .Text(0x00080020, "DA", date).Text(0x00080060, "CS", "DX")
            .Text(0x00100020, "LO", "P1").Text(0x00185101, "CS", view).Text(0x0020000D, "UI", study).Text(0x0020000E, "UI", $"{study}.8")
            .Text(0x00200013, "IS", $"{seed}")
            .Number(0x00280002, 1).Text(0x00280004, "CS", "MONOCHROME2").Number(0x00280010, 64).Number(0x00280011, 64).Number(0x00280100, 8)
            .Number(0x00280101, 8).Number(0x00280102, 7).Number(0x00280103, 0)
            .Element(0x7FE00010, "OB", pixels).File();
        var path = Path.Combine([_folder, .. name.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    [Fact]
    public void The_answer_is_the_mean_of_the_frontal_views_and_the_latest_study_knows_its_prior()
    {
        var images = _program.Start("classify", "old", "new", "--format", "json").Json.GetProperty("results").EnumerateArray()
            .ToDictionary(r => r.GetProperty("file").GetString()!, r => Scores(r, "score"));
        var run = _program.Start("classify", "new", "old", "--format", "json", "--by", "study");
        Assert.Equal(0, run.Code);
        JsonElement[] studies = [.. run.Json.GetProperty("results").EnumerateArray()];
        Assert.Equal([1, 2], studies.Select(s => s.GetProperty("order").GetInt32()));
        Assert.Equal(studies[0].GetProperty("study").GetString(),
            Assert.Single(studies[1].GetProperty("priors").EnumerateArray()).GetString());
        Assert.Equal("Mean of the scores of 2 frontal views, 1 from the side left out.", studies[1].GetProperty("rule").GetString());
        Assert.Equal("One view.", studies[0].GetProperty("rule").GetString());
        Assert.Equal(["new/pa True", "new/ap True", "new/side False"],
            studies[1].GetProperty("views").EnumerateArray()
                .Select(v => $"{v.GetProperty("file").GetString()} {v.GetProperty("used").GetBoolean()}"));

        var (pa, ap, both) = (images["new/pa"], images["new/ap"], Scores(studies[1], "score"));
        Assert.All(both, b => Assert.Equal((pa[b.Key] + ap[b.Key]) / 2, b.Value, 9));
        Assert.Equal(1, Scores(studies[1], "probability").Values.Sum(), 9);
        Assert.Equal(images["old/pa"], Scores(studies[0], "score"));
    }

    [Fact]
    public void A_report_of_several_studies_needs_a_folder()
    {
        var one = _program.Start("classify", "old", "new", "--dicom-sr", "one.dcm");
        Assert.Equal((2, ""), (one.Code, one.Out));
        Assert.StartsWith("error: --dicom-sr: one.dcm is one file, and these are 2 studies; give a folder", one.Error);
        Assert.Equal(0, _program.Start("classify", "old", "new", "--format", "csv", "--dicom-sr", "reports/", "--fhir", "both.json").Code);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(_folder, "reports"), "*.sr.dcm").Length);
        Assert.Equal(2, JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "both.json"))).RootElement.GetProperty("entry")
            .EnumerateArray()
            .Count(e => e.GetProperty("resource").GetProperty("resourceType").GetString() == "DiagnosticReport"));
        Assert.Equal(0, _program.Start("classify", "old", "--format", "csv", "--dicom-sr", "one.dcm", "--dicom-sc", "picture.dcm").Code);
        Assert.True(File.Exists(Path.Combine(_folder, "one.dcm")) && File.Exists(Path.Combine(_folder, "picture.dcm")));
    }

    [Fact]
    public void A_plain_picture_has_no_structured_report()
    {
        CliWorld.Picture(Path.Combine(_folder, "a.png"), 40, 40, SkiaSharp.SKEncodedImageFormat.Png, 1);
        var run = _program.Start("classify", "a.png", "--dicom-sr", "a.dcm");
        Assert.Equal(2, run.Code);
        Assert.StartsWith("error: a.png: a structured report refers to DICOM images", run.Error);
        Assert.False(File.Exists(Path.Combine(_folder, "a.dcm")));
        Assert.Equal(0, _program.Start("classify", "a.png", "--fhir", "a.json").Code);
    }

    [Fact]
    public void Pictures_that_allow_no_report_or_map_stop_no_other()
    {
        CliWorld.Picture(Path.Combine(_folder, "old", "a.png"), 40, 40, SkiaSharp.SKEncodedImageFormat.Png, 1);
        File.WriteAllBytes(Path.Combine(_folder, "old", "burned"),
            DicomMaker.Grey(40, 40, 8, new byte[1600], between: m => m.Text(0x00280301, "CS", "YES")).File());
        var run = _program.Start("classify", "old", "--format", "csv", "--top", "1", "--dicom-sr", "sr/", "--dicom-sc", "sc/", "--explain",
            "maps");
        Assert.Equal(2, run.Code);
        Assert.Equal(4, run.Lines.Length);                                         // a header and all three
        Assert.Contains("error: old/a.png: a structured report refers", run.Error);
        Assert.Contains("error: old/a.png: a Secondary Capture refers", run.Error);
        Assert.Contains("error: old/burned: the header says that a name is burned into the picture, so no capture", run.Error);
        Assert.Contains("warning: old/burned: the header says that a name is burned into the picture, so no map", run.Error);
        Assert.Contains("3 reports could not be made", run.Error);
        Assert.Equal((2, 1), (Directory.GetFiles(Path.Combine(_folder, "sr")).Length,
            Directory.GetFiles(Path.Combine(_folder, "sc")).Length));
        Assert.DoesNotContain("burned", File.ReadAllText(Path.Combine(_folder, "maps", "evidence.csv")));
        Assert.Equal(0, _program.Start("classify", "old/burned", "--format", "csv", "--explain", "identified", "--identified").Code);
        Assert.Equal(4, Directory.GetFiles(Path.Combine(_folder, "identified")).Length);
    }

    static Dictionary<string, double> Scores(JsonElement result, string member) =>
        result.GetProperty("findings").EnumerateArray().ToDictionary(f => f.GetProperty("disease").GetString()!,
            f => f.GetProperty(member).GetDouble());

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
