using System.Globalization;
using System.Text.Json.Nodes;
using RadZ.Data;
using RadZ.Data.Guards;
using RadZ.Data.Sets;
using RadZ.Experiments.Evaluating;
using RadZ.Experiments.Running;
using RadZ.Files;
using RadZ.Model.Features;
using RadZ.Text.Knowledge;
using RadZ.Training.Optimization;
using RadZ.Training.Recipes;
using RadZ.Training.Runs;

namespace RadZ.Experiments.Protocols;

/// <summary>
/// Fine-tuning: each member is a run of training (in its folder <c>training/</c>) on the drawn patients, then scored as the model itself
/// would be.
/// </summary>
sealed class FinetuneProtocol : IProtocol
{
    /// <summary>
    /// What is done where no recipe is given: two passes of the method at a tenth of the rate at which the small model was made.
    /// </summary>
    static readonly PhaseRecipe s_phase = new()
    {
        Kind = PhaseKind.Alignment,
        Epochs = 2,
        Batch = 32,
        Rate = 1e-4,
        VisionRate = 0.3,
        Warmup = 0.06,
        Floor = 0.01,
        WeightDecay = 0.05,
        Beta2 = 0.98,
        Alignment = new() { Targets = PairTargetKind.Entailment, CategoryWeight = 1 },
    };

    const string Manifest = "train-manifest.csv";

    readonly EvaluationPipeline _run;
    readonly MeasuredSplits _splits;
    readonly KnowledgeBase _knowledge;
    readonly TrainingRecipe _recipe;
    readonly string _hash, _name;

    public FinetuneProtocol(EvaluationPipeline run, MeasuredSplits splits, KnowledgeBase knowledge, string model)
    {
        (_run, _splits, _knowledge) = (run, splits, knowledge);
        double temperature;
        var request = run.Request;
        using (var encoder = run.Context.Model.Load())
            (_hash, _name, temperature) = (encoder.Hash, encoder.Folder.Settings.Name, encoder.Folder.Settings.Temperature);
        var given = request.Recipe is { } file ? RecipeFile.Read(file) : null;
        if (given?.Phases.Any(p => p.Kind != PhaseKind.Alignment) == true)
            throw new InvalidInputException(request.Recipe!, "other-phases",
                "has phases that are no alignment; a model that is trained further needs none of them. Give a recipe of kind 'alignment' " +
                "alone.");
        foreach (var (i, phase) in (given?.Phases ?? []).Index())
        {
            if (phase.Alignment.Grounding > 0)
                throw new InvalidInputException(request.Recipe!, "no-places",
                    $"phases[{i}].alignment.grounding is {phase.Alignment.Grounding}; the drawn films say of no finding where it is, so " +
                    "that nothing could be learnt of it. Leave it out.");
            if (phase.Distillation is { Features: > 0 } or { Scores: > 0 } or { CategoryScores: > 0 })
                throw new InvalidInputException(request.Recipe!, "no-teacher",
                    $"phases[{i}].distillation learns from a teacher, and a model that is trained further has none. Leave features, " +
                    "scores and category_scores out.");
        }
        _recipe = new()
        {
            Name = _name,
            Model = new() { Folder = Path.GetFullPath(model), Lora = given?.Model.Lora },
            Data = new() { Sources = [], Knowledge = request.Knowledge is { } own ? Path.GetFullPath(own) : null },
            Wording = given?.Wording ?? new(),
            Augmentation = given?.Augmentation
                ?? new() { RotationDegrees = 8, ScaleMin = 0.92, ScaleMax = 1.1, ShiftFraction = 0.05, Contrast = 0.15, Brightness = 0.05 },
            Phases = given?.Phases ?? [s_phase with { Alignment = s_phase.Alignment with { Temperature = temperature } }],
            Precision = given?.Precision ?? Precision.Float32,
            SaveAs = given?.SaveAs ?? Precision.Float32,
            CheckpointSteps = given?.CheckpointSteps ?? 50,
        };
        // as a run that goes on will read it
        RecipeFile.Check(_recipe with { Data = Drawn(request.Out!) }, request.Recipe ?? "the standard recipe");
    }

    DataRecipe Drawn(string folder) => _recipe.Data with
    {
        Root = Path.GetFullPath(folder),
        Sources = [new() { Name = "drawn", Kind = SourceKind.Manifest, Path = Manifest }],
    };

