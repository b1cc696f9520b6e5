using System.Text.Json;
using RadZ.Files;
using RadZ.Imaging.Gate;
using RadZ.Recognition;
using RadZ.TestKit;
using RadZ.Torch.Tests.Cli;

namespace RadZ.Torch.Tests.Recognition;

/// <summary>The face: films in, readings out, wherever a film comes from.</summary>
[Collection(SharedWorld.Name)]
public sealed class RecognizerTests : IDisposable
{
    readonly CliWorld _world;
    readonly Recognizer _radz;

    public RecognizerTests(CliWorld world) => (_world, _radz) = (world, Recognizer.Load(new() { Model = world.Model }));

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static IEnumerable<(string, double, double, double)> Numbers(Reading reading) =>
        reading.Findings.Select(f => (f.Disease, f.Details.Score, f.Details.Softmax, f.Details.Standalone));

    string Film => _world.At("xrays", "a.png");

    [Fact]
    public async Task Path_bytes_and_stream_give_the_bits_that_classify_prints()
    {
        using var radz = Recognizer.Load(new() { Model = Films.Model });
        foreach (var film in Films.Samples[..3])
        {
            var bytes = File.ReadAllBytes(film);
            using var later = new MemoryStream([1, 2, 3, .. bytes]) { Position = 3 };
            Reading[] readings = [await radz.RecognizeAsync(film, Cancel), await radz.RecognizeAsync(bytes, cancel: Cancel),
                await radz.RecognizeAsync(later, cancel: Cancel), await radz.RecognizeAsync(new Dribble(bytes), cancel: Cancel)];

            var command = new Radz(_world.Folder, Films.Model).Command("classify", film, "--format", "json");
            command.Environment["OMP_NUM_THREADS"] = $"{get_num_threads()}";
            using var process = System.Diagnostics.Process.Start(command)!;
            var printed = JsonDocument.Parse(await process.StandardOutput.ReadToEndAsync(Cancel)).RootElement.GetProperty("results")[0];
            await process.WaitForExitAsync(Cancel);

            foreach (var reading in readings)
            {
                Assert.Equal(printed.GetProperty("findings").EnumerateArray().Select(f => (f.GetProperty("disease").GetString(),
                    f.GetProperty("score").GetDouble(), f.GetProperty("probability").GetDouble(), f.GetProperty("standalone").GetDouble(),
                    f.GetProperty("calibrated").ValueKind == JsonValueKind.Null ? (double?)null : f.GetProperty("calibrated").GetDouble())),
                    reading.Findings.Select(f =>
                        ((string?)f.Disease, f.Details.Score, f.Details.Softmax, f.Details.Standalone, f.Estimate)));
                Assert.Contains(reading.Findings, f => f.Estimate is > 0 and < 1);
                Assert.Equal(printed.TryGetProperty("gate", out var gate) ? gate.GetArrayLength() : 0, reading.Gate.Reasons.Count);
            }
            Assert.Equal([film, "film", "film", "film"], readings.Select(r => r.Name));
        }
        Assert.Equal("radz-small", radz.Model.Name);
        Assert.Contains("pneumothorax", radz.Diseases);
    }

