using RadZ.Data;
using RadZ.Data.Guards;
using RadZ.Data.Sets;
using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Runs;
using RadZ.Evaluation.Tables;

namespace RadZ.Tests.Evaluation.Report;

/// <summary>A small evaluation in a folder, always the same.</summary>
static class MadeRun
{
    public static readonly IReadOnlyList<ClassColumn> Classes = [.. ((string[])["mass", "edema", "hernia"]).Select(ClassColumn.Parse)];
    public static readonly BootstrapOptions Options = new() { Resamples = 50, Seed = 3 };

    /// <summary>Three classes; some labels are not known.</summary>
    public static ScoreTable Table(string prefix, int images, int patients, int seed)
    {
        var random = new Random(seed);
        var (scores, labels) = (new double[images, 3], new Label[images, 3]);
        for (var r = 0; r < images; r++)
            for (var c = 0; c < 3; c++)
            {
                labels[r, c] = random.NextDouble() switch
                {
                    < 0.05 => Label.Unknown,
                    < 0.1 => Label.Uncertain,
                    < 0.5 => Label.Present,
                    _ => Label.Absent,
                };
                scores[r, c] = Math.Round(random.NextDouble() * 0.7 + (labels[r, c] == Label.Present ? 0.3 : 0), 2);
            }
        return new([.. Enumerable.Range(0, images)
            .Select(i => new ScoredImage($"{prefix}{i}.png", $"{prefix}:{i % patients}", "chestxray14"))], [.. Classes.Select(c => c.Name)],
                scores, labels);
    }

    /// <summary>Writes it, locked on validation or not.</summary>
    public static void Write(string folder, bool locked = true)
    {
        var (test, validation) = (Table("t", 60, 20, 1), locked ? Table("v", 50, 15, 2) : null);
        ScoreTable Under(ScoreTable table) => BenchmarkScores.Under(new(), table, Classes);
        var figures = BenchmarkFigures.Compute(Under(test), validation is null ? null : Under(validation), Options);
        List<Notice> notices = [new("contamination", "A made-up <alarm> & more."), new("trap", "Labels are made up.")];
        Sample[] samples = [.. test.Rows.Select((r, i) => Sample(r, i))];
        var record = new EvaluationRecord
        {
            Created = DateTimeOffset.UnixEpoch,
            Radz = "0.0",
            Dotnet = "10",
            Arguments = ["evaluate", "--dataset", "chestxray14", "--out", "a run"],
            Scores = new("tiny", "h", "direct", "paper", null),
            KnowledgeHash = "k",
            Dataset = "chestxray14",
            Root = "/set",
            Tables = [new("Data_Entry_2017.csv", 3, "abc")],
            Test = SplitRecord.FromSamples("test", samples, "/set"),
            Validation = validation is null ? null
                : SplitRecord.FromSamples("valid", [.. validation.Rows.Select((r, i) => Sample(r, i))], "/set"),
            ClassList = "own",
            Classes = [.. Classes.Select(c => c.ToString())],
            Convention = locked ? "locked" : "paper",
            Policy = new(),
            Resamples = Options.Resamples,
            Level = Options.Level,
            Seed = Options.Seed,
            LeftOut = new Dictionary<string, int> { ["lateral view"] = 2 },
            Skipped = 0,
            Notices = notices,
        };
        var table = BenchmarkText.Render("NIH ChestX-ray14, split 'test', class list 'own': model tiny, direct score", figures, Options,
            validation is null ? null : "valid", notices) + "Research use only. Not a medical device.\n";
        EvaluationRun.Write(folder, new()
        {
            Record = record,
            Test = test,
            Validation = validation,
            Metrics = EvaluationRun.Json(figures),
            Table = table,
            Samples = samples,
        });
    }

    static Sample Sample(ScoredImage row, int i) => new($"/set/{row.Image}", row.Patient, row.Source, new(new Dictionary<string, Label>()))
    {
        Sex = i % 20 % 2 == 0 ? Sex.Female : Sex.Male,
        Age = i % 20 * 5,
        View = i % 3 == 0 ? View.AnteroPosterior : View.PosteroAnterior,
    };
}
