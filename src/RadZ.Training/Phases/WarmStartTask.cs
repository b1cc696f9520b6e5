using RadZ.Data;
using RadZ.Training.Data;
using RadZ.Training.Optimization;
using RadZ.Training.Recipes;

namespace RadZ.Training.Phases;

/// <summary>Phase "warm_start": the vision tower learns to see what the teacher sees, patch by patch, and the labels.</summary>
sealed class WarmStartTask : ITrainingTask
{
    readonly PhaseContext _context;
    readonly DistillationRecipe _weights;
    readonly DistillationTerm _distillation;
    readonly Device _device;

    /// <summary>The context's vision tower, from where it is.</summary>
    public WarmStartTask(PhaseContext context, PhaseRecipe phase)
    {
        (_context, _weights, _device) = (context, phase.Distillation, context.Encoder.Device);
        _distillation = new(context, phase.Distillation);
        var vision = context.VisionWeights;
        var trained = vision.Select(w => w.Name).ToHashSet();
        foreach (var (name, value) in context.Encoder.Training.Weights) value.requires_grad_(trained.Contains(name));
        Groups = WeightGroups.Of(vision.Concat(_distillation.Readout.Weights), phase.WeightDecay, _ => 1);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <inheritdoc/>
    public LossTerms Loss(TrainingBatch batch, int number)
    {
        var pixels_B3SS = PixelTensor.Of(batch, _context, _device);
        var labels_BC = tensor(batch.Labels(_context.Data.Diseases), [batch.Size, _context.Data.Diseases.Count], device: _device);
        return _distillation.Of(new(pixels_B3SS, _context.Encoder.Sequences.Patches(pixels_B3SS), null), labels_BC)
            ?? throw new InvalidOperationException($"Phase warm_start has nothing to learn: features " +
                $"{_weights.Features}, scores {_weights.Scores}, labels {_weights.Labels}.");
    }

    /// <inheritdoc/>
    public ValidationScores Score(IReadOnlyList<Sample> samples, PreparedImages images, CancellationToken cancel) =>
        ScoringPass.Run(samples, images, _context.Data.Diseases, _device,
            pixels => _distillation.Readout.Read(_context.Encoder.Sequences.Patches(pixels)).Logits_BC, cancel);

    /// <summary>The model lives on in the context.</summary>
    public void Dispose() { }
}
