using System.Globalization;
using System.Text.Json.Nodes;
using RadZ.Data;
using RadZ.Data.Studies;
using RadZ.Files;
using RadZ.Text.Knowledge;
using RadZ.Training.Data;
using RadZ.Training.Recipes;

namespace RadZ.Training.Runs;

/// <summary>
/// What a run leaves: the recipe as run, versions and data hashes, a table a phase, TensorBoard events, validation figures, the last
/// checkpoint, and the finished model. Everything is written whole or not at all, but for the tables, which grow by lines.
/// </summary>
sealed class RunFolder(string path)
{
    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>The recipe as run, with absolute paths.</summary>
    public string Recipe => At("recipe.json");

    /// <summary>Versions, hashes, counts.</summary>
    public string Facts => At("run.json");

    /// <summary>All that a resumed run needs.</summary>
    public string Checkpoint => At("checkpoint.safetensors");

    /// <summary>The supervised baseline, where the recipe has a teacher.</summary>
    public string Teacher => At("teacher.safetensors");

    /// <summary>
    /// Vision tower, text encoder and classifier of a run whose last phase is a baseline without a decoder: for the record.
    /// </summary>
    public string Baseline => At("baseline.safetensors");

    /// <summary>The adapter as PEFT reads it, where the recipe trains one; the finished model has it merged in.</summary>
    public string Adapter => At("adapter");

    /// <summary>The finished model.</summary>
    public string Model => At("model");

    /// <summary>Validation figures: phase, epoch, task, AUC of probabilities, AUC of scores, classes, images.</summary>
    public string Validation => At("validation.csv");

    /// <summary>Metrics with intervals and scores of the finished model on the validation patients.</summary>
    public string ModelReport => At("report-model");

    /// <summary>The same of the teacher: the supervised baseline on the same split.</summary>
    public string TeacherReport => At("report-teacher");

    /// <summary>The same of who always says how frequent each disease was in training: the floor, an AUC of 0.5.</summary>
    public string MajorityReport => At("report-majority");

    /// <summary>A manifest a validation task, for <c>radz evaluate</c>.</summary>
    public string Manifests => At("validation-manifests");

    /// <summary>Events for TensorBoard.</summary>
    public string TensorBoard => At("tensorboard");

    /// <summary>The steps of one phase.</summary>
    public string Steps(string phase) => At($"steps-{phase}.csv");

    string At(string name) => System.IO.Path.Combine(path, name);

    /// <summary>Keeps other processes from training in this folder until it is disposed (or the process dies).</summary>
    /// <exception cref="InvalidInputException">Another one does.</exception>
    internal IDisposable Lock() => FolderLock.TryTake(At(".training"))
        ?? throw new InvalidInputException(path, "in-use",
            "another process is training in this folder; wait for it, or stop it (Ctrl-C, or kill -TERM) and go on with ‹resume›.");

    /// <summary>Refuses to write over another run.</summary>
    public void RefuseOccupied()
    {
        if (File.Exists(Recipe) || File.Exists(Checkpoint))
            throw new InvalidInputException(path, "occupied",
                "holds a run already; take another ‹out›, or continue it with ‹resume›.");
    }

    /// <summary>Cuts a table back to the lines before a step, so that a resumed run does not write them twice.</summary>
    public static void CutTable(string file, Func<string[], bool> keep)
    {
        if (!File.Exists(file)) return;
        var lines = File.ReadAllLines(file);
        AtomicFile.WriteText(file, string.Concat(lines.Where((l, i) => i == 0 || keep(l.Split(','))).Select(l => l + "\n")));
    }

    /// <summary>Appends a line, with a header if the table is new.</summary>
    public static void Append(string file, string header, IEnumerable<object?> cells)
    {
        var line = string.Join(',',
            cells.Select(c => c switch
            {
                double d => d.ToString("R", CultureInfo.InvariantCulture),
                null => "",
                _ => Convert.ToString(c, CultureInfo.InvariantCulture),
            }));
        File.AppendAllText(file, (File.Exists(file) ? "" : header + "\n") + line + "\n");
    }

