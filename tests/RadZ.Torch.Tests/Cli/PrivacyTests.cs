using System.Text;
using System.Text.Json;
using RadZ.Data;
using RadZ.Model.Checkpoints;
using RadZ.TestKit;
using RadZ.Training.Data;

namespace RadZ.Torch.Tests.Cli;

/// <summary>The real program over made-up patient data: no text of theirs is in any byte that it writes.</summary>
[Collection(SharedWorld.Name)]
public sealed class PrivacyTests : IDisposable
{
    static readonly string[] s_texts = [.. Cases().SelectMany(c => c.GetProperty("phi").EnumerateArray()).Select(t => t.GetString()!)];
    readonly CliWorld _world;
    readonly string _folder = Directory.CreateTempSubdirectory("radz-private-").FullName;
    readonly Radz _program;

    public PrivacyTests(CliWorld world)
    {
        _world = world;
        _program = new(_folder, world.Model);
        // names in names of files and folders, as archives write them; a damaged copy of each kind
        var source = File.ReadAllBytes(Fixtures.At("dicom", Cases().First().GetProperty("file").GetString()!));
        Write("in/TEST^PATIENT/19010203.dcm", source);
        Write("in/Test_Patient TEST-ID-4711/IM0001", source);
        Write("in/cut/TEST-ACC-0815.dcm", source[..(source.Length / 2)]);
        Write("in/cut/header TEST-STUDY-1", source[..700]);
        var wrong = (byte[])source.Clone();
        wrong[Find(wrong, [0x28, 0x00, 0x10, 0x00]) + 8] = 0;                       // Rows 0
        Write("in/cut/TEST HOSPITAL/rows.dcm", wrong);
        Write("in/cut/no-prefix TEST^READER.dcm", source[200..]);
    }

    static IEnumerable<JsonElement> Cases() => JsonDocument.Parse(File.ReadAllText(Fixtures.At("dicom", "index.json"))).RootElement
        .GetProperty("cases").EnumerateArray().Where(c => c.TryGetProperty("phi", out _));

    static int Find(byte[] bytes, byte[] tag) => bytes.AsSpan().IndexOf(tag);

