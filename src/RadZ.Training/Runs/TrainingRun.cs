using RadZ.Data.Guards;
using RadZ.Data.Reports;
using RadZ.Files;
using RadZ.Model.Checkpoints;
using RadZ.Model.Features;
using RadZ.Model.Weights;
using RadZ.Text.Knowledge;
using RadZ.Training.Data;
using RadZ.Training.Phases;
using RadZ.Training.Recipes;
using RadZ.Training.Validation;

namespace RadZ.Training.Runs;

/// <summary>
/// A whole run: data, model, phases, one folder. It can be stopped at any step and goes on from its checkpoint with the same numbers.
/// </summary>
/// <param name="folder">Where it leaves what it makes.</param>
/// <param name="observer">Who watches.</param>
/// <param name="time">The clock, for the record.</param>
/// <param name="device">Where it runs.</param>
/// <param name="shared">Pictures that several runs of one process share; results do not depend on it.</param>
/// <param name="same">Data that it must have, since it is compared with another run; null: whatever its recipe finds.</param>
sealed class TrainingRun(RunFolder folder, ITrainingObserver observer, TimeProvider time, Device device,
    SharedPictures? shared = null, RunData? same = null)
{
    /// <summary>Starts a run in an empty folder.</summary>
    /// <exception cref="InvalidInputException">The folder holds a run, or recipe and data do not fit.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; the folder holds a checkpoint.</exception>
    public async Task StartAsync(TrainingRecipe recipe, CancellationToken cancel)
    {
        folder.RefuseOccupied();
        await ExecuteAsync(recipe, null, cancel).ConfigureAwait(false);
    }

    /// <summary>Goes on with the run in the folder.</summary>
    public async Task ResumeAsync(CancellationToken cancel)
    {
        if (!File.Exists(folder.Recipe))
            throw new InvalidInputException(folder.Path, "missing", "holds no run (no recipe.json); start one without ‹resume›.");
        var recipe = RecipeFile.Read(folder.Recipe);
        if (!File.Exists(folder.Checkpoint))
        {
            observer.Message("No checkpoint was written yet: starting from the beginning.");
            await ExecuteAsync(recipe, null, cancel).ConfigureAwait(false);
            return;
        }
        using var checkpoint = Checkpoint.Open(folder.Checkpoint);
        if (checkpoint.Phase >= recipe.Phases.Count) observer.Message("All phases are done already.");
        await ExecuteAsync(recipe, checkpoint, cancel).ConfigureAwait(false);
    }

    async Task ExecuteAsync(TrainingRecipe recipe, Checkpoint? from, CancellationToken cancel)
    {
        using var held = folder.Lock();
        var knowledge = RecipeFile.KnowledgeOf(recipe);
        var data = TrainingData.Read(recipe.Data, knowledge);
        if (recipe.Phases.Any(p => p.Kind is PhaseKind.Alignment or PhaseKind.EncoderAlignment))
            CheckDescriptions(data.Diseases, recipe.Data.LeaveOut, knowledge);
        RefuseSeen(recipe, data);
        using var encoder = ModelStart.Load(recipe, data, device);
        using var trunk = from is null && recipe.Model.Start is { } start ? Trunk.Open(start) : null;
        var withAreas = recipe.Phases.Any(p => p.Alignment.Grounding > 0);
        var images = shared?.Images(recipe.Data, encoder.Folder.Preparation, withAreas)
            ?? PreparedImages.Create(recipe.Data, encoder.Folder.Preparation, withAreas);
        var (usable, broken) = images.Preload([.. data.Training, .. data.Validation],
            done => observer.Prepared(done, data.Training.Count + data.Validation.Count), cancel);
        var readable = usable.Select(s => s.Image).ToHashSet();
        data = data with
        {
            Training = [.. data.Training.Where(s => readable.Contains(s.Image))],
            Validation = [.. data.Validation.Where(s => readable.Contains(s.Image))]
        };
        same?.RefuseOther(RunData.From(data), folder.Path);
        foreach (var skipped in data.Skipped.Concat(broken))
            observer.Message($"skipped: {(skipped.Line > 0 ? $"{skipped.Path}:{skipped.Line}: " : "")}{skipped.Reason}");
        observer.Message($"{data.Training.Count} training and {data.Validation.Count} validation images; " +
            $"{data.Skipped.Count + broken.Count} skipped, {data.Silent} without a known disease.");

        using var context = new PhaseContext(recipe, data, knowledge, encoder, images, shared);
        trunk?.Into(context, folder);
        AtomicFile.WriteText(folder.Recipe, RecipeFile.Write(recipe));
        if (from is null)
        {
            folder.WriteFacts(recipe, data, knowledge, broken, time.GetUtcNow(), trunk?.Facts);
            TrainingPatients.FromKeys(data.Training.Select(s => s.Patient)).Write(folder.Path);
            // what its base has seen, it has seen
            TrainingPatients.FindAll([folder.Path, recipe.Model.Folder, .. Trunk.Folders(recipe.Model.Start)])!.Write(folder.Path);
            ValidationReport.WriteManifests(folder.Manifests, recipe.Validation, data.Validation, knowledge);
        }
        else if (folder.CompareFacts(data) is { } warning) observer.Message(warning);
        if (from is not null) Restore(context, from);
        var log = new RunLog(folder, observer);
        var grammar = new ReportGrammar(recipe.Wording, knowledge);
        for (var i = from?.Phase ?? 0; i < recipe.Phases.Count; i++)
            await RunPhaseAsync(context, images, grammar, log, i, from?.Phase == i ? from : null, cancel).ConfigureAwait(false);
        Finish(context, images);
    }

    async Task RunPhaseAsync(PhaseContext context, PreparedImages images, ReportGrammar grammar, RunLog log, int index, Checkpoint? from,
        CancellationToken cancel)
    {
        var (recipe, phase) = (context.Recipe, context.Recipe.Phases[index]);
        if (ChangesModel(phase) && phase.Alignment.Grounding == 0) context.DropGrounding();
        using ITrainingTask task = phase.Kind switch
        {
            PhaseKind.Teacher => new TeacherTask(context, phase),
            PhaseKind.WarmStart => new WarmStartTask(context, phase),
            PhaseKind.Answering => new AnsweringTask(context, phase),
            PhaseKind.Supervised => new SupervisedTask(context, phase),
            PhaseKind.Alignment or PhaseKind.EncoderAlignment => new AlignmentTask(context, phase),
            _ => throw new ArgumentOutOfRangeException(nameof(index), phase.Kind, "Unknown kind of phase."),
        };
        var seed = recipe.Seed + index * 1009;
        var producer = new BatchProducer(context.Data, images, grammar,
            task.ReadsPixels ? phase.Augment ? recipe.Augmentation : new() : null, phase.Batch, seed, task.Tokenize);
        var name = $"{index + 1}-{phase.Kind.ToString().ToLowerInvariant()}";
        using var loop = new PhaseLoop(name, task, phase, producer.PerEpoch);
        if (from is { HasOptimizer: true })
        {
            from.Restore(TaskWeights(task));
            loop.Restore(from);
        }
        log.Begin(name, loop.Step, loop.Step / (double)loop.StepsPerEpoch);
        var batches = producer.ProduceAsync(loop.Step * phase.Accumulate, loop.Steps * phase.Accumulate, CancellationToken.None);
        await loop.RunAsync(batches, log.Step, epoch => log.Validation(name, epoch, Validate(context, task, images)),
            () => Checkpoint.Write(folder.Checkpoint, index, loop.Step, loop.OptimizerSteps,
                RunState(context).Concat(TaskWeights(task)).DistinctBy(t => t.Name).Concat(loop.State)),
            recipe.CheckpointSteps, cancel).ConfigureAwait(false);
        if (task is AnsweringTask { Unasked: > 0 and var unasked })
            observer.Message($"{name}: {unasked} batches had no known label to ask for and taught nothing.");
        if (task is TeacherTask teacher)
        {
            context.Teacher = teacher.Finish(images);
            TeacherFile.Write(folder.Teacher, context.Teacher);
            Write(folder.TeacherReport, "supervised convolutional baseline", context,
                () => task.Score(context.Data.Validation, images, cancel));
        }
        if (index == recipe.Deciding && !recipe.MakesModel)
        {
            if (phase.Kind != PhaseKind.Teacher)
                SafetensorsFile.Write(folder.Baseline,
                    [.. context.VisionWeights.Select(w => (w.Name, (Tensor)w.Value)).Concat(TaskWeights(task)).DistinctBy(w => w.Name)]);
            Write(folder.ModelReport, recipe.Name, context, () => task.Score(context.Data.Validation, images, cancel));
        }
        // nobody said where anything is
        if (phase.Alignment.Grounding > 0 && !context.Data.Training.Any(s => s.Origin is not null)) context.DropGrounding();
        Checkpoint.Write(folder.Checkpoint, index + 1, 0, 0, RunState(context));
    }

    /// <summary>
    /// Whether a phase moves what patches and texts become in the model, so that what reads places from them no longer fits.
    /// </summary>
    static bool ChangesModel(PhaseRecipe phase) => phase.Rate > 0 && phase.Kind switch
    {
        PhaseKind.Teacher => false,
        PhaseKind.EncoderAlignment or PhaseKind.Supervised => phase.VisionRate > 0,
        PhaseKind.WarmStart or PhaseKind.Alignment or PhaseKind.Answering => true,
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase.Kind, "Unknown kind of phase."),
    };

    static void Write(string path, string model, PhaseContext context, Func<ValidationScores> scores)
    {
        if (context.Data.Validation.Count > 0 && context.Recipe.Validation.Count > 0)
            ValidationReport.Write(path, model, context.Recipe.Validation, context.Data.Validation, scores(), context.Knowledge);
    }

    static IReadOnlyList<ValidationFigure> Validate(PhaseContext context, ITrainingTask task, PreparedImages images) =>
        context.Data.Validation.Count == 0 ? [] : ValidationFigures.Compute(context.Recipe.Validation, context.Data.Validation,
            task.Score(context.Data.Validation, images, CancellationToken.None), context.Knowledge);

    /// <summary>What outlives a phase: the model's weights that a run may change, and the read-out.</summary>
    static IEnumerable<(string Name, Tensor Value)> RunState(PhaseContext context) =>
        context.Encoder.Training.Weights.Where(w => context.Encoder.Training.Lora is null || TrainableModel.IsTrainedBesideAdapters(w.Name))
            .Select(w => (w.Name, (Tensor)w.Value))
            .Concat(context.Beside.Select(w => (w.Name, (Tensor)w.Value)));

    static IEnumerable<(string Name, Tensor Value)> TaskWeights(ITrainingTask task) =>
        task.Groups.SelectMany(g => g.Weights).Select(w => (w.Name, (Tensor)w.Value));

    void Restore(PhaseContext context, Checkpoint from)
    {
        var trained = context.Recipe.Phases.Take(from.Phase).FirstOrDefault(p => p.Kind == PhaseKind.Teacher);
        if (trained is not null || (context.Recipe.Model.Start is not null && File.Exists(folder.Teacher)))
            context.Teacher = TeacherFile.Read(folder.Teacher, trained?.Teacher, context);
        if (from.Holds("readout.disease.weight")) context.ReadoutFor((int)from.Read("readout.feature.weight").shape[0]);
        if (from.Holds("grounding.scale")) context.GroundingFor();
        from.Restore(context.Encoder.Training.Weights.Concat(context.Beside).Where(w => from.Holds(w.Name))
            .Select(w => (w.Name, (Tensor)w.Value)));
    }

    /// <summary>A checkpoint that has seen the validation patients would be judged on what it knows.</summary>
    static void RefuseSeen(TrainingRecipe recipe, TrainingData data)
    {
        if (recipe.Model.Folder is { } basis && TrainingPatients.Find(basis) is { } seen
            && data.Validation.Count(s => seen.Contains(s.Patient)) is > 0 and var leaked)
            throw new InvalidInputException(basis, "leak",
                $"was trained on patients of {leaked} of this run's {data.Validation.Count} validation images: its figures would say " +
                "nothing of new patients. Take the split that it was made with (data.split_salt, and the sources' shares), or validate " +
                "on other patients.");
    }

    /// <summary>Every trained disease needs a description, and none may speak of a disease that is left out.</summary>
    static void CheckDescriptions(IReadOnlyList<string> diseases, IReadOnlyList<string> leftOut, KnowledgeBase knowledge)
    {
        var hidden = leftOut.Select(d => knowledge.Resolve(d).Name).ToHashSet();
        foreach (var disease in diseases)
        {
            if (knowledge.Resolve(disease).Description is not { } description)
                throw new InvalidInputException("knowledge", "no-description",
                    $"'{disease}' is in the training labels and has no description; add one (data.knowledge), or leave the disease out " +
                    "(data.leave_out).");
            if (knowledge.MentionedIn(description.Text).FirstOrDefault(d => hidden.Contains(d.Name)) is { } told)
                throw new InvalidInputException("knowledge", "left-out-told",
                    $"the description of '{disease}' speaks of {told.Name}, which is left out of this run; word it without " +
                    "(data.knowledge).");
        }
    }

    void Finish(PhaseContext context, PreparedImages images)
    {
        Write(folder.MajorityReport, "majority", context, () => Majority.Scores(context));
        if (!context.Recipe.MakesModel)
        {
            observer.Message($"This baseline is no model that classifies; its scores are in {folder.ModelReport}.");
            return;
        }
        var type = context.Recipe.SaveAs switch
        {
            Precision.Bfloat16 => ScalarType.BFloat16,
            Precision.Float16 => ScalarType.Float16,
            Precision.Float32 => ScalarType.Float32,
            _ => throw new ArgumentOutOfRangeException(nameof(context), context.Recipe.SaveAs, "Unknown precision."),
        };
        var settings = context.Encoder.Folder.Settings with
        {
            Name = context.Recipe.Name,
            Trained = true,
            Anchored = AnchoredForm.Centred,
            Temperature = context.Recipe.Phases[context.Recipe.Deciding].Alignment.Temperature,
            Diseases = context.Recipe.Shown.Count > 0 ? [.. context.Recipe.Shown.Select(d => context.Knowledge.Resolve(d).Name)]
                : context.Data.Diseases,
            TrainedOn = context.Data.Diseases,
            Grounding = context.Grounding?.Settings,
        };
        if (context.Encoder.Training.Lora is not null) context.Encoder.Writer.SaveAdapter(folder.Adapter, settings);
        context.Encoder.Writer.Save(folder.Model, type, settings);
        foreach (var made in context.Encoder.Training.Lora is null ? (string[])[folder.Model] : [folder.Model, folder.Adapter])
        {
            context.Knowledge.Write(Path.Combine(made, ModelFolder.KnowledgeFile), context.Data.Diseases);
            TrainingPatients.FromKeys(context.Data.Training.Select(s => s.Patient)).Write(made);
        }
        // and so has the whole model, the adapter by itself has not
        TrainingPatients.FindAll([folder.Model, folder.Path, context.Recipe.Model.Folder,
            .. Trunk.Folders(context.Recipe.Model.Start)])!.Write(folder.Model);
        Report(context, images);
        observer.Message($"The model is in {folder.Model}.");
    }

    /// <summary>Measures what was written, not what is in memory: the dtype it is kept in counts.</summary>
    void Report(PhaseContext context, PreparedImages images)
    {
        var (recipe, data) = (context.Recipe, context.Data);
        if (data.Validation.Count == 0 || recipe.Validation.Count == 0) return;
        using var written = RadiologyEncoder.Load(folder.Model,
            new() { Device = device, ComputeType = recipe.SaveAs == Precision.Bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32 });
        Write(folder.ModelReport, recipe.Name, context, () => recipe.Answers
            ? AnsweringTask.Scores(written, context, recipe.Phases[recipe.Deciding].Answering, data.Validation, images,
                CancellationToken.None)
            : AlignmentTask.DirectScores(written, context, images, CancellationToken.None));
    }
}
