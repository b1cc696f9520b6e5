using RadZ.Model.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Model.Decoder;

// B batch, N query heads, K key-value heads, T queries, S keys, H width of a head

/// <summary>
/// Keeps the attention weights of one layer where their gradient can be asked for; plain products in float32, since the fused kernel keeps
/// none.
/// </summary>
sealed class AttentionWatch
{
    /// <summary>softmax(q k^T / sqrt(H)), [B, N, T, S].</summary>
    public Tensor Weights_BNTS { get; private set; } = null!;

    /// <summary>Mixed values [B, N, T, H].</summary>
    public Tensor Mix(Tensor q_BNTH, Tensor k_BKSH, Tensor v_BKSH, Tensor? mask)
    {
        using var _ = NewDisposeScope();
        var (k_BNSH, v_BNSH) = (Attention.Repeated(k_BKSH, q_BNTH.shape[1]), Attention.Repeated(v_BKSH, q_BNTH.shape[1]));
        var scores_BNTS = q_BNTH.to(ScalarType.Float32).matmul(k_BNSH.to(ScalarType.Float32).transpose(2, 3))
            .Over(Math.Sqrt(q_BNTH.shape[3]));
        var allowed = mask ?? ones(q_BNTH.shape[2], k_BNSH.shape[2], ScalarType.Bool, q_BNTH.device).tril();
        Weights_BNTS = F.softmax(scores_BNTS.Masked(allowed.logical_not(), -1e9), -1).DetachFromDisposeScope();
        return Weights_BNTS.to(v_BNSH.dtype).matmul(v_BNSH).MoveToOuterDisposeScope();
    }
}
