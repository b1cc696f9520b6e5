using RadZ.Model.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Training.Teachers;

// B batch, V patches, D vision width, W teacher's width, C diseases

/// <summary>
/// Two linear maps of the vision tower's (normalised) patches, there only during training: one says the teacher's feature at each
/// patch, one the diseases' logits from the patches' mean; and two numbers that turn a cosine into a logit.
/// </summary>
sealed class VisionReadout : IDisposable
{
    readonly Parameter _feature_WD, _featureBias_W, _disease_CD, _diseaseBias_C, _scale, _shift;
    readonly int _width;

    /// <summary>Read-outs with small random weights.</summary>
    public VisionReadout(int visionWidth, int diseases, int teacherWidth, int seed, Device device)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        using var generator = new Generator((ulong)seed + 191);
        _width = visionWidth;
        Parameter Own(Tensor value) => (Parameter)new Parameter(value.to(device).clone()).DetachFromDisposeScope();
        _feature_WD = Own(randn(teacherWidth, visionWidth, generator: generator) * 0.02);
        _featureBias_W = Own(zeros(teacherWidth));
        _disease_CD = Own(randn(diseases, visionWidth, generator: generator) * 0.02);
        _diseaseBias_C = Own(zeros(diseases));
        _scale = Own(tensor(Math.Log(10.0), ScalarType.Float32));
        _shift = Own(tensor(-3.0, ScalarType.Float32));
    }

    /// <summary>The weights by name.</summary>
    public IReadOnlyList<(string Name, Parameter Value)> Weights =>
        [("readout.feature.weight", _feature_WD), ("readout.feature.bias", _featureBias_W), ("readout.disease.weight", _disease_CD),
            ("readout.disease.bias", _diseaseBias_C), ("readout.scale", _scale), ("readout.shift", _shift)];

    /// <summary>What each patch says of the teacher's features, and the diseases' logits.</summary>
    public (Tensor Features_BVW, Tensor Logits_BC) Read(Tensor patches_BVD)
    {
        using var _ = NewDisposeScope();
        var x_BVD = F.layer_norm(patches_BVD.to(ScalarType.Float32), [_width]);
        return (F.linear(x_BVD, _feature_WD, _featureBias_W).MoveToOuterDisposeScope(),
            F.linear(x_BVD.mean([1]), _disease_CD, _diseaseBias_C).MoveToOuterDisposeScope());
    }

    /// <summary>Logits of image-category cosines: scale * cosine + shift.</summary>
    public Tensor Logits(Tensor image_BD, Tensor category_CD)
    {
        using var _ = NewDisposeScope();
        return (F.normalize(image_BD, dim: -1).mm(F.normalize(category_CD, dim: -1).t()) * _scale.exp()).Plus(_shift)
            .MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _feature_WD.Dispose();
        _featureBias_W.Dispose();
        _disease_CD.Dispose();
        _diseaseBias_C.Dispose();
        _scale.Dispose();
        _shift.Dispose();
    }
}
