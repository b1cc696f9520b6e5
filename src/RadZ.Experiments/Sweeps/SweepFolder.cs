using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RadZ.Evaluation.Tables;
using RadZ.Files;
using RadZ.Training.Recipes;
using RadZ.Training.Runs;
using RadZ.Training.Validation;

namespace RadZ.Experiments.Sweeps;

/// <summary>What a sweep leaves: a run folder for every arm and seed, and a record in each that is finished or has failed.</summary>
sealed class SweepFolder(string path)
{
    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>The run of one arm with one seed.</summary>
    public RunFolder Run(int seed, string arm) =>
        new(System.IO.Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"seed-{seed}"), arm));

    /// <summary>The recipe of one run: the arm's, with its seed and what it starts from.</summary>
    public TrainingRecipe Recipe(SweepArm arm, int seed) => arm.Recipe with
    {
        Seed = seed,
        Model = arm.Recipe.Model with { Start = arm.Start is { } start ? System.IO.Path.GetFullPath(Run(seed, start).Path) : null },
    };

    /// <summary>
    /// Hash of the recipe, its descriptions, and those it starts from. Of paths only the last name counts: files may be moved.
    /// </summary>
    public static string HashOf(Sweep sweep, SweepArm arm, int seed)
    {
        var below = arm.Start is { } start ? HashOf(sweep, sweep.Arms.First(a => a.Name == start), seed) : "";
        static string? Last(string? path) =>
            path is null ? null : System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(path));
        var (recipe, model, data) = (arm.Recipe, arm.Recipe.Model, arm.Recipe.Data);
        recipe = recipe with
        {
            Seed = seed,
            Model = model with
            {
                Folder = Last(model.Folder),
                New = model.New is { } sizes ? sizes with { Tokenizer = Last(sizes.Tokenizer)! } : null
            },
            Data = data with { Root = "", Knowledge = Last(data.Knowledge) },
        };
        return Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(RecipeFile.Write(recipe) + RecipeFile.KnowledgeOf(arm.Recipe).ContentHash + below)));
    }

    /// <summary>
    /// The record of a finished run; null where there is none. What a record of an earlier version does not say of its data, its run's own
    /// does.
    /// </summary>
    public FinishedRun? Finished(int seed, string arm)
    {
        var file = Record(seed, arm);
        if (!File.Exists(file)) return null;
        var finished = StrictJson.ReadFile<FinishedRun>(file);
        return finished is { TrainingHash: not null, ValidationHash: not null } || RunData.From(Run(seed, arm)) is not { } data ? finished
            : finished with { TrainingHash = data.Training, ValidationHash = data.Validation };
    }

    /// <summary>
    /// The data of the finished runs of all arms whose recipe names the same data as an arm's; null where none is finished.
    /// </summary>
    /// <exception cref="InvalidInputException">Two of them differ: files were changed between one run and the other, and their scores are
    /// of different truths.</exception>
    public RunData? DataOf(Sweep sweep, SweepArm arm)
    {
        RunData? first = null;
        var named = DataNamed(arm);
        List<SweepArm> alike = [.. sweep.Arms.Where(a => DataNamed(a) == named)];
        foreach (var seed in sweep.Seeds)
            foreach (var other in alike)
                if (Finished(seed, other.Name) is { TrainingHash: { } training, ValidationHash: { } validation })
                {
                    RunData found = new(training, validation, Run(seed, other.Name).Path);
                    first?.RefuseOther(found, found.Run);
                    first ??= found;
                }
        return first;
    }

    /// <summary>Refuses a sweep whose arms of one data recipe were not trained and judged on the same data.</summary>
    /// <exception cref="InvalidInputException">Names two runs that differ.</exception>
    public void RefuseOtherData(Sweep sweep)
    {
        foreach (var arm in sweep.Arms.DistinctBy(DataNamed)) _ = DataOf(sweep, arm);
    }

    /// <summary>
    /// What the data of an arm follow from: its data recipe, and names and entailments of its knowledge; descriptions change no label.
    /// </summary>
    static string DataNamed(SweepArm arm) => JsonSerializer.Serialize(arm.Recipe.Data with { Knowledge = null }, StrictJson.Options)
        + string.Join('\n', RecipeFile.KnowledgeOf(arm.Recipe).Diseases
            .Select(d => $"{string.Join('|', d.Terms.Concat(d.Spellings))}>{string.Join('|', d.Entails)}"));

    /// <summary>The same of a sweep of which only the record is there, by the recipes that its runs kept.</summary>
    /// <exception cref="InvalidInputException">Names two runs that differ.</exception>
    public void RefuseOtherData(SweepRecord sweep)
    {
        var first = new Dictionary<string, RunData>();
        foreach (var seed in sweep.Seeds)
            foreach (var run in sweep.Arms.Select(a => (a.Name, Folder: Run(seed, a.Name))).Where(r => File.Exists(r.Folder.Recipe)))
                if (Finished(seed, run.Name) is { TrainingHash: { } training, ValidationHash: { } validation })
                {
                    RunData found = new(training, validation, run.Folder.Path);
                    var named = JsonSerializer.Serialize(StrictJson.ReadFile<TrainingRecipe>(run.Folder.Recipe).Data, StrictJson.Options);
                    if (!first.TryAdd(named, found)) first[named].RefuseOther(found, found.Run);
                }
    }

    /// <summary>Why a run failed; null where it did not, or was not tried.</summary>
    public string? FailureOf(int seed, string arm)
    {
        var file = Failure(seed, arm);
        return !File.Exists(file) ? null : JsonNode.Parse(File.ReadAllText(file))?["error"]?.GetValue<string>() ?? "";
    }

    /// <summary>
    /// The files that the numbers of the sweep rest on, by their paths below it: recipes, facts, records and scores of every run, not its
    /// weights.
    /// </summary>
    public IReadOnlyList<string> Evidence(SweepRecord sweep)
    {
        List<string> found = [];
        foreach (var seed in sweep.Seeds)
            foreach (var arm in sweep.Arms)
            {
                var run = Run(seed, arm.Name);
                found.AddRange(((string[])[run.Recipe, run.Facts, Record(seed, arm.Name), Failure(seed, arm.Name)]).Where(File.Exists));
                foreach (var scores in (string[])[run.ModelReport, run.TeacherReport, System.IO.Path.Combine(run.Path, "categories")])
                    if (Directory.Exists(scores)) found.AddRange(Directory.GetFiles(scores, "*.scores.csv").Order(StringComparer.Ordinal));
            }
        return [.. found.Select(f => System.IO.Path.GetRelativePath(path, f))];
    }

    /// <summary>Writes it; the last thing of a run.</summary>
    internal void Finish(int seed, string arm, FinishedRun run)
    {
        File.Delete(Failure(seed, arm));
        AtomicFile.WriteText(Record(seed, arm), JsonSerializer.Serialize(run, StrictJson.Options) + "\n");
    }

    /// <summary>Writes why a run failed, for whoever looks into the folder; the next try takes it away.</summary>
    internal void Fail(int seed, string arm, string message) =>
        AtomicFile.WriteText(Failure(seed, arm),
            new JsonObject { ["error"] = message }.ToJsonString(new() { WriteIndented = true }) + "\n");

    /// <summary>
    /// Scores of the finished model, each disease by itself, on the images of a validation task; null where there are none.
    /// </summary>
    public ScoreTable? Scores(int seed, string arm, string task) => Read(Run(seed, arm).ModelReport, task);

    /// <summary>The same of the supervised net that a trunk trained.</summary>
    public ScoreTable? TeacherScores(int seed, string trunk, string task) => Read(Run(seed, trunk).TeacherReport, task);

    static ScoreTable? Read(string report, string task) =>
        ValidationReport.ScoresFile(report, task) is var file && File.Exists(file) ? ScoreTableFile.Read(file) : null;

    /// <summary>Held by the process that trains this run; others take the next.</summary>
    internal string Lock(int seed, string arm) => System.IO.Path.Combine(Run(seed, arm).Path, ".lock");

    string Record(int seed, string arm) => System.IO.Path.Combine(Run(seed, arm).Path, "finished.json");

    string Failure(int seed, string arm) => System.IO.Path.Combine(Run(seed, arm).Path, "failed.json");
}

/// <summary>The record of a finished run of a sweep.</summary>
sealed record FinishedRun
{
    /// <summary>Hash of its recipe and those it started from.</summary>
    public required string Recipe { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Seconds it took, without those before a kill.</summary>
    public required double Seconds { get; init; }

    /// <summary>Seconds of processor time, of all threads.</summary>
    public required double ProcessorSeconds { get; init; }

    /// <summary>The program's version.</summary>
    public required string Radz { get; init; }

    /// <summary>Hash of what it was trained on; null in records of earlier versions whose run says nothing of it either.</summary>
    public string? TrainingHash { get; init; }

    /// <summary>Hash of what it was judged on.</summary>
    public string? ValidationHash { get; init; }
}
