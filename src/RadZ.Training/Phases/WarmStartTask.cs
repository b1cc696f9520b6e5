using RadZ.Data;
using RadZ.Training.Data;
using RadZ.Training.Losses;
using RadZ.Training.Optimization;
using RadZ.Training.Recipes;

namespace RadZ.Training.Phases;

/// <summary>Phase "warm_start": the vision tower learns to see what the teacher sees, patch by patch, and the labels.</summary>
sealed class WarmStartTask : ITrainingTask
{
    readonly PhaseContext _context;
    readonly DistillationRecipe _weights;
    readonly LossSum _loss;
    readonly Device _device;

    /// <summary>The context's vision tower, from where it is.</summary>
    public WarmStartTask(PhaseContext context, PhaseRecipe phase)
    {
        (_context, _weights, _device) = (context, phase.Distillation, context.Encoder.Device);
        var readout = context.ReadoutFor(context.Teacher?.Net.Width ?? 1);
        _loss = LossList.Distillation(phase.Distillation, context.Teacher is not null);
        var vision = context.VisionWeights;
        var trained = vision.Select(w => w.Name).ToHashSet();
        foreach (var (name, value) in context.Encoder.Training.Weights) value.requires_grad_(trained.Contains(name));
        Groups = WeightGroups.Create(vision.Concat(readout.Weights), phase.WeightDecay, _ => 1);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <inheritdoc/>
    public LossTerms Loss(TrainingBatch batch, int number)
    {
        var pixels_B3SS = PixelTensor.Create(batch, _context, _device);
        if (_loss.IsEmpty)
            throw new InvalidOperationException($"Phase warm_start has nothing to learn: features " +
                $"{_weights.Features}, scores {_weights.Scores}, labels {_weights.Labels}.");
        return _loss.Compute(new(null, null)
        {
            Batch = batch,
            Diseases = _context.Data.Diseases,
            Device = _device,
            Seen = new(pixels_B3SS, _context.Encoder.Sequences.Patches(pixels_B3SS), null),
            Readout = _context.Readout,
            Teacher = _context.Teacher,
            Grid = _context.PatchGrid,
        });
    }

    /// <inheritdoc/>
    public ValidationScores Score(IReadOnlyList<Sample> samples, PreparedImages images, CancellationToken cancel) =>
        ScoringPass.Run(samples, images, _context.Data.Diseases, _device,
            pixels => _context.Readout!.Read(_context.Encoder.Sequences.Patches(pixels)).Logits_BC, cancel);

    /// <summary>The model lives on in the context.</summary>
    public void Dispose() { }
}