    void Write(string name, byte[] bytes)
    {
        var path = Path.Combine([_folder, .. name.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>As they stand, and as UTF-16 or capitals might hide them.</summary>
    void NothingPrivate(string what, byte[] bytes)
    {
        foreach (var encoding in (Encoding[])[Encoding.UTF8, Encoding.Latin1, Encoding.Unicode])
        {
            var text = encoding.GetString(bytes);
            Assert.All(s_texts, t => Assert.False(text.Contains(t, StringComparison.OrdinalIgnoreCase), $"{what} holds '{t}'"));
        }
    }

    void NothingPrivate(Run run)
    {
        NothingPrivate("standard output", Encoding.UTF8.GetBytes(run.Out));
        NothingPrivate("standard error", Encoding.UTF8.GetBytes(run.Error));
    }

    [Theory, InlineData("json", "image"), InlineData("csv", "image"), InlineData("table", "image"), InlineData("json", "study"),
        InlineData("table", "study")]
    public void Results_and_errors_name_nobody(string format, string by)
    {
        var run = _program.Start("classify", "in", "--format", format, "--by", by);
        Assert.Equal(2, run.Code);
        NothingPrivate(run);
        var all = run.Out + run.Error;
        Assert.Contains("hidden-", all, StringComparison.Ordinal);
        Assert.Contains("4 of 6 images could not be read", all, StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_files_beside_them_and_a_refusal_name_nobody()
    {
        Assert.Equal(2, _program.Start("classify", "in", "--format", "json", "--out", "out/all.json", "--dicom-sr", "out/", "--dicom-sc",
            "out/", "--fhir", "out/fhir.json").Code);
        Assert.Equal(2, _program.Start("classify", "in", "--format", "csv", "--out", "out/refused.csv", "--gate", "refuse").Code);
        var files = Directory.GetFiles(Path.Combine(_folder, "out"), "*", SearchOption.AllDirectories);
        Assert.Equal([".csv", ".dcm", ".dcm", ".json", ".json", ".json", ".json"], files.Select(Path.GetExtension).Order());
        Assert.All(files, f =>
        {
            NothingPrivate(f, File.ReadAllBytes(f));
            NothingPrivate("a name", Encoding.UTF8.GetBytes(Path.GetFileName(f)));
        });
        var image = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "out", "all.json"))).RootElement.GetProperty("results")
            .EnumerateArray()
            .First(r => r.TryGetProperty("image", out _)).GetProperty("image");
        Assert.Equal(("DX", "PA", "F", "90+"), (Text("modality"), Text("view"), Text("sex"), Text("age")));
        Assert.Equal([0.15, 0.15], image.GetProperty("spacing").EnumerateArray().Select(n => n.GetDouble()));

        string? Text(string member) => image.GetProperty(member).GetString();
    }

    [Fact]
    public void Other_verbs_name_nobody_either()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(_folder, "in"), "*", SearchOption.AllDirectories))
            NothingPrivate(_program.Start("inspect", Path.GetRelativePath(_folder, file)));
        NothingPrivate(_program.Start("inspect", "in/Test_Patient TEST-ID-4711/IM0001", "--format", "json"));
        NothingPrivate(_program.Start("features", "in", "--out", "features.safetensors"));
        NothingPrivate("features", File.ReadAllBytes(Path.Combine(_folder, "features.safetensors")));
    }

    [Fact]
    public void Questions_maps_places_figures_and_skipped_training_images_name_nobody()
    {
        string[] files = [.. Directory.GetFiles(Path.Combine(_folder, "in"), "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(_folder, f))];
        var asked = _program.Start("ask", "in/Test_Patient TEST-ID-4711/IM0001", "Why?", "--max-tokens", "3", "--format", "json");
        Assert.StartsWith("in/hidden-", asked.Json.GetProperty("file").GetString());
        NothingPrivate(asked);
        foreach (var file in files.Where(f => f.StartsWith("in/cut", StringComparison.Ordinal)))
            NothingPrivate(_program.Start("ask", file, "Why?"));

        File.WriteAllText(Path.Combine(_folder, "regions.csv"),
            "image,finding,x,y,width,height\n" + string.Concat(files.Select(f => $"{f},mass,0,0,5,5\n{f},pneumonia,90000,90000,5,5\n")));
        var localized = _program.Start("localise", "regions.csv", "--out", "out/localised.csv");
        Assert.Equal(2, localized.Code);
        Assert.Equal(2, localized.Error.Split("lies outside the picture").Length - 1);
        NothingPrivate(localized);

        File.WriteAllText(Path.Combine(_folder, "manifest.csv"),
            "image,patient,mass,pneumonia\n" + string.Concat(files.Select((f, i) => $"{f},p{i},{i % 2},{(i + 1) % 2}\n")));
        var measured = _program.Start("evaluate", "manifest.csv", "--out", "out/figures");
        Assert.Equal(2, measured.Code);
        NothingPrivate(measured);

        NothingPrivate(_program.Start("classify", "in", "--format", "csv", "--explain", "out/maps"));
        var made = Directory.GetFiles(Path.Combine(_folder, "out"), "*", SearchOption.AllDirectories);
        Assert.Equal(".csv 6, .json 3, .png 6, .txt 1",
            string.Join(", ", made.GroupBy(Path.GetExtension).OrderBy(g => g.Key).Select(g => $"{g.Key} {g.Count()}")));
        Assert.All(made, f =>
        {
            NothingPrivate(f, File.ReadAllBytes(f));
            NothingPrivate("a name", Encoding.UTF8.GetBytes(Path.GetFileName(f)));
        });

        var (usable, broken) = new PreparedImages(ModelFolder.Read(_world.Model).Preparation)
            .Preload([.. files.Select((f, i) => new Sample(Path.Combine(_folder, f), $"p{i}", "s",
                new Labels(new Dictionary<string, Label>())))], null, TestContext.Current.CancellationToken);
        Assert.Equal((2, 4), (usable.Count, broken.Count));
        Assert.All(broken, b => NothingPrivate("a skipped image", Encoding.UTF8.GetBytes($"{b.Path} {b.Reason}")));
    }

    [Fact]
    public void The_key_decides_the_pseudonyms_and_identified_shows_what_is_there()
    {
        File.WriteAllText(Path.Combine(_folder, "key"), "a key of this very test");
        string Study(params string[] more) =>
            _program.Start(["classify", "in/Test_Patient TEST-ID-4711", "--format", "json", .. more]).Json
                .GetProperty("results")[0].GetProperty("image").GetProperty("study").GetString()!;
        Assert.Equal(Study(), Study());
        Assert.NotEqual(Study(), Study("--key", "key"));
        var run = _program.Start("classify", "in/Test_Patient TEST-ID-4711", "--format", "json", "--identified");
        Assert.Equal("in/Test_Patient TEST-ID-4711/IM0001", run.Json.GetProperty("results")[0].GetProperty("file").GetString());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
