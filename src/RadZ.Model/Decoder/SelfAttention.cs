using F = TorchSharp.torch.nn.functional;

namespace RadZ.Model;

// B batch, S positions, T queried positions at the end, D width, N query heads, K key-value heads, H width of a head

/// <summary>Each position looks back; a key-value head serves a group of query heads.</summary>
sealed class SelfAttention(WeightScope weights, DecoderConfig config)
{
    readonly IProjection _query = weights.Projection("q_proj", config.HiddenSize, config.NumAttentionHeads * config.HeadDim, bias: false);
    readonly IProjection _key = weights.Projection("k_proj", config.HiddenSize, config.NumKeyValueHeads * config.HeadDim, bias: false);
    readonly IProjection _value = weights.Projection("v_proj", config.HiddenSize, config.NumKeyValueHeads * config.HeadDim, bias: false);
    readonly IProjection _output = weights.Projection("o_proj", config.NumAttentionHeads * config.HeadDim, config.HiddenSize, bias: false);

    /// <summary>Mixed states of the last <paramref name="queries"/> positions, [B, T, D]; keys and values come from all of <paramref name="x_BSD"/>.</summary>
    public Tensor Forward(Tensor x_BSD, RotaryTable rope, long queries)
    {
        using var _ = NewDisposeScope();
        var (b, s) = (x_BSD.shape[0], x_BSD.shape[1]);
        var group = config.NumAttentionHeads / config.NumKeyValueHeads;
        var q_BNTH = rope.Turn(Heads(_query.Forward(queries == s ? x_BSD : x_BSD.narrow(1, s - queries, queries)), queries), s - queries);
        var k_BNSH = Shared(rope.Turn(Heads(_key.Forward(x_BSD), s)));
        var v_BNSH = Shared(Heads(_value.Forward(x_BSD), s));
        var mixed_BNTH = queries == s
            ? F.scaled_dot_product_attention(q_BNTH, k_BNSH, v_BNSH, is_casual: true)
            : F.scaled_dot_product_attention(q_BNTH, k_BNSH, v_BNSH, ones(queries, s, ScalarType.Bool, x_BSD.device).tril(s - queries));
        return _output.Forward(mixed_BNTH.transpose(1, 2).reshape(b, queries, -1)).MoveToOuterDisposeScope();

        Tensor Heads(Tensor flat, long length) => flat.view(b, length, -1, config.HeadDim).transpose(1, 2);
        Tensor Shared(Tensor x_BKSH) => group == 1 ? x_BKSH
            : x_BKSH.unsqueeze(2).expand(b, config.NumKeyValueHeads, group, s, config.HeadDim).reshape(b, config.NumAttentionHeads, s, config.HeadDim);
    }
}
