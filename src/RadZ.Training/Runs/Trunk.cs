using System.Security.Cryptography;
using System.Text.Json.Nodes;
using RadZ.Data.Guards;
using RadZ.Files;
using RadZ.Model.Weights;
using RadZ.Training.Phases;
using RadZ.Training.Recipes;

namespace RadZ.Training.Runs;

/// <summary>
/// Another run's folder that a run starts from (<c>model.start</c>): its weights as its last whole phase left them, and its teacher. Many
/// arms share one trunk, so that they differ in nothing but what is compared.
/// </summary>
sealed class Trunk : IDisposable
{
    static readonly string[] s_tables = [WeightNames.Table, WeightNames.Head];

    readonly RunFolder _folder;
    readonly TrainingRecipe _recipe;
    readonly Checkpoint _checkpoint;

    Trunk(RunFolder folder, TrainingRecipe recipe, Checkpoint checkpoint) => (_folder, _recipe, _checkpoint) = (folder, recipe, checkpoint);

    /// <summary>Opens a run.</summary>
    /// <exception cref="InvalidInputException">It is none, it stands in the middle of a phase, or it adapts a checkpoint.</exception>
    public static Trunk Open(string path)
    {
        var folder = new RunFolder(path);
        if (!File.Exists(folder.Recipe) || !File.Exists(folder.Checkpoint))
            throw new InvalidInputException(path, "missing",
                "is no run that could be started from (model.start): it needs recipe.json and checkpoint.safetensors of radz train.");
        var recipe = StrictJson.ReadFile<TrainingRecipe>(folder.Recipe);
        if (recipe.Model.New is null)
            throw new InvalidInputException(path, "wrong-checkpoint",
                "trains a checkpoint, not a new model; a run starts (model.start) from one of a new model.");
        var checkpoint = Checkpoint.Open(folder.Checkpoint);
        if (!checkpoint.HasOptimizer) return new(folder, recipe, checkpoint);
        var (phase, step) = (checkpoint.Phase, checkpoint.Step);
        checkpoint.Dispose();
        throw new InvalidInputException(path, "unfinished",
            $"was stopped in the middle of phase {phase + 1}, at step {step}; let it finish first (radz train --resume).");
    }

    /// <summary>What the run that starts here records of it.</summary>
    public JsonObject Facts => new()
    {
        ["name"] = _recipe.Name,
        ["seed"] = _recipe.Seed,
        ["phases"] = new JsonArray([.. _recipe.Phases.Take(_checkpoint.Phase).Select(p => (JsonNode)p.Kind.ToString())]),
        ["checkpoint_sha256"] = Hash(_folder.Checkpoint),
        ["teacher_sha256"] = File.Exists(_folder.Teacher) ? Hash(_folder.Teacher) : null,
    };

    static string Hash(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Brings weights, read-out and teacher into a run's context, and the teacher's file into its folder.</summary>
    /// <exception cref="InvalidInputException">Data or sizes do not fit; the message names every tensor that does not.</exception>
    public void Into(PhaseContext context, RunFolder run)
    {
        CheckData(context);
        if (File.Exists(_folder.Teacher))
        {
            var recipe = _recipe.Phases.FirstOrDefault(p => p.Kind == PhaseKind.Teacher)?.Teacher;
            context.Teacher = TeacherFile.Read(_folder.Teacher, recipe, context);
            TeacherFile.Write(run.Teacher, context.Teacher);
        }
        else if (context.Recipe.Phases.Any(p => p.Distillation is { Features: > 0 } or { Scores: > 0 } or { CategoryScores: > 0 })
            && context.Recipe.Phases.All(p => p.Kind != PhaseKind.Teacher))
            throw new InvalidInputException(_folder.Path, "no-teacher",
                "has no teacher (teacher.safetensors) to learn from; leave 'distillation' out, or start from a run that trained one.");
        if (_checkpoint.Holds("readout.disease.weight")) context.ReadoutFor((int)_checkpoint.Read("readout.feature.weight").shape[0]);
        if (_checkpoint.Holds("grounding.scale")) context.GroundingFor();
        TakeWeights([.. context.Encoder.Training.Weights.Concat(context.Beside).Select(w => (w.Name, (Tensor)w.Value))]);
    }

    /// <summary>Where a run says whose images it has seen, those of what it started from with them; nothing of no run.</summary>
    public static IEnumerable<string> Folders(string? run) => run is null ? [] : [run, new RunFolder(run).Model];

    void CheckData(PhaseContext context)
    {
        var known = JsonNode.Parse(File.ReadAllText(_folder.Facts))!["diseases"]!.AsObject().Select(d => d.Key).ToList();
        if (!known.SequenceEqual(context.Data.Diseases))
            throw new InvalidInputException(_folder.Path, "other-data",
                $"was trained on other diseases, or on others more often: {string.Join(", ", known)}; this run's data have " +
                $"{string.Join(", ", context.Data.Diseases)}. Its teacher and read-out would name the wrong ones; take the same data.");
        if (TrainingPatients.FindAll(Folders(_folder.Path)) is { } seen
            && context.Data.Validation.Count(s => seen.Contains(s.Patient)) is > 0 and var leaked)
            throw new InvalidInputException(_folder.Path, "leak",
                $"was trained on patients of {leaked} of this run's validation images; take the same split.");
        var (ours, theirs) = (context.Encoder.Folder.TokenizerPath, _recipe.Model.New!.Tokenizer);
        if (File.Exists(theirs) && Path.GetFullPath(theirs) != Path.GetFullPath(ours) && Hash(theirs) != Hash(ours))
            throw new InvalidInputException(_folder.Path, "wrong-checkpoint",
                $"was trained with another tokenizer ({theirs}); take the same.");
    }

    /// <summary>
    /// Copies what fits. Only modality tokens, a head, and rows of the table that stand for modality tokens may be other than the trunk's.
    /// </summary>
    void TakeWeights(IReadOnlyList<(string Name, Tensor Value)> into)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var faults = new List<string>();
        foreach (var (name, value) in into)
        {
            var mayDiffer = name == WeightNames.Specials || WeightNames.IsFeatureHead(name);
            if (!_checkpoint.Holds(name))
            {
                if (!mayDiffer && !name.StartsWith("readout.", StringComparison.Ordinal))
                    faults.Add($"{name} [{Shape(value)}] is not in it");
                continue;
            }
            var stored = _checkpoint.Read(name);
            if (stored.shape.SequenceEqual(value.shape)) value.detach().copy_(stored);
            else if (s_tables.Contains(name) && stored.shape[1] == value.shape[1])
            {
                // behind the vocabulary, which is the same, are only modality tokens
                var rows = Math.Min(stored.shape[0], value.shape[0]);
                value.detach().narrow(0, 0, rows).copy_(stored.narrow(0, 0, rows));
            }
            else if (!mayDiffer) faults.Add($"{name} is [{Shape(stored)}] in it, [{Shape(value)}] here");
        }
        faults.AddRange(_checkpoint.Names.Except(into.Select(w => w.Name))
            .Where(n => n != WeightNames.Specials && !WeightNames.IsFeatureHead(n)).Select(n => $"{n} has no place here"));
        if (faults.Count > 0)
            throw new InvalidInputException(_folder.Path, "wrong-checkpoint",
                $"does not fit the sizes of model.new; give the trunk's own. {faults.Count} tensors differ: {string.Join("; ", faults)}.");
    }

    static string Shape(Tensor x) => string.Join(", ", x.shape);

    public void Dispose() => _checkpoint.Dispose();
}
