using RadZ.Data;
using RadZ.Training.Data;
using RadZ.Training.Losses;
using RadZ.Training.Optimization;
using RadZ.Training.Recipes;
using RadZ.Training.Teachers;

namespace RadZ.Training.Phases;

/// <summary>Phase "teacher": the convolutional net on the labels, each disease by itself, unknown labels left out.</summary>
sealed class TeacherTask : ITrainingTask
{
    readonly PhaseContext _context;
    readonly ConvNet _net;
    readonly Device _device;
    bool _finished;

    /// <summary>A fresh net for the context's diseases.</summary>
    public TeacherTask(PhaseContext context, PhaseRecipe phase)
    {
        (_context, _device) = (context, context.Encoder.Device);
        _net = new ConvNet(phase.Teacher, context.Data.Diseases.Count, context.Recipe.Seed, context.Encoder.ComputeType);
        _net.to(_device);
        Groups = WeightGroups.Create(_net.named_parameters().Select(p => (p.name, p.parameter)), phase.WeightDecay, _ => 1);
        Buffers = [.. _net.named_buffers().Where(b => b.buffer.is_floating_point()).Select(b => (b.name, b.buffer))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers { get; }

    /// <inheritdoc/>
    public LossTerms Loss(TrainingBatch batch, int number)
    {
        // dropout, the same after a restart
        random.manual_seed(unchecked(_context.Recipe.Seed * 9_176_263L + number));
        _net.train();
        var labels_BC = tensor(batch.Labels(_context.Data.Diseases), [batch.Size, _context.Data.Diseases.Count], device: _device);
        var loss = LabelLoss.Compute(_net.call(PixelTensor.Create(batch, _context, _device).narrow(1, 0, 1)), labels_BC);
        return new(loss, [("labels", loss)]);
    }

    /// <inheritdoc/>
    public ValidationScores Score(IReadOnlyList<Sample> samples, PreparedImages images, CancellationToken cancel)
    {
        _net.eval();
        return ScoringPass.Run(samples, images, _context.Data.Diseases, _device, pixels => _net.call(pixels.narrow(1, 0, 1)), cancel);
    }

    /// <summary>The trained net as a teacher, its features' scale measured over the first batches of the training order.</summary>
    public TeacherNet Finish(PreparedImages images, int pictures = 1024)
    {
        var order = _context.Data.Epoch(_context.Recipe.Seed, 0).Take(pictures).Chunk(64);
        using var _ = NewDisposeScope();
        _finished = true;
        return TeacherNet.Create(_net,
            order.Select(chunk => PixelTensor.Create([.. chunk.Select(i => _context.Data.Training[i])], images, _device)));
    }

    /// <summary>A finished net lives on in the teacher.</summary>
    public void Dispose()
    {
        if (!_finished) _net.Dispose();
    }
}
