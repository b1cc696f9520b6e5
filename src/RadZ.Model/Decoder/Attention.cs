using F = TorchSharp.torch.nn.functional;

namespace RadZ.Model;

// B batch, N heads, T queries, S keys, H width of a head

/// <summary>softmax(q k^T / sqrt(H)) v, by the faster of two ways.</summary>
static class Attention
{
    /// <summary>Up to so many keys the T x S products of a head stay in the cache.</summary>
    const long Short = 1024;

    /// <summary>
    /// Mixed values [B, N, T, H]. In bfloat16 on a CPU the fused kernel's backward pass costs 5 to 9 times plain products at 45 to 85
    /// positions, and its forward pass no less than they do; in float32 it is the faster one.
    /// </summary>
    /// <param name="q_BNTH">Queries.</param>
    /// <param name="k_BNSH">Keys.</param>
    /// <param name="v_BNSH">Values.</param>
    /// <param name="mask">True where a query may look, broadcastable to [B, N, T, S]; null = everywhere, or see <paramref name="causal"/>.</param>
    /// <param name="causal">Query i looks at keys 0..i; T = S.</param>
    public static Tensor Mix(Tensor q_BNTH, Tensor k_BNSH, Tensor v_BNSH, Tensor? mask = null, bool causal = false)
    {
        var s = k_BNSH.shape[2];
        if (q_BNTH.dtype != ScalarType.BFloat16 || s > Short || q_BNTH.device_type != DeviceType.CPU)
            return F.scaled_dot_product_attention(q_BNTH, k_BNSH, v_BNSH, mask, is_casual: causal);
        using var _ = NewDisposeScope();
        var (b, n, t, h) = (q_BNTH.shape[0], q_BNTH.shape[1], q_BNTH.shape[2], q_BNTH.shape[3]);
        Tensor Flat(Tensor x) => x.reshape(b * n, -1, h);
        var scores_BNTS = Flat(q_BNTH.Times(1 / Math.Sqrt(h))).bmm(Flat(k_BNSH).transpose(1, 2)).view(b, n, t, s);
        if (causal) scores_BNTS = scores_BNTS.Plus(Future(s, q_BNTH));
        if (mask is not null) scores_BNTS = scores_BNTS.Masked(mask.logical_not(), -1e9);
        var weights_XTS = F.softmax(scores_BNTS, -1).view(b * n, t, s);
        return weights_XTS.bmm(Flat(v_BNSH)).view(b, n, t, h).MoveToOuterDisposeScope();
    }

    /// <summary>-1e9 above the diagonal.</summary>
    static Tensor Future(long s, Tensor like)
    {
        using Scalar never = -1e9;
        return full([s, s], never, dtype: like.dtype, device: like.device).triu_(1);
    }
}
