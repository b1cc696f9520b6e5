using RadZ.Model.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Model.Decoder;

// B rows, N query heads, K key-value heads, G = N / K, T queries, X = G * T, L own keys, P keys of the prefix, H width of a head

/// <summary>
/// Attention over a cache. The G query heads that share a key-value head are laid side by side as queries of that head, so that keys and
/// values are read once and never repeated. The keys of a common prefix are read once for all rows as well: there the rows' queries are
/// laid side by side too, and one softmax runs over both parts.
/// </summary>
static class CachedAttention
{
    /// <summary>Mixed values [B, N, T, H] of queries [B, N, T, H], whose keys and values the cache holds already.</summary>
    public static Tensor Mix(Tensor q_BNTH, int layer, DecodingStep step)
    {
        using var _ = NewDisposeScope();
        var (k_BKLH, v_BKLH) = step.Cache.LayerAt(layer);
        var (b, n, t, h) = (q_BNTH.shape[0], q_BNTH.shape[1], q_BNTH.shape[2], q_BNTH.shape[3]);
        var group = n / k_BKLH.shape[1];
        if (step.Alone && t > 1) return Attention.Mix(q_BNTH, k_BKLH, v_BKLH, causal: true).MoveToOuterDisposeScope();
        var q_BKXH = q_BNTH.reshape(b, n / group, group * t, h);
        var mask_B1XL = Grouped(step.Mask_BTL, group);
        var mixed_BKXH = step.Cache.Prefix is { } prefix
            ? AttendBehindPrefix(prefix.LayerAt(layer), q_BKXH, k_BKLH, v_BKLH, mask_B1XL, Grouped(step.PrefixMask_BTP, group))
            : F.scaled_dot_product_attention(q_BKXH, k_BKLH, v_BKLH, mask_B1XL);
        return mixed_BKXH.reshape(b, n, t, h).MoveToOuterDisposeScope();
    }

    /// <summary>One softmax over the prefix's keys, [1, K, P, H], and the rows' own.</summary>
    static Tensor AttendBehindPrefix((Tensor K_1KPH, Tensor V_1KPH) prefix, Tensor q_BKXH, Tensor k_BKLH, Tensor v_BKLH, Tensor? mask_B1XL,
        Tensor? mask_B1XP)
    {
        var (b, k, x, h) = (q_BKXH.shape[0], q_BKXH.shape[1], q_BKXH.shape[2], q_BKXH.shape[3]);
        var (l, p) = (k_BKLH.shape[2], prefix.K_1KPH.shape[2]);
        var q = q_BKXH.Times(1 / Math.Sqrt(h));
        var own_BKXL = Masked(q.reshape(b * k, x, h).bmm(k_BKLH.reshape(b * k, l, h).transpose(1, 2)).view(b, k, x, l), mask_B1XL);
        var common_BKXP = Masked(Apart(Together(q).bmm(prefix.K_1KPH.squeeze(0).transpose(1, 2))), mask_B1XP);
        var weights_BKXS = F.softmax(cat([common_BKXP, own_BKXL], -1), -1);
        var mixed_BKXH = Apart(Together(weights_BKXS.narrow(-1, 0, p)).bmm(prefix.V_1KPH.squeeze(0)));
        return mixed_BKXH.Plus(weights_BKXS.narrow(-1, p, l).reshape(b * k, x, l).bmm(v_BKLH.reshape(b * k, l, h)).view(b, k, x, h));

        Tensor Together(Tensor y_BKXY) => y_BKXY.transpose(0, 1).reshape(k, b * x, -1);
        Tensor Apart(Tensor y_KYZ) => y_KYZ.view(k, b, x, -1).transpose(0, 1);
    }

    static Tensor Masked(Tensor scores, Tensor? mask) => mask is null ? scores : scores.Masked(mask.logical_not(), -1e9);

    /// <summary>A row's mask for each of the query heads that share a key-value head.</summary>
    static Tensor? Grouped(Tensor? mask_BTL, long group) => mask_BTL?.repeat(1, group, 1).unsqueeze(1);
}
