using RadZ.Model.Config;
using RadZ.Model.Decoder;
using RadZ.Model.Kernels;
using RadZ.Model.Runtime;
using RadZ.Model.Weights;

namespace RadZ.Model.Vision;

// B batch, S = V + 1 positions, D width, N heads, H width of a head

/// <summary>Every position looks at every other.</summary>
sealed class VisionAttention(WeightScope weights, TowerSpec spec)
{
    readonly IProjection _key = weights.Projection("k_proj", spec.Width, spec.Width, bias: true);
    readonly IProjection _value = weights.Projection("v_proj", spec.Width, spec.Width, bias: true);
    readonly IProjection _query = weights.Projection("q_proj", spec.Width, spec.Width, bias: true);
    readonly IProjection _output = weights.Projection("out_proj", spec.Width, spec.Width, bias: true);

    public Tensor Forward(Tensor x_BSD)
    {
        using var _ = NewDisposeScope();
        var (b, s) = (x_BSD.shape[0], x_BSD.shape[1]);
        var mixed_BNSH = Attention.Mix(Heads(_query), Heads(_key), Heads(_value));
        return _output.Forward(mixed_BNSH.transpose(1, 2).reshape(b, s, -1)).MoveToOuterDisposeScope();

        Tensor Heads(IProjection projection) => projection.Forward(x_BSD).view(b, s, spec.Heads, -1).transpose(1, 2);
    }
}

/// <summary>W2 act(W1 x).</summary>
sealed class VisionMlp(WeightScope weights, TowerSpec spec)
{
    readonly IProjection _up = weights.Projection("fc1", spec.Width, spec.MlpWidth, bias: true);
    readonly IProjection _down = weights.Projection("fc2", spec.MlpWidth, spec.Width, bias: true);

    public Tensor Forward(Tensor x_BSD)
    {
        using var _ = NewDisposeScope();
        return _down.Forward(ActivationFunction.Apply(spec.Activation, _up.Forward(x_BSD))).MoveToOuterDisposeScope();
    }
}

/// <summary>x + attention(norm(x)), then x + mlp(norm(x)).</summary>
sealed class VisionLayer(WeightScope weights, TowerSpec spec)
{
    readonly LayerNorm _attentionNorm = new(weights.In("layer_norm1"), spec.Width, spec.NormEps);
    readonly VisionAttention _attention = new(weights.In("self_attn"), spec);
    readonly LayerNorm _mlpNorm = new(weights.In("layer_norm2"), spec.Width, spec.NormEps);
    readonly VisionMlp _mlp = new(weights.In("mlp"), spec);

    public Tensor Forward(Tensor x_BSD)
    {
        using var _ = NewDisposeScope();
        var (h_BSD, normed_BSD) = _mlpNorm.ForwardSum(x_BSD, _attention.Forward(_attentionNorm.Forward(x_BSD)));
        return h_BSD.Plus(_mlp.Forward(normed_BSD)).MoveToOuterDisposeScope();
    }
}
