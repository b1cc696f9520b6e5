using RadZ.Model.Checkpoints;
using RadZ.Model.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Training.Teachers;

// B batch, V patches, C diseases, D width

/// <summary>
/// Turns the cosine between a patch's own state and a disease's text into a logit: two learnt numbers, which the finished model keeps
/// (<see cref="GroundingSettings"/>).
/// </summary>
sealed class GroundingReadout : IDisposable
{
    readonly Parameter _scale, _shift;

    /// <summary>Steep enough to learn, and "nowhere" at first.</summary>
    public GroundingReadout(Device device)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        Parameter Own(double value) =>
            (Parameter)new Parameter(tensor(value, ScalarType.Float32).to(device).clone()).DetachFromDisposeScope();
        (_scale, _shift) = (Own(Math.Log(10.0)), Own(-3.0));
    }

    /// <summary>The weights by name.</summary>
    public IReadOnlyList<(string Name, Parameter Value)> Weights => [("grounding.scale", _scale), ("grounding.shift", _shift)];

    /// <summary>As a finished model keeps them.</summary>
    public GroundingSettings Settings => new() { Scale = Math.Exp(_scale.item<float>()), Shift = _shift.item<float>() };

    /// <summary>scale * cosine + shift.</summary>
    public Tensor Logits(Tensor states_BVD, Tensor category_CD)
    {
        using var _ = NewDisposeScope();
        var cosine_BVC = F.normalize(states_BVD, dim: -1).matmul(F.normalize(category_CD, dim: -1).t());
        return (cosine_BVC * _scale.exp()).Plus(_shift).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, value) in Weights) value.Dispose();
    }
}
