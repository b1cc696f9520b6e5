using RadZ.Model.Config;
using RadZ.Model.Weights;

namespace RadZ.Model.Decoder;

// B batch, S positions, T queried positions at the end, D width, N query heads, K key-value heads, H width of a head

/// <summary>Each position looks back; a key-value head serves a group of query heads.</summary>
sealed partial class SelfAttention(WeightScope weights, DecoderSpec spec, DecoderLayerSpec layer)
{
    readonly IProjection _query = weights.Projection("q_proj", spec.Width, spec.Heads * spec.HeadWidth, spec.Biases.Query);
    readonly IProjection _key = weights.Projection("k_proj", spec.Width, spec.KeyValueHeads * spec.HeadWidth, spec.Biases.Key);
    readonly IProjection _value = weights.Projection("v_proj", spec.Width, spec.KeyValueHeads * spec.HeadWidth, spec.Biases.Value);
    readonly IProjection _output = weights.Projection("o_proj", spec.Heads * spec.HeadWidth, spec.Width, spec.Biases.Output);

    /// <summary>
    /// Mixed states of the asked positions, [B, T, D]; keys and values come from all of <paramref name="x_BSD"/>, or of each text's own
    /// positions where texts are packed.
    /// </summary>
    public Tensor Forward(Tensor x_BSD, RotaryTable rope, AskedPositions asked, AttentionWatch? watch = null, PackedRow? texts = null)
    {
        using var _ = NewDisposeScope();
        var (b, s) = (x_BSD.shape[0], x_BSD.shape[1]);
        var asked_BTD = asked.Select(x_BSD);
        var t = asked_BTD.shape[1];
        if (texts is not null)
        {
            var (q_1NTH, k_1KSH) = (rope.Rotate(Heads(_query.Forward(asked_BTD), t), texts.PlacesOf(asked)),
                rope.Rotate(Heads(_key.Forward(x_BSD), s), texts.Places_1S));
            return _output.Forward(texts.Mix(q_1NTH, k_1KSH, Heads(_value.Forward(x_BSD), s), asked)).MoveToOuterDisposeScope();
        }
        var q_BNTH = asked.Rotate(Heads(_query.Forward(asked_BTD), t), rope, s);
        var k_BKSH = rope.Rotate(Heads(_key.Forward(x_BSD), s));
        var v_BKSH = Heads(_value.Forward(x_BSD), s);
        var mask = layer.Window < s ? asked.Select(Window(s, x_BSD.device).expand(b, s, s)).unsqueeze(1) : asked.Mask(s, x_BSD.device);
        var mixed_BNTH = watch is null ? Attention.Mix(q_BNTH, k_BKSH, v_BKSH, mask, causal: mask is null)
            : watch.Mix(q_BNTH, k_BKSH, v_BKSH, mask);
        return _output.Forward(mixed_BNTH.transpose(1, 2).reshape(b, t, -1)).MoveToOuterDisposeScope();

        Tensor Window(long length, Device device) =>
            ones(length, length, ScalarType.Bool, device).tril().triu(1 - layer.Window!.Value);
        Tensor Heads(Tensor flat, long length) => flat.view(b, length, -1, spec.HeadWidth).transpose(1, 2);
    }
}