    [Fact]
    public async Task A_film_is_too_large_before_memory_is_taken()
    {
        using var radz = Recognizer.Load(new() { Model = _world.Model, MaxFilmBytes = 1000 });
        var endless = new Endless();
        Task<Reading>[] calls = [radz.RecognizeAsync(Film, Cancel), radz.RecognizeAsync(new byte[1001], cancel: Cancel),
            radz.RecognizeAsync(new MemoryStream(new byte[5000]), cancel: Cancel), radz.RecognizeAsync(endless, cancel: Cancel)];
        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAsync<InvalidInputException>(() => call);
            Assert.Equal("too-large", error.Kind);
            Assert.EndsWith("expected at most 1,000; export the picture at a smaller size.", error.Message, StringComparison.Ordinal);
        }
        Assert.InRange(endless.Taken, 1001, 1 << 17);
    }

    [Fact]
    public async Task Many_films_come_in_order_and_a_broken_one_is_a_value()
    {
        List<ReadingResult> all = [];
        await foreach (var one in _radz.RecognizeManyAsync([_world.At("xrays"), _world.At("bad"), _world.At("gone.png")],
            ["mass", "no finding"], Cancel)) all.Add(one);
        Assert.Equal(["a.png", "b.jpg", "c.png", "cut.jpg", "dot.png", "empty.png", "text.png", "gone.png"],
            all.Select(r => Path.GetFileName(r.Name)));
        Assert.Equal([null, null, null, "truncated", "too-small", "empty", "not-an-image", "missing"], all.Select(r => r.Error?.Kind));
        Assert.All(all[..3], r => Assert.Equal(2, r.Reading!.Findings.Count));
        Assert.Equal(Numbers(await _radz.RecognizeAsync(Film, ["mass", "no finding"], Cancel)), Numbers(all[0].Reading!));

        // whoever leaves early leaves nothing behind: the recognizer can be disposed at once
        await foreach (var one in _radz.RecognizeManyAsync([_world.At("xrays")], cancel: Cancel)) break;
        await _radz.DisposeAsync();
    }

    [Fact]
    public async Task Views_of_a_study_are_read_together_and_a_broken_one_is_left_out()
    {
        FilmSource[] views = [FilmSource.FromFile(Film), FilmSource.FromStream(new MemoryStream([]), "second"),
            FilmSource.FromBytes(File.ReadAllBytes(_world.At("xrays", "b.jpg")), "third")];
        var reading = await _radz.RecognizeAsync(views, cancel: Cancel);
        var (first, third) = (await _radz.RecognizeAsync(Film, Cancel), await _radz.RecognizeAsync(_world.At("xrays", "b.jpg"), Cancel));
        Assert.All(reading.Findings, f => Assert.Equal(Score(first, f.Disease) / 2 + Score(third, f.Disease) / 2, f.Details.Score, 1e-9));
        Assert.Equal("A view was left out: second: the file has 0 bytes, expected a PNG, JPEG, BMP, TIFF or DICOM image; copy or " +
            "download it again.", Assert.Single(reading.Warnings));
        Assert.Equal("empty", (await Assert.ThrowsAsync<InvalidInputException>(() =>
            _radz.RecognizeAsync([FilmSource.FromBytes(default)], cancel: Cancel))).Kind);

        static double Score(Reading of, string disease) => of.Findings.Single(f => f.Disease == disease).Details.Score;
    }

    [Fact]
    public async Task The_gate_flags_refuses_or_looks_at_nothing()
    {
        var flagged = await _radz.RecognizeAsync(Film, Cancel);                     // noise is no radiograph
        Assert.Equal(Verdict.Flag, flagged.Gate.Verdict);
        Assert.NotEmpty(flagged.Gate.Reasons);
        using var strict = Recognizer.Load(new() { Model = _world.Model, Gate = GatePolicy.Refuse });
        var refused = await strict.RecognizeAsync(Film, Cancel);
        Assert.Equal((Verdict.Refuse, 0), (refused.Gate.Verdict, refused.Findings.Count));
        Assert.Equal(flagged.Gate.Reasons, refused.Gate.Reasons);
        Assert.Equal("refused", Assert.Throws<InvalidInputException>(refused.ToFhir).Kind);
        using var blind = Recognizer.Load(new() { Model = _world.Model, Gate = GatePolicy.Pass });
        var passed = await blind.RecognizeAsync(Film, Cancel);
        Assert.Equal((Verdict.Pass, 0), (passed.Gate.Verdict, passed.Gate.Reasons.Count));
        Assert.Equal(Numbers(flagged), Numbers(passed));
    }

    [Fact]
    public async Task A_heat_map_is_of_the_disease_that_is_asked_for()
    {
        var reading = await _radz.RecognizeAsync(Film, ["mass", "edema", "no finding"], Cancel);
        var (mass, again, edema) = (reading.HeatMap("mass"), reading.HeatMap("Mass"), reading.HeatMap("edema"));
        Assert.Equal((4, 4), (mass.Columns, mass.Rows));
        Assert.Equal(mass.Values, again.Values);
        Assert.NotEqual(mass.Values, edema.Values);
        Assert.Equal("unknown-disease", Assert.Throws<InvalidInputException>(() => reading.HeatMap("pneumonia")).Kind);
    }

    [Fact]
    public async Task Lists_that_are_no_longer_kept_are_made_again()
    {
        var first = await _radz.RecognizeAsync(Film, ["mass", "no finding"], Cancel);
        for (var i = 0; i < 20; i++) await _radz.RecognizeAsync(Film, [$"disease:thing {i}"], Cancel);
        Assert.Equal(Numbers(first), Numbers(await _radz.RecognizeAsync(Film, ["mass", "no finding"], Cancel)));
    }

    [Fact]
    public async Task Nothing_is_written_where_nobody_said_where()
    {
        var cache = _world.At("face-cache");
        using (var keeping = Recognizer.Load(new() { Model = _world.Model, CacheFolder = cache }))
            await keeping.RecognizeAsync(Film, Cancel);
        Assert.Single(Directory.GetFiles(cache));
        // a place that cannot be written costs time only
        using var unable = Recognizer.Load(new() { Model = _world.Model, CacheFolder = "/proc/none" });
        Assert.Equal(Numbers(await _radz.RecognizeAsync(Film, Cancel)), Numbers(await unable.RecognizeAsync(Film, Cancel)));
    }

    [Fact]
    public async Task Errors_name_parameters_and_say_what_to_do()
    {
        List<string> told = [];
        async Task Told(Func<Task> call) => told.Add((await Assert.ThrowsAsync<InvalidInputException>(call)).Message);
        await Told(() => _radz.RecognizeAsync(new byte[] { 1, 2, 3 }, cancel: Cancel));
        await Told(() => _radz.RecognizeAsync("Patient has a cough."u8.ToArray(), cancel: Cancel));
        await Told(() => _radz.RecognizeAsync(new MemoryStream(), cancel: Cancel));
        await Told(() => _radz.RecognizeAsync([FilmSource.FromBytes(File.ReadAllBytes(Film).AsMemory(0, 400), "cut")], cancel: Cancel));
        await Told(() => _radz.RecognizeAsync("gone.png", Cancel));
        await Told(() => _radz.RecognizeAsync(Film, ["pneumona"], Cancel));
        await Told(() => _radz.RecognizeAsync(Film, ["mass", "lung mass"], Cancel));
        await Told(() => _radz.RecognizeAsync(Film, [], Cancel));
        var reading = await _radz.RecognizeAsync(File.ReadAllBytes(Film), ["mass", "no finding"], Cancel);
        await Told(() => Task.FromResult(reading.HeatMap("edemma")));
        await Told(() => Task.FromResult(reading.ToDicomSr()));
        await Told(() => Task.FromResult(reading.ToDicomSc()));
        await Told(() => Task.FromResult(Recognizer.Load(new()
        {
            Model = "gone",
            Adapter = "away",
            Device = "tpu",
            Threads = 0,
            Score = (RadZ.Recognition.Results.ScoreKind)9,
            Calibration = "c.json",
            Knowledge = "k.json",
            PseudonymKey = "short",
            Window = "40,0",
            MaxFilmBytes = 0,
        })));
        Assert.Equal("diseases", (await Assert.ThrowsAsync<InvalidInputException>(() => _radz.RecognizeAsync(Film, [], Cancel))).Parameter);
        Assert.All(told, t => Assert.DoesNotContain("--", t, StringComparison.Ordinal));
        Approved.Verify(string.Concat(told.Select(t => t + "\n")));
    }

    [Fact]
    public void Without_a_folder_the_librarys_own_model_is_meant()
    {
        var there = Directory.Exists(Path.Combine(AppContext.BaseDirectory, "models", "radz-small"));
        if (there)
        {
            using var radz = Recognizer.Load();
            Assert.Equal("radz-small", radz.Model.Name);
            return;
        }
        var error = Assert.Throws<InvalidInputException>(() => Recognizer.Load());
        Assert.Equal(("missing", "Model"), (error.Kind, error.Parameter));
    }

    public void Dispose() => _radz.Dispose();
}
