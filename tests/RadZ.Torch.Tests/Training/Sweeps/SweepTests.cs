using RadZ.Experiments.Reproduction;
using RadZ.Experiments.Sweeps;
using RadZ.Files;
using RadZ.Training.Recipes;
using RadZ.Training.Runs;
using RadZ.Training.Validation;

namespace RadZ.Torch.Tests.Training;

/// <summary>Sweeps at the tiniest size: toy pictures, a trunk, a default, a few variants.</summary>
public sealed class SweepTests : IDisposable
{
    readonly ToyData _toy = new();

    public void Dispose() => _toy.Dispose();

    string Sweep(string variants, string more = "\"seeds\": [1, 2],", string measure = "toy")
    {
        _toy.Recipe("base", """{ "kind": "alignment", "epochs": 1, "batch": 4, "rate": 1e-3 }""");
        var path = _toy.At("sweep.json");
        File.WriteAllText(path, $$"""
            {
              // what is varied
              "name": "toy", {{more}} "recipe": "base.json", "measure": "{{measure}}",
              "trunks": [ { "name": "trunk", "patch": { "phases": [
                { "kind": "teacher", "epochs": 1, "batch": 4, "rate": 1e-3, "teacher": { "widths": [8, 16], "blocks": [1, 1] } } ] } } ],
              "variants": [ {{variants}} ]
            }
            """);
        return path;
    }

    const string NoAnchor =
        """{ "name": "no-anchor", "group": "dkam", "patch": { "phases": { "0": { "alignment": { "lambda": 1 } } } } }""";
    const string Hot = """
        { "name": "hot", "group": "temperature", "against": "no-anchor",
          "patch": { "phases": { "0": { "alignment": { "temperature": 0.5 } } } } }
        """;

    [Fact]
    public void A_sweep_is_the_base_and_its_variants()
    {
        var sweep = SweepFile.Read(Sweep(NoAnchor + "," + Hot));
        Assert.Equal(["trunk", "default", "no-anchor", "hot"], sweep.Arms.Select(a => a.Name));
        Assert.Equal([null, "trunk", "trunk", "trunk"], sweep.Arms.Select(a => a.Start));
        Assert.Equal([null, null, "default", "no-anchor"], sweep.Arms.Select(a => a.Against));
        Assert.Equal([0.5, 1, 0.5], sweep.Arms.Skip(1).Select(a => a.Recipe.Phases[0].Alignment.Lambda));
        Assert.Equal((PhaseKind.Teacher, 1e-3, 0.5),
            (sweep.Arms[0].Recipe.Phases[0].Kind, sweep.Arms[2].Recipe.Phases[0].Rate,
                sweep.Arms[3].Recipe.Phases[0].Alignment.Temperature));
        Assert.Equal(["trunk", "default", "no-anchor"], sweep.Only(["dkam"]).Arms.Select(a => a.Name));
        Assert.Equal([true, false, false], sweep.Only(["dkam"]).Arms.Select(a => a.StartsOthers));
        Assert.Equal(["trunk", "default", "no-anchor", "hot"], sweep.Only(["hot"]).Arms.Select(a => a.Name));
        Assert.Contains("no group or variant 'tmperature'; did you mean 'temperature'?",
            Assert.Throws<InvalidInputException>(() => sweep.Only(["tmperature"])).Message, StringComparison.Ordinal);
        // the same recipe by another path is the same run; another seed, recipe or trunk is another
        string Hash(Sweep of, string arm, int seed = 1) => SweepFolder.HashOf(of, of.Arms.First(a => a.Name == arm), seed);
        Assert.Equal(Hash(sweep, "hot"), Hash(SweepFile.Read(Sweep(NoAnchor + "," + Hot)), "hot"));
        Assert.Equal(4, new HashSet<string> { Hash(sweep, "hot"), Hash(sweep, "hot", 2), Hash(sweep, "default"),
            Hash(sweep with
            {
                Arms = [sweep.Arms[0] with { Recipe = sweep.Arms[0].Recipe with { CheckpointSteps = 7 } }, .. sweep.Arms.Skip(1)],
            }, "hot") }.Count);
    }

