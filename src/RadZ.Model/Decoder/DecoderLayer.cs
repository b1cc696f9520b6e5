using RadZ.Model.Config;
using RadZ.Model.Kernels;
using RadZ.Model.Runtime;
using RadZ.Model.Weights;

namespace RadZ.Model.Decoder;

/// <summary>W_down (act(W_gate x) * W_up x).</summary>
sealed class GatedMlp(WeightScope weights, DecoderSpec spec)
{
    readonly IProjection _gate = weights.Projection("gate_proj", spec.Width, spec.MlpWidth, spec.Biases.Mlp);
    readonly IProjection _up = weights.Projection("up_proj", spec.Width, spec.MlpWidth, spec.Biases.Mlp);
    readonly IProjection _down = weights.Projection("down_proj", spec.MlpWidth, spec.Width, spec.Biases.Mlp);

    public Tensor Forward(Tensor x_BSD, WeightForm form = WeightForm.Stored)
    {
        using var _ = NewDisposeScope();
        return _down.Forward(Hidden(x_BSD, form), form).MoveToOuterDisposeScope();
    }

    /// <summary>Means over positions of <see cref="Forward"/>: the last map is linear, so it is applied to the means, [B, M, D].</summary>
    public Tensor Pooled(Tensor x_BSD, Tensor weights_BMS)
    {
        using var _ = NewDisposeScope();
        return _down.Forward(weights_BMS.bmm(Hidden(x_BSD).to(ScalarType.Float32))).MoveToOuterDisposeScope();
    }

    /// <summary>See <see cref="DecoderLayer.HasRowWeights"/>.</summary>
    public bool HasRowWeights(WeightForm form) => spec.MlpActivation == Activation.Silu &&
        RowWeight(_gate, form) is not null && RowWeight(_up, form) is not null && RowWeight(_down, form) is not null;

    static DecodeWeight? RowWeight(IProjection projection, WeightForm form) => (projection as Projection)?.RowWeight(form);

    /// <summary><see cref="Forward"/> of a few rows [R, D] in float32.</summary>
    public Tensor ForwardRows(Tensor x_RD, WeightForm form)
    {
        using var _ = NewDisposeScope();
        var parts = DecodeWeight.Times(x_RD, RowWeight(_gate, form)!, RowWeight(_up, form)!);
        FewRows.Gate(parts[0], parts[1]);
        return DecodeWeight.Times(parts[0], RowWeight(_down, form)!)[0].MoveToOuterDisposeScope();
    }

    Tensor Hidden(Tensor x_BSD, WeightForm form = WeightForm.Stored)
    {
        using var _ = NewDisposeScope();
        var (gate_BSI, up_BSI) = (_gate.Forward(x_BSD, form), _up.Forward(x_BSD, form));
        return (spec.MlpActivation == Activation.Silu && FusedGate.Supports(gate_BSI, up_BSI) ? FusedGate.Compute(gate_BSI, up_BSI)
            : ActivationFunction.Apply(spec.MlpActivation, gate_BSI) * up_BSI).MoveToOuterDisposeScope();
    }
}

/// <summary>x + attention(norm(x)), then x + mlp(norm(x)).</summary>
sealed partial class DecoderLayer(WeightScope weights, DecoderSpec spec, DecoderLayerSpec layer)
{
    readonly RmsNorm _attentionNorm = new(weights.In(spec.Names.AttentionNorm), spec.Width, spec.NormEps);
    readonly SelfAttention _attention = new(weights.In(spec.Names.Attention), spec, layer);
    readonly RmsNorm _mlpNorm = new(weights.In(spec.Names.MlpNorm), spec.Width, spec.NormEps);
    readonly GatedMlp _mlp = new(weights.In(spec.Names.Mlp), spec);

    /// <summary>How positions turn queries and keys of this layer.</summary>
    public RotarySpec Rotary => layer.Rotary;

    /// <summary>States of the asked positions, [B, T, D].</summary>
    public Tensor Forward(Tensor x_BSD, RotaryTable rope, AskedPositions asked, AttentionWatch? attention = null, PackedRow? texts = null)
    {
        using var _ = NewDisposeScope();
        var (h_BTD, normed_BTD) =
            _mlpNorm.ForwardSum(asked.Select(x_BSD), _attention.Forward(_attentionNorm.Forward(x_BSD), rope, asked, attention, texts));
        return h_BTD.Plus(_mlp.Forward(normed_BTD)).MoveToOuterDisposeScope();
    }

    /// <summary>Weighted means of the states over positions, [B, M, D] in float32, without the states themselves.</summary>
    public Tensor Pooled(Tensor x_BSD, RotaryTable rope, Tensor weights_BMS, PackedRow? texts = null)
    {
        using var _ = NewDisposeScope();
        var (h_BSD, normed_BSD) =
            _mlpNorm.ForwardSum(x_BSD, _attention.Forward(_attentionNorm.Forward(x_BSD), rope, AskedPositions.All, texts: texts));
        return weights_BMS.bmm(h_BSD.to(ScalarType.Float32)).Plus(_mlp.Pooled(normed_BSD, weights_BMS)).MoveToOuterDisposeScope();
    }
}