    public object Identity =>
        new
        {
            Model = _hash,
            Score = _run.Request.Score.ToString(),
            Probability = _run.Request.Probability.ToString(),
            Recipe = RecipeFile.Write(_recipe)
        };

    public Task BeginAsync(IReadOnlyList<PlannedMember> members, CancellationToken cancel) => Task.CompletedTask;

    public async Task<MemberResult> MakeAsync(PlannedMember member, CancellationToken cancel)
    {
        var (columns, left) = Columns();
        var table = Path.Combine(member.Folder, Manifest);
        IReadOnlyList<Sample> samples = [.. member.Drawn.Select(s => s with { Labels = LabelsOf(s, columns) })];
        ManifestFile.Write(table, samples, columns, _knowledge);
        var folder = new RunFolder(Path.Combine(member.Folder, "training"));
        var known = samples.Count(s => !s.Labels.IsUnknown || s.Report is not null);
        if (known < 2)
            throw new InvalidInputException(member.Name, "too-few",
                $"only {known} of the {samples.Count} drawn images say of anything that it is present; at least two are needed. Take a " +
                $"larger ‹fraction›.");
        var recipe = _recipe with
        {
            Name = string.Create(CultureInfo.InvariantCulture,
                $"{_name}, {_run.Request.Card.Name} {member.Percent:R} %, seed {member.Seed}"),
            Seed = member.Seed,
            Data = Drawn(member.Folder),
            Phases =
                [.. _recipe.Phases.Select(p => p with { Batch = Math.Min(p.Batch, known), MicroBatch = Math.Min(p.MicroBatch, known) })],
        };
        var training = new TrainingRun(folder, _run.Context.Observer.Training(), _run.Context.Time, Devices.Best);
        try
        {
            await (File.Exists(folder.Recipe) ? training.ResumeAsync(cancel) : training.StartAsync(recipe, cancel)).ConfigureAwait(false);
        }
        catch (TrainingDivergedException e)
        {
            throw new InvalidInputException(member.Name, "diverged", $"{e.Message} Give a gentler ‹recipe›.", e);
        }
        var used = JsonNode.Parse(File.ReadAllText(folder.Facts))!["sources"]!["drawn"]?["training_images"]?.GetValue<int>() ?? 0;
        using var encoder = RadiologyEncoder.Load(folder.Model);
        var (test, validation) =
            await _run.ByModelAsync(encoder, _knowledge, _splits, Path.Combine(member.Folder, "scoring"), cancel).ConfigureAwait(false);
        var phases = string.Join(", then ",
            recipe.Phases.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Epochs:0.##} epochs at rate {p.Rate}")));
        Notice[] notices = left.Count == 0 ? []
            : [new("member-left-out", $"Not trained on, since our descriptions do not know them: {string.Join(", ", left)}.")];
        return new()
        {
            Test = test,
            Validation = validation!,
            By = _run.By(encoder) with { Name = _name },
            Used = used,
            How = $"{phases} ({(_run.Request.Recipe is null ? "the standard recipe" : Path.GetFileName(_run.Request.Recipe))}, " +
            $"training/recipe.json)",
            Notices = notices,
            Files = [Manifest, "training/recipe.json", "training/run.json"],
        };
    }

    public void Done(PlannedMember member)
    {
        Directory.Delete(Path.Combine(member.Folder, "scoring"), recursive: true);
        // three times the weights, and of no use any more
        File.Delete(new RunFolder(Path.Combine(member.Folder, "training")).Checkpoint);
    }

    /// <summary>The set's diseases that have a description, and the others.</summary>
    (IReadOnlyList<DiseaseColumn> Columns, IReadOnlyList<string> Left) Columns()
    {
        var all = _run.Request.Card.Diseases.ToList();
        bool Described(string disease) => _knowledge.TryFind(disease, out var known) && known.Description is not null;
        return ([.. all.Where(Described).Select(d => new DiseaseColumn(d, _knowledge.Resolve(d).Name))],
            [.. all.Where(d => !Described(d))]);
    }

    Labels LabelsOf(Sample sample, IReadOnlyList<DiseaseColumn> columns) =>
        new(columns.ToDictionary(c => c.Name, c => _run.Request.Policy.Apply(c.Name, sample.Labels[c.Header])));

    public void Dispose() { }
}
