using RadZ.Data;
using RadZ.Data.Sets;
using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Runs;
using RadZ.Evaluation.Tables;
using RadZ.Files;

namespace RadZ.Tests.Evaluation;

public sealed class BenchmarkTests : IDisposable
{
    const Label P = Label.Present, A = Label.Absent, U = Label.Unknown, Q = Label.Uncertain;
    static readonly BootstrapOptions Options = new() { Resamples = 200, Seed = 3 };
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static ScoreTable Made(int images, int patients, int seed)
    {
        var random = new Random(seed);
        var (scores, labels) = (new double[images, 3], new Label[images, 3]);
        for (var r = 0; r < images; r++)
            for (var c = 0; c < 3; c++)
            {
                labels[r, c] = random.NextDouble() switch { < 0.1 => U, < 0.2 => Q, < 0.5 => P, _ => A };
                scores[r, c] = Math.Round(random.NextDouble() * 0.7 + (labels[r, c] == P ? 0.3 : 0), 2);
            }
        return new([.. Enumerable.Range(0, images).Select(i => new ScoredImage($"{i}.png", $"x:{i % patients}", "x"))],
            ["mass", "edema", "hernia"], scores, labels);
    }

    [Fact]
    public void Every_interval_is_that_of_naive_resampling()
    {
        var (test, validation) = (Made(70, 25, 1), Made(60, 20, 2));
        var figures = BenchmarkFigures.Compute(test, validation, Options);
        var patients = test.Rows.Select(r => r.Patient).Distinct().ToList();
        Dictionary<string, List<double>> drawn = [];
        foreach (var seed in PatientBootstrap.Seeds(Options))
        {
            var random = new Random(seed);
            List<int> rows = [.. patients.Select(_ => patients[random.Next(patients.Count)])
                .SelectMany(p => Enumerable.Range(0, test.Rows.Count).Where(i => test.Rows[i].Patient == p))];
            for (var c = 0; c < 3; c++)
            {
                var known = rows.Where(i => test.Labels[i, c].IsKnown()).ToList();
                var ranking = Ranking.Create([.. known.Select(i => test.Scores[i, c])], [.. known.Select(i => test.Labels[i, c] == P)]);
                var (metrics, at) = (ClassMetrics.Compute(ranking), ranking.AtOrAbove(figures.Classes[c].Locked!.Threshold));
                foreach (var (name, value) in (ReadOnlySpan<(string, double?)>)[("auc", metrics.Auc), ("ap", metrics.AveragePrecision),
                    ("f1", metrics.BestF1?.F1), ("accuracy", metrics.BestF1?.AtOrAbove.Accuracy), ("sensitivity", at.Sensitivity),
                    ("specificity", at.Specificity), ("locked", at.Accuracy)])
                    if (value is { } v) (drawn.TryGetValue($"{name}{c}", out var list) ? list : drawn[$"{name}{c}"] = []).Add(v);
            }
        }
        for (var c = 0; c < 3; c++)
        {
            var one = figures.Classes[c];
            foreach (var (name, figure) in (ReadOnlySpan<(string, Figure)>)[("auc", one.Auc), ("ap", one.AveragePrecision),
                ("f1", one.Paper!.F1), ("accuracy", one.Paper.Accuracy), ("sensitivity", one.Locked!.Sensitivity),
                ("specificity", one.Locked.Specificity), ("locked", one.Locked.Accuracy)])
            {
                var expected = ResampledInterval.Compute([.. drawn[$"{name}{c}"]], 0.95).Interval!.Value;
                Near.Equal(expected.Low, figure.Low!.Value);
                Near.Equal(expected.High, figure.High!.Value);
            }
        }
    }

    [Fact]
    public void A_locked_threshold_is_validations_best()
    {
        var (test, validation) = (Made(70, 25, 1), Made(60, 20, 2));
        var locked = BenchmarkFigures.Compute(test, validation, Options).Classes[0].Locked!;
        Assert.Equal(BestF1.Find(Ranking.FromKnown(validation.Scores, validation.Labels, 0))!.Threshold, locked.Threshold);
        Assert.Equal(Ranking.FromKnown(test.Scores, test.Labels, 0).AtOrAbove(locked.Threshold), locked.Counts);
        Assert.Null(BenchmarkFigures.Compute(test, null, Options).Classes[0].Locked);
    }