    /// <summary>Refuses to go on over other data; tells of another number of threads, which may split sums differently.</summary>
    public string? CompareFacts(TrainingData data)
    {
        if (!File.Exists(Facts)) return null;
        var facts = JsonNode.Parse(File.ReadAllText(Facts))!;
        foreach (var (name, samples) in (ReadOnlySpan<(string, IReadOnlyList<Sample>)>)[("training_hash", data.Training),
            ("validation_hash", data.Validation)])
            if (facts[name]?.GetValue<string>() is { } before && before != DataHash.Compute(samples))
                throw new InvalidInputException(path, "other-data",
                    $"was begun on other data ({name} differs): files were added, removed or changed since. Put them back, or start a " +
                    "new run.");
        return facts["threads"]?.GetValue<int>() is { } threads && threads != get_num_threads()
            ? $"This run was begun with {threads} threads and goes on with {get_num_threads()}; sums may be split differently, set " +
                $"OMP_NUM_THREADS={threads} for the same bits."
            : null;
    }

    /// <summary>Writes what identifies the run.</summary>
    public void WriteFacts(TrainingRecipe recipe, TrainingData data, KnowledgeBase knowledge,
        IReadOnlyList<SkippedRow> broken, DateTimeOffset started, JsonObject? trunk = null)
    {
        var sources = new JsonObject(data.Training.Concat(data.Validation).GroupBy(s => s.Source)
            .Select(g => KeyValuePair.Create(g.Key, (JsonNode?)new JsonObject
            {
                ["training_images"] = data.Training.Count(s => s.Source == g.Key),
                ["training_patients"] = data.Training.Where(s => s.Source == g.Key).Select(s => s.Patient).Distinct().Count(),
                ["validation_images"] = data.Validation.Count(s => s.Source == g.Key),
                ["validation_patients"] = data.Validation.Where(s => s.Source == g.Key).Select(s => s.Patient).Distinct().Count(),
            })));
        var pseudonyms = Pseudonyms.ForInstallation();
        var facts = new JsonObject
        {
            ["name"] = recipe.Name,
            ["seed"] = recipe.Seed,
            ["started"] = started.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            ["radz"] = typeof(RunFolder).Assembly.GetName().Version?.ToString(3),
            ["torchsharp"] = typeof(Tensor).Assembly.GetName().Version?.ToString(3),
            ["dotnet"] = Environment.Version.ToString(),
            ["cores"] = Environment.ProcessorCount,
            ["threads"] = get_num_threads(),
            ["knowledge_hash"] = knowledge.ContentHash,
            ["start"] = trunk,
            ["training_hash"] = DataHash.Compute(data.Training),
            ["validation_hash"] = DataHash.Compute(data.Validation),
            ["split"] = $"SHA-256 of \"{data.Split.Salt}\" + patient, first 4 bytes / 2^32 below the source's share",
            ["sources"] = sources,
            ["diseases"] = new JsonObject(data.Diseases.Select(d => KeyValuePair.Create(d, (JsonNode?)new JsonObject
            {
                ["training"] = data.Training.Count(s => s.Labels[d] == Label.Present),
                ["validation"] = data.Validation.Count(s => s.Labels[d] == Label.Present),
            }))),
            ["left_out"] = new JsonArray([.. recipe.Data.LeaveOut.Select(d => (JsonNode)d)]),
            ["without_known_disease"] = data.Silent,
            ["skipped"] = new JsonArray([.. data.Skipped.Concat(broken)
                .Select(s =>
                    (JsonNode)$"{System.IO.Path.GetFileName(ShownFile.Create(s.Path, pseudonyms).Shown)}:{s.Line}: {s.Kind}")]),
        };
        AtomicFile.WriteText(Facts, facts.ToJsonString(new() { WriteIndented = true }) + "\n");
    }
}
