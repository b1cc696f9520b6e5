using RadZ.Data;
using RadZ.Data.Reports;
using RadZ.Data.Sets;
using RadZ.Model.Features;
using RadZ.Text.Knowledge;
using RadZ.Training.Data;
using RadZ.Training.Optimization;
using RadZ.Training.Phases;
using RadZ.Training.Recipes;
using RadZ.Training.Runs;

namespace RadZ.Benchmarks;

/// <summary>
/// The model of the trial that our speed is compared with (ViT 192 x 6, decoder 192 x 3 with 6 / 2 heads, 128 px, patch 16), with random
/// weights: speed does not depend on them.
/// </summary>
sealed class SmallModel : IDisposable
{
    readonly RadiologyEncoder _encoder;
    readonly TrainingBatch _batch;
    readonly PhaseContext _context;
    readonly AlignmentTask _task;
    readonly FlatAdamW _optimizer;
    int _step;

    /// <param name="tokenizer">SentencePiece file.</param>
    /// <param name="compute">The dtype of the products.</param>
    /// <param name="visionLayers">Layers of the checkpoint's tower; LLaVA reads the state before the last, so one fewer is run.</param>
    public SmallModel(string tokenizer, ScalarType compute, int visionLayers)
    {
        var sizes = new NewModel { Tokenizer = tokenizer, VisionLayers = visionLayers };
        _encoder = CheckpointLoader.Fresh(ModelStart.New("bench", sizes), 1, CPU, compute);
        var random = new Random(1);
        string[] diseases = [.. ChestXray14.Findings, Disease.NoFinding, "bacterial pneumonia"];
        var samples = Enumerable.Range(0, 32).Select(i => new Sample($"{i}.png", $"bench:{i}", "bench",
            new Labels(diseases.ToDictionary(d => d, d => d == diseases[i % diseases.Length] ? Label.Present : Label.Absent)))).ToList();
        var data = new TrainingData(samples, [], [], 0, diseases)
        {
            Repeat = new Dictionary<string, int> { ["bench"] = 1 },
            Split = new("bench/1:", new Dictionary<string, double> { ["bench"] = 0 }),
        };
        var phase = new PhaseRecipe { Kind = PhaseKind.Alignment, Rate = 1e-4, Alignment = new() { Targets = PairTargetKind.Entailment } };
        var recipe = new TrainingRecipe { Name = "bench", Model = new() { New = sizes }, Data = new() { Sources = [] }, Phases = [phase] };
        _context = new(recipe, data, KnowledgeBase.Embedded, _encoder);
        _task = new(_context, phase);
        _optimizer = new(_task.Groups);
        var grammar = new ReportGrammar(new(), KnowledgeBase.Embedded);
        var reports = samples.Select(s => grammar.Write(s.Labels, random)).ToList();
        var pixels = new float[32 * 3 * 128 * 128];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (float)(random.NextDouble() * 4 - 2);
        _batch = new(pixels, samples, reports, [.. reports.Select(r => _encoder.Sequences.Sequence(r.Text))]);
    }

    /// <summary>Global features of so many images, pixels to features.</summary>
    public Action Inference(int images)
    {
        var side = _encoder.Folder.Preparation.Size;
        var pixels = tensor(_batch.Pixels.AsSpan(0, images * 3 * side * side).ToArray(), [images, 3, side, side]).DetachFromDisposeScope();
        return () =>
        {
            using var _ = NewDisposeScope();
            using var __ = no_grad();
            _encoder.Images(pixels, globalOnly: true);
        };
    }

    /// <summary>One step: 32 images, their texts, 16 live descriptions, backward, clip, AdamW.</summary>
    public void TrainingStep()
    {
        using var _ = NewDisposeScope();
        _task.Loss(_batch, _step++).Total.backward();
        _optimizer.Step(1e-4, 1);
    }

    /// <summary>The parts of a training step, for whoever looks for where its time goes.</summary>
    public IEnumerable<(string Name, Action Run)> Parts()
    {
        var pixels = tensor(_batch.Pixels, [32, 3, 128, 128]).DetachFromDisposeScope();
        string[] descriptions = [
            .. _task.Diseases.Select(d =>
                RadZ.Recognition.Diseases.DiseaseList.DescriptionText(d, KnowledgeBase.Embedded.Resolve(d).Description!))];
        Action Of(Func<Tensor> forward, bool backward) => () =>
        {
            using var _ = NewDisposeScope();
            var loss = forward();
            if (backward) loss.backward();
            _optimizer.Clear();
        };
        foreach (var back in (bool[])[false, true])
        {
            var way = back ? "forward and backward" : "forward";
            yield return ($"vision, {way}", Of(() => _encoder.Sequences.Patches(pixels).sum(), back));
            yield return ($"images, {way}",
                Of(() => { var f = _encoder.Images(pixels); return f.Global_BD.sum() + f.Local_BD!.sum(); }, back));
            foreach (var rows in (int[])[4, 8, 16])
            {
                var some = pixels.narrow(0, 0, rows).clone().DetachFromDisposeScope();
                yield return ($"vision of {rows}, {way}", Of(() => _encoder.Sequences.Patches(some).sum(), back));
                yield return ($"images of {rows}, {way}",
                    Of(() => { var f = _encoder.Images(some); return f.Global_BD.sum() + f.Local_BD!.sum(); }, back));
            }
            Func<Tensor> Packed(bool packed, Func<Tensor> of) =>
                () => { _encoder.Sequences.Packing = packed; var made = of(); _encoder.Sequences.Packing = null; return made; };
            foreach (var packed in (bool[])[false, true])
            {
                yield return ($"texts {(packed ? "packed" : "padded")}, {way}",
                    Of(Packed(packed, () =>
                    {
                        var f = _encoder.Sequences.Texts(_batch.Texts);
                        return f.Global_BD.sum() + f.Local_BD!.sum();
                    }),
                        back));
                yield return ($"descriptions {(packed ? "packed" : "padded")}, {way}",
                    Of(Packed(packed, () => _encoder.Texts(descriptions, globalOnly: true).Global_BD.sum()), back));
                yield return ($"prompts {(packed ? "packed" : "padded")}, {way}",
                    Of(Packed(packed, () => _encoder.Texts([.. _task.Diseases.Select(RadZ.Text.Wording.CategoryPrompts.Default.Present)],
                        globalOnly: true).Global_BD.sum()), back));
            }
            yield return ($"whole loss, {way}", Of(() => _task.Loss(_batch, 0).Total, back));
        }
        yield return ("optimizer", () => _optimizer.Step(1e-4, 1));
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _task.Dispose();
        _context.Dispose();
        _encoder.Dispose();
    }
}