    [Fact]
    public void Neither_uncertain_nor_unmentioned_counts_unless_a_policy_says_so()
    {
        var table = new ScoreTable([.. "abcd".Select(c => new ScoredImage($"{c}", $"{c}", "x"))], ["edema", "mass", "not edema"],
            new double[4, 3], new[,] { { P, P, A }, { A, A, P }, { Q, Q, Q }, { U, U, U } });
        IReadOnlyList<ClassColumn> classes =
            [ClassColumn.Parse("edema"), ClassColumn.Parse("mass"), ClassColumn.Parse("not edema = not edema")];
        string Under(LabelPolicy policy) => string.Join(' ',
            Enumerable.Range(0, 3).Select(c => string.Concat(Enumerable.Range(0, 4)
                .Select(r => BenchmarkScores.Under(policy, table, classes).Labels[r, c] switch { P => "1", A => "0", _ => "." }))));
        Assert.Equal("10.. 10.. 01..", Under(new()));
        Assert.Equal("101. 101. 010.", Under(new(UncertainLabels.Ones)));
        Assert.Equal("100. 100. 011.", Under(new(UncertainLabels.Zeros)));
        Assert.Equal("1010 10.0 0101", Under(new(UncertainLabels.Gloria, UnmentionedLabels.Absent)));
        Assert.Contains("ABSENT", new LabelPolicy(Unmentioned: UnmentionedLabels.Absent).ToString());
    }

    [Theory]
    [InlineData(0.5, 2.0 / 3, 2.0 / 3)]                // at .6: two of three found, one false alarm of three
    [InlineData(0.9, 1.0 / 3, 1.0 / 3)]                // at .9 one is found without an alarm; at .3 all, with two
    public void Operating_points_by_hand(double held, double sensitivity, double specificity)
    {
        var ranking = Ranking.Create([0.9, 0.8, 0.6, 0.5, 0.3, 0.2], [true, false, true, false, true, false]);
        Assert.Equal(sensitivity, OperatingPoint.SensitivityAt(ranking, held)!.Reached, 12);
        Assert.Equal(specificity, OperatingPoint.SpecificityAt(ranking, held)!.Reached, 12);
    }

    [Fact]
    public void An_unreachable_point_finds_nothing()
    {
        var ranking = Ranking.Create([0.9, 0.5], [false, true]);
        Assert.Equal(new OperatingPoint(0.9, 0, null), OperatingPoint.SensitivityAt(ranking, 0.9));
        Assert.Null(OperatingPoint.SensitivityAt(Ranking.Create([0.9], [true]), 0.9));
    }

    static Sample At(string image, string patient, Label label) =>
        new($"/set/{image}", patient, "x", new(new Dictionary<string, Label> { ["pleural effusion"] = label }));

    [Fact]
    public void Scores_of_others_are_joined_by_path_or_name_and_none_is_lost_in_silence()
    {
        IReadOnlyList<ClassColumn> classes = [ClassColumn.Parse("pleural effusion"), ClassColumn.Parse("rest = not pleural effusion")];
        var file = ScoreFile.Read(_folder.Write("s.csv",
            "Image Index,junk,Effusion,rest\nimages/a.png,x,0.5,0.4\nCheXpert-v1.0/test/p1/s1/view1.jpg,,1e-3,1\n" +
            "CheXpert-v1.0/test/p2/s1/view1.jpg,,2,1\nz.png,,3,1\n"), classes);
        var table = BenchmarkScores.Join([At("a.png", "p1", P), At("test/p1/s1/view1.jpg", "p1", A), At("test/p2/s1/view1.jpg", "p2", Q),
            At("view1.jpg", "p3", A), At("b.png", "p4", U)], "/set", classes, file);
        Assert.Equal([("a.png", .5), ("test/p1/s1/view1.jpg", 1e-3), ("test/p2/s1/view1.jpg", 2)],
            table.Rows.Select((r, i) => (r.Image, table.Scores[i, 0])));
        Assert.Equal(["view1.jpg", "b.png"], table.Failed.Select(f => f.Image.Image));
        Assert.Equal([A, P, Q], Enumerable.Range(0, 3).Select(r => table.Labels[r, 1]));
        Assert.Equal((1, 4), (file.Unused, file.Count));
    }

