using RadZ.Model.Kernels;
using RadZ.Model.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Model.Decoder;

// B batch, N query heads, K key-value heads, G = N / K query heads that share one, T queries, S keys, H width of a head, X = B * K

/// <summary>softmax(q k^T / sqrt(H)) v, by the faster of two ways.</summary>
static class Attention
{
    /// <summary>Up to so many keys the products of a block of queries stay in the cache.</summary>
    const long Short = FusedSoftmax.MostKeys;

    /// <summary>Queries of a block: later keys than its last query are not multiplied at all.</summary>
    const long Block = 128;

    /// <summary>
    /// Mixed values [B, N, T, H]. In bfloat16 on a CPU plain products beat the fused kernel: its backward pass costs 5 to 9 times as much
    /// at 45 to 85 positions, and its forward pass 4 times at 650, where the queries go in blocks. In float32 the fused kernel is the
    /// faster one.
    /// </summary>
    /// <param name="q_BNTH">Queries.</param>
    /// <param name="k_BKSH">Keys; a head serves N / K query heads that follow each other.</param>
    /// <param name="v_BKSH">Values.</param>
    /// <param name="mask">True where a query may look, broadcastable to [B, N, T, S]; null = everywhere, or see
    /// <paramref name="causal"/>.</param>
    /// <param name="causal">Query i looks at keys 0..i; T = S.</param>
    public static Tensor Mix(Tensor q_BNTH, Tensor k_BKSH, Tensor v_BKSH, Tensor? mask = null, bool causal = false)
    {
        using var _ = NewDisposeScope();
        var (b, n, t, h) = (q_BNTH.shape[0], q_BNTH.shape[1], q_BNTH.shape[2], q_BNTH.shape[3]);
        var (k, s) = (k_BKSH.shape[1], k_BKSH.shape[2]);
        if (q_BNTH.dtype != ScalarType.BFloat16 || s > Short || q_BNTH.device_type != DeviceType.CPU)
            return F.scaled_dot_product_attention(q_BNTH, Repeated(k_BKSH, n), Repeated(v_BKSH, n), mask, is_casual: causal)
                .MoveToOuterDisposeScope();
        // where nothing masks them, scores are scaled with their softmax
        var q_XGTH = (mask is null ? q_BNTH : q_BNTH.Times(1 / Math.Sqrt(h))).reshape(b * k, n / k, t, h);
        var k_XHS = k_BKSH.reshape(b * k, s, h).transpose(1, 2);
        var v_XSH = v_BKSH.reshape(b * k, s, h);
        if (mask is not null || s <= Block)
            return Weighted(mask is null ? Softmax(Scores(0, t, s), t, causal ? 1 : s) : Hidden(Scores(0, t, s)), t, s).view(b, n, t, h)
                .MoveToOuterDisposeScope();
        var blocks = new List<(long From, long Count, long Seen, Tensor Scores)>();
        for (var from = 0L; from < t; from += Block)
        {
            var (count, seen) = (Math.Min(Block, t - from), causal ? Math.Min(t, from + Block) : s);
            blocks.Add((from, count, seen, Scores(from, count, seen)));
        }
        if (is_grad_enabled() && blocks[0].Scores.requires_grad)
            blocks = [.. blocks.Select(x => x with { Scores = Softmax(x.Scores, x.Count, causal ? x.From + 1 : s) })];
        else FusedSoftmax.Overwrite(blocks.Select(x => (x.Scores, (int)x.Count, (int)(causal ? x.From + 1 : s))), 1 / Math.Sqrt(h));
        var mixed = blocks.Select(x => Weighted(x.Scores, x.Count, x.Seen).view(b, n, x.Count, h).transpose(1, 2)).ToList();
        // laid as the caller wants the heads: side by side
        return cat(mixed, 1).transpose(1, 2).MoveToOuterDisposeScope();

        // products of queries from..from + count with keys 0..seen, [X, G * count, seen]
        Tensor Scores(long from, long count, long seen) => Together(q_XGTH.narrow(2, from, count)).bmm(k_XHS.narrow(2, 0, seen));

        Tensor Softmax(Tensor scores_XTS, long count, long first) =>
            FusedSoftmax.Compute(scores_XTS, 1 / Math.Sqrt(h), (int)count, (int)first);

        Tensor Hidden(Tensor scores_XTS) => F.softmax(scores_XTS.view(b, n, t, s).Masked(mask.logical_not(), -1e9), -1).view(b * k, -1, s);

        // [X, G, count, H]
        Tensor Weighted(Tensor weights_XTS, long count, long seen) =>
            weights_XTS.bmm(v_XSH.narrow(1, 0, seen)).view(b * k, n / k, count, h);

        // a group's queries as rows of one matrix, copied in the direction in which they lie
        Tensor Together(Tensor part_XGTH) => part_XGTH.stride()[2] == 1
            ? part_XGTH.permute(0, 3, 1, 2).reshape(b * k, h, -1).transpose(1, 2) : part_XGTH.reshape(b * k, -1, h);
    }

    /// <summary>Key-value heads as often as they serve query heads.</summary>
    public static Tensor Repeated(Tensor x_BKSH, long heads) => x_BKSH.shape[1] == heads ? x_BKSH
        : x_BKSH.unsqueeze(2).expand(x_BKSH.shape[0], x_BKSH.shape[1], heads / x_BKSH.shape[1], x_BKSH.shape[2], x_BKSH.shape[3])
            .reshape(x_BKSH.shape[0], heads, x_BKSH.shape[2], x_BKSH.shape[3]);
}
