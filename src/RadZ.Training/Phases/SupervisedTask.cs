using RadZ.Data;
using RadZ.Model.Weights;
using RadZ.Training.Data;
using RadZ.Training.Losses;
using RadZ.Training.Optimization;
using RadZ.Training.Recipes;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Training.Phases;

// B batch, C diseases, V patches, W vision width

/// <summary>
/// Phase "supervised": the vision tower as a plain classifier. One linear map of its normalised patches' mean, each disease by itself,
/// unknown labels left out. With <c>vision_rate</c> 0 a linear probe.
/// </summary>
sealed class SupervisedTask : ITrainingTask
{
    readonly PhaseContext _context;
    readonly VisionFeatures _vision;
    readonly Device _device;
    readonly Projection _classifier;
    readonly IReadOnlyList<(string Name, Parameter Value)> _own;

    /// <summary>The context's vision tower, from where it is, with a new classifier.</summary>
    public SupervisedTask(PhaseContext context, PhaseRecipe phase)
    {
        (_context, _device, _vision) = (context, context.Encoder.Device, new(context, phase));
        var source = new FreshWeights(context.Recipe.Seed, _device);
        _classifier = new(new WeightScope(source).In("classifier"), context.Encoder.Folder.Config.Vision.HiddenSize,
            context.Data.Diseases.Count, bias: true);
        _own = source.Taken;
        Groups = WeightGroups.Create(context.VisionWeights.Concat(_own), phase.WeightDecay,
            name => WeightNames.IsVision(name) ? phase.VisionRate : 1);
        foreach (var (name, value) in context.Encoder.Training.Weights)
            value.requires_grad_(Groups.Any(g => g.Weights.Any(w => w.Name == name)));
    }

    /// <inheritdoc/>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <inheritdoc/>
    public bool ReadsPixels => _vision.ReadsPixels;

    /// <inheritdoc/>
    public LossTerms Loss(TrainingBatch batch, int number)
    {
        var labels_BC = tensor(batch.Labels(_context.Data.Diseases), [batch.Size, _context.Data.Diseases.Count], device: _device);
        var loss = LabelLoss.Compute(Logits(_vision.Read(batch).Patches_BVD), labels_BC);
        return new(loss, [("labels", loss)]);
    }

    Tensor Logits(Tensor patches_BVW)
    {
        using var _ = NewDisposeScope();
        var x_BVW = F.layer_norm(patches_BVW.to(ScalarType.Float32), [patches_BVW.shape[^1]]);
        return _classifier.Forward(x_BVW.mean([1])).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public ValidationScores Score(IReadOnlyList<Sample> samples, PreparedImages images, CancellationToken cancel) =>
        ScoringPass.Run(samples, _context.Data.Diseases, chunk => Logits(_vision.Patches(chunk, images)), cancel);

    /// <summary>The vision tower lives on in the context.</summary>
    public void Dispose()
    {
        foreach (var (_, value) in _own) value.Dispose();
    }
}