    [Theory]
    [InlineData("""{ "name": "a", "group": "g", "patch": { "phases": { "0": { "alignment": { "lamda": 1 } } } } }""",
        "'a': unknown member 'lamda'; did you mean 'lambda'?")]
    [InlineData("""{ "name": "a", "group": "g", "patch": { "phases": { "0": { "alignment": { "lambda": 2 } } } } }""",
        "lambda is 2; it must be between 0 and 1.")]
    [InlineData("""{ "name": "a", "group": "g", "patch": { "phases": { "1": { "rate": 0.1 } } } }""",
        "'a': 'phases' has 1 element; there is no number 1")]
    [InlineData("""{ "name": "a", "group": "g", "start": "trnk", "patch": { "seed": 9 } }""",
        "variant 'a': start is 'trnk', which is no trunk or variant before it; did you mean 'trunk'?")]
    [InlineData("""{ "name": "a", "group": "g", "against": "trunk", "patch": { "seed": 9 } }""",
        "variant 'a': against is 'trunk', which is no variant before it")]
    [InlineData("""{ "name": "a", "group": "g", "patch": { "phases": { "0": { "rate": 1e-3 } } } }""",
        "variants 'default' and 'a' are the same recipe")]
    [InlineData("""{ "name": "a", "patch": { "seed": 9 } }""", "variant 'a': 'group' is missing")]
    [InlineData("""{ "name": "A b", "group": "g", "patch": {} }""", "name 'A b': it is a folder's name")]
    [InlineData("""{ "name": "default", "group": "g" }""", "name 'default': that word has a meaning of its own")]
    [InlineData(NoAnchor + "," + NoAnchor, "name 'no-anchor': two are called so.")]
    [InlineData("""{ "name": "a", "group": "g", "pach": {} }""", "unknown member 'pach'; did you mean 'patch'?")]
    public void What_is_wrong_is_told_before_anything_is_trained(string variants, string told) =>
        Assert.Contains(told, Assert.Throws<InvalidInputException>(() => SweepFile.Read(Sweep(variants))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Seeds_and_measure_are_checked()
    {
        Assert.Contains("seeds: 1 stands twice",
            Assert.Throws<InvalidInputException>(() => SweepFile.Read(Sweep(NoAnchor, "\"seeds\": [1, 1],"))).Message,
            StringComparison.Ordinal);
        Assert.Contains("no validation task 'toys'; did you mean 'toy'?",
            Assert.Throws<InvalidInputException>(() => SweepFile.Read(Sweep(NoAnchor, measure: "toys"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ablations.json")]
    [InlineData("ablations-films.json")]
    public void The_shipped_sweeps_hold_what_the_claims_need(string name)
    {
        var sweep = SweepFile.Read(ShippedSweep.Write(name, _toy.At("shipped")));
        Assert.Empty(PaperClaims.Arms.Except(sweep.Arms.Select(a => a.Name)));
        Assert.Equal(3, sweep.Seeds.Count);
        var quick = ShippedSweep.Quick(sweep);
        Assert.Equal((1, PaperClaims.Arms.Count + 3), (quick.Seeds.Count, quick.Arms.Count));
        Assert.All(sweep.Arms.Where(a => a.Recipe.Data.LeaveOut.Count > 0),
            a => Assert.Contains("unseen", a.Name, StringComparison.Ordinal));
    }

    sealed class Watch(Action<StepReport>? step = null) : ISweepObserver
    {
        public List<string> Runs { get; } = [];
        public void Began(int place, int total, string arm, int seed, TimeSpan? left) => Runs.Add($"{seed}/{arm}");
        public void Message(string text) { }
        public void Prepared(int done, int total) { }
        public void Stepped(StepReport report) => step?.Invoke(report);
        public void Validated(string phase, double epoch, IReadOnlyList<ValidationFigure> figures) { }
    }

    [Fact]
    public async Task Stopped_it_goes_on_to_the_same_numbers_and_runs_nothing_twice()
    {
        var sweep = SweepFile.Read(Sweep(NoAnchor));
        var (whole, stopped) = (new SweepFolder(_toy.At("whole")), new SweepFolder(_toy.At("stopped")));
        var all = new Watch();
        Assert.Empty(await new SweepRun(sweep, whole, all, TimeProvider.System, CPU).RunAsync(false,
            TestContext.Current.CancellationToken));
        Assert.Equal(["1/trunk", "1/default", "1/no-anchor", "2/trunk", "2/default", "2/no-anchor"], all.Runs);
        Assert.True(File.Exists(whole.Run(1, "trunk").Checkpoint));
        Assert.False(File.Exists(whole.Run(1, "default").Checkpoint));                     // nobody starts from it

        using var stop = new CancellationTokenSource();
        var alignments = 0;
        var first = new Watch(r => { if (r.Phase == "1-alignment" && ++alignments == 8) stop.Cancel(); });
        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            new SweepRun(sweep, stopped, first, TimeProvider.System, CPU).RunAsync(false, stop.Token));
        Assert.Null(stopped.Finished(1, first.Runs[^1].Split('/')[1]));
        Assert.Equal("occupied",
            (await Assert.ThrowsAsync<InvalidInputException>(() => new SweepRun(sweep, stopped, new Watch(), TimeProvider.System, CPU)
                .RunAsync(false, TestContext.Current.CancellationToken))).Kind);
        var rest = new Watch();
        Assert.Empty(await new SweepRun(sweep, stopped, rest, TimeProvider.System, CPU).RunAsync(true,
            TestContext.Current.CancellationToken));
        Assert.Equal(all.Runs.SkipWhile(r => r != first.Runs[^1]), rest.Runs);              // the one at hand and those after it
        foreach (var seed in sweep.Seeds)
            foreach (var arm in (string[])["default", "no-anchor"])
                Assert.Equal(whole.Scores(seed, arm, "toy")!.Scores, stopped.Scores(seed, arm, "toy")!.Scores);
        Assert.NotEqual(whole.Scores(1, "default", "toy")!.Scores, whole.Scores(1, "no-anchor", "toy")!.Scores);
        var arms = SweepArms.Read(SweepRecord.From(sweep), whole);
        Assert.Equal(["default", "no-anchor", "trunk: teacher"], arms.Select(a => a.Name));
        Assert.All(arms, a => Assert.Equal(2, a.Scores.Count));

        var other = SweepFile.Read(Sweep(NoAnchor.Replace("\"lambda\": 1", "\"lambda\": 0.9", StringComparison.Ordinal)));
        Assert.Equal("other-recipe",
            (await Assert.ThrowsAsync<InvalidInputException>(() =>
                new SweepRun(other, whole, new Watch(), TimeProvider.System, CPU).RunAsync(true,
                    TestContext.Current.CancellationToken))).Kind);
    }

    static Task<IReadOnlyList<FailedRun>> Run(Sweep sweep, SweepFolder folder, ISweepObserver? watch = null, TimeProvider? time = null) =>
        new SweepRun(sweep, folder, watch ?? new Watch(), time ?? TimeProvider.System, CPU).RunAsync(true,
            TestContext.Current.CancellationToken);

    [Fact]
    public async Task Arms_of_one_data_recipe_are_compared_on_one_truth_alone()
    {
        var whole = SweepFile.Read(Sweep(NoAnchor, "\"seeds\": [1],"));
        var folder = new SweepFolder(_toy.At("truth"));
        Assert.Empty(await Run(whole.Only(["default"]), folder));
        var record = folder.Finished(1, "default")!;
        var facts = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(folder.Run(1, "default").Facts))!;
        Assert.Equal((facts["training_hash"]!.GetValue<string>(), facts["validation_hash"]!.GetValue<string>()),
            (record.TrainingHash, record.ValidationHash));

        // a label is turned in between: the next arm is refused before it is trained
        var table = File.ReadAllText(_toy.At("manifest.csv"));
        var held = RadZ.Data.Sets.ManifestFile.Read(Path.Combine(folder.Run(1, "default").Manifests, "toy.csv")).Samples
            .Select(s => Path.GetFileName(s.Image)).First(i => int.Parse(Path.GetFileNameWithoutExtension(i)) % 3 == 0);
        File.WriteAllText(_toy.At("manifest.csv"),
            table.Replace($"\n{held},p{Path.GetFileNameWithoutExtension(held)},1,0,0",
                $"\n{held},p{Path.GetFileNameWithoutExtension(held)},0,1,0", StringComparison.Ordinal));
        var failed = Assert.Single(await Run(whole, folder));
        Assert.Equal(("no-anchor", false), (failed.Arm, failed.OurFault));
        Assert.Contains("is judged on other images or labels than ", failed.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.Run(1, "no-anchor").Recipe));
        File.WriteAllText(_toy.At("manifest.csv"), table);
        Assert.Empty(await Run(whole, folder));
        Assert.Equal(2, SweepArms.Read(SweepRecord.From(whole), folder).Count(a => a.Scores.Count == 1 && a.Group != "baselines"));

        // records of an earlier program say nothing of data: their run does, and is believed
        var file = Path.Combine(folder.Run(1, "no-anchor").Path, "finished.json");
        File.WriteAllText(file, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(file),
            ",\\s*\"training_hash\".*\"validation_hash\": \"[0-9a-f]+\"", "", System.Text.RegularExpressions.RegexOptions.Singleline));
        Assert.DoesNotContain("_hash", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Equal(record.ValidationHash, folder.Finished(1, "no-anchor")!.ValidationHash);
        Assert.Empty(await Run(whole, folder));
        var (own, other) = (folder.Run(1, "no-anchor").Facts, new string('0', 64));
        File.WriteAllText(own, File.ReadAllText(own).Replace(record.ValidationHash!, other, StringComparison.Ordinal));
        Assert.Equal("other-data", (await Assert.ThrowsAsync<InvalidInputException>(() => Run(whole, folder))).Kind);
        Assert.Equal("other-data", Assert.Throws<InvalidInputException>(() => SweepArms.Read(SweepRecord.From(whole), folder)).Kind);
        Assert.Equal("other-data",
            Assert.Throws<InvalidInputException>(() => PaperClaims.Judge(SweepRecord.From(whole), folder, new(), new())).Kind);
    }

    /// <summary>The power fails when the time is asked for and a run's report lies there.</summary>
    sealed class FailingClock(RunFolder run) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() =>
            Directory.Exists(run.ModelReport) ? throw new OperationCanceledException("killed") : base.GetUtcNow();
    }

    [Fact]
    public async Task A_kill_before_the_record_costs_no_training_and_one_after_it_leaves_nothing_behind()
    {
        var sweep = SweepFile.Read(Sweep(NoAnchor, "\"seeds\": [1],")).Only(["default"]);
        var folder = new SweepFolder(_toy.At("killed"));
        var run = folder.Run(1, "default");
        await Assert.ThrowsAsync<OperationCanceledException>(() => Run(sweep, folder, time: new FailingClock(run)));
        Assert.Equal((true, null), (File.Exists(run.Checkpoint), folder.Finished(1, "default")));
        var steps = 0;
        Assert.Empty(await Run(sweep, folder, new Watch(_ => steps++)));
        Assert.Equal((0, false), (steps, File.Exists(run.Checkpoint)));
        File.WriteAllText(run.Checkpoint, "left by a kill after the record");
        Assert.Empty(await Run(sweep, folder));
        Assert.False(File.Exists(run.Checkpoint));
        Assert.True(File.Exists(folder.Run(1, "trunk").Checkpoint));
    }

    [Fact]
    public void A_resolved_sweep_is_the_same_sweep_elsewhere()
    {
        _toy.Recipe("words", """{ "kind": "alignment" }""");
        File.WriteAllText(_toy.At("own.json"), """{ "version": 1, "diseases": [] }""");
        var path = Sweep(NoAnchor + """, { "name": "words", "group": "words", "patch": { "data": { "knowledge": "own.json" } } }""",
            "\"base\": { \"data\": { \"root\": \"./\" } },");
        Directory.CreateDirectory(_toy.At("deep/er"));
        var kept = _toy.At("deep/er/sweep.json");
        File.WriteAllText(kept, SweepFile.Resolved(path));
        var (here, there) = (SweepFile.Read(path), SweepFile.Read(kept));
        Assert.Equal(here.Arms.Select(a => (a.Name, a.Group, a.Start, a.Against, a.Note, RecipeFile.Write(a.Recipe))),
            there.Arms.Select(a => (a.Name, a.Group, a.Start, a.Against, a.Note, RecipeFile.Write(a.Recipe))));
        Assert.Equal((here.Name, here.Measure), (there.Name, there.Measure));
        Assert.Equal(here.Seeds, there.Seeds);
        Assert.Equal(File.ReadAllText(kept), SweepFile.Resolved(kept));
        // one whose recipe stands in it, and says of its data only that they are here
        File.WriteAllText(path, """{ "name": "own", "measure": "toy", "base": BASE, "variants": [] }""".Replace("BASE",
            File.ReadAllText(_toy.At("base.json")).Replace("\"root\": \".\", ", "", StringComparison.Ordinal), StringComparison.Ordinal));
        File.WriteAllText(kept, SweepFile.Resolved(path));
        Assert.Equal(_toy.Folder, SweepFile.Read(kept).Arms[0].Recipe.Data.Root);
    }

    [Fact]
    public async Task A_variant_that_fails_is_told_and_the_others_go_on()
    {
        // a head that the second cannot have: its pictures are not there
        const string lost = """
            { "name": "lost", "group": "data", "start": "none",
              "patch": { "data": { "sources": { "0": { "path": "nowhere.csv" } } } } },
            { "name": "below", "group": "data", "start": "lost",
              "patch": { "seed": 5, "data": { "sources": { "0": { "path": "nowhere.csv" } } } } },
            """;
        var sweep = SweepFile.Read(Sweep(lost + NoAnchor, "\"seeds\": [1],"));
        var folder = new SweepFolder(_toy.At("failing"));
        var failed = await new SweepRun(sweep, folder, new Watch(), TimeProvider.System, CPU).RunAsync(false,
            TestContext.Current.CancellationToken);
        Assert.Equal(["lost", "below"], failed.Select(f => f.Arm));
        Assert.All(failed, f => Assert.False(f.OurFault));
        Assert.Contains("nowhere.csv", failed[0].Message, StringComparison.Ordinal);
        Assert.Equal("lost, which it starts from, failed.", failed[1].Message);
        Assert.NotNull(folder.Finished(1, "no-anchor"));
        Assert.Contains("nowhere.csv", File.ReadAllText(Path.Combine(folder.Run(1, "lost").Path, "failed.json")), StringComparison.Ordinal);
    }
}