    [Theory]
    [InlineData("image,mass\na,1\n", "missing-column", ":1")]
    [InlineData("score,Effusion\na,1\n", "missing-column", ":1")]
    [InlineData("image,Effusion\na,1\nb,x\n", "not-a-number", ":3")]
    [InlineData("image,Effusion\na,1\na,2\n", "duplicate-image", ":3")]
    [InlineData("image,Effusion\na\n", "wrong-columns", ":2")]
    [InlineData("", "empty", "")]
    public void A_wrong_score_file_is_told_by_line(string text, string kind, string line)
    {
        var path = _folder.Write("s.csv", text);
        var wrong = Assert.Throws<InvalidInputException>(() => ScoreFile.Read(path, [ClassColumn.Parse("pleural effusion")]));
        Assert.Equal((kind, path + line), (wrong.Kind, wrong.Path));
    }

    [Fact]
    public void A_run_can_be_computed_again_from_its_folder()
    {
        var (test, validation) = (Made(40, 15, 1), Made(30, 12, 2));
        IReadOnlyList<ClassColumn> classes = [.. test.Diseases.Select(ClassColumn.Parse)];
        var policy = new LabelPolicy(UncertainLabels.Ones);
        var figures = BenchmarkFigures.Compute(BenchmarkScores.Under(policy, test, classes),
            BenchmarkScores.Under(policy, validation, classes),
            Options);
        var split = new SplitRecord("test", 40, 15, "d", "s");
        var record = new EvaluationRecord
        {
            Created = DateTimeOffset.UnixEpoch,
            Arguments = ["evaluate"],
            Scores = new("tiny", "h", "direct", "paper", null),
            KnowledgeHash = "k",
            Dataset = "chestxray14",
            Root = "/set",
            Tables = [],
            Test = split,
            Validation = split,
            ClassList = "own",
            Classes = [.. classes.Select(c => c.ToString())],
            Convention = "locked",
            Policy = policy,
            Resamples = 200,
            Level = 0.95,
            Seed = 3,
            LeftOut = new Dictionary<string, int> { ["lateral view"] = 2 },
            Skipped = 1,
            Notices = [new("trap", "t")],
        };
        EvaluationRun.Write(_folder.Path, new()
        {
            Record = record,
            Test = test,
            Validation = validation,
            Metrics = EvaluationRun.Json(figures),
            Table = "table\n",
            Samples = [At("a.png", "p", P) with { Age = 40.5, Sex = Sex.Female, View = View.Lateral }],
            Skipped = [new("t.csv", 3, "bad-cell", "why, so")],
        });
        var read = EvaluationRun.Read(_folder.Path);
        Assert.Equal(File.ReadAllText(_folder.At("metrics.json")), EvaluationRun.Json(EvaluationRun.Recompute(_folder.Path, read)));
        Assert.Equal(["scores.csv", "validation-scores.csv", "metrics.json", "table.txt", "images.csv", "skipped.csv", "duplicates.csv"],
            read.Files.Select(f => f.Path));
        Assert.All(read.Files, f => Assert.Equal(f, HashedFile.Read(_folder.At(f.Path), f.Path)));
        Assert.Equal("image,patient,study,view,sex,age,boxes,masks,raw_labels,site\na.png,p,,Lateral,Female,40.5,0,0,,\n",
            File.ReadAllText(_folder.At("images.csv")));
        Assert.Equal(policy, read.Policy);
        File.WriteAllText(_folder.At("run.json"), "{}");
        Assert.Throws<InvalidInputException>(() => EvaluationRun.Read(_folder.Path));
    }

    [Fact]
    public void The_table_marks_thresholds_of_the_test_set_and_says_what_to_beware_of()
    {
        var text = BenchmarkText.Render("Set", BenchmarkFigures.Compute(Made(70, 25, 1), Made(60, 20, 2), Options), Options, "valid",
            [new("training-patients", "TRAINED ON THESE PATIENTS"), new("trap", "Beware.")]);
        TestKit.Approved.Verify(text);
    }
}
