using F = TorchSharp.torch.nn.functional;

namespace RadZ.Model;

/// <summary>
/// y = W x + (alpha / r) B A dropout(x): a projection with a low-rank adapter inside. A and B are float32 and compute in it,
/// W stays as stored and frozen. Untrained, B is zero and no bit changes.
/// </summary>
sealed class LoraProjection(WeightScope weights, WeightScope adapter, long inputs, long outputs, bool bias, LoraOptions lora, Generator? noise) : IProjection
{
    readonly Projection _base = new(weights, inputs, outputs, bias);
    readonly Parameter _down_RI = adapter.Take("lora_A.weight", lora.Rank, inputs);
    readonly Parameter _up_OR = adapter.Take("lora_B.weight", outputs, lora.Rank);
    readonly double _scale = lora.Scale;

    public Tensor Forward(Tensor x)
    {
        using var _ = NewDisposeScope();
        var x32 = x.to(ScalarType.Float32);
        if (noise is not null && lora.Dropout > 0 && DropoutPass.IsActive)
        {
            using Scalar share = lora.Dropout;
            x32 = (x32 * rand(x32.shape, generator: noise, device: x32.device).ge(share)).Over(1 - lora.Dropout);
        }
        var change = F.linear(F.linear(x32, _down_RI), _up_OR).Times(_scale);
        return (_base.Forward(x) + change.to(x.dtype)).MoveToOuterDisposeScope();
    }
}
