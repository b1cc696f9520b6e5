using RadZ.Model.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Training.Losses;

// B batch, D width

/// <summary>
/// Symmetric InfoNCE: cross entropy from a to b and from b to a, averaged, over the B x B cosines / tau. Row i of the targets
/// says which columns row i belongs to; by default the pairs stand on the diagonal.
/// </summary>
static class ContrastiveLoss
{
    /// <summary>The loss, a scalar.</summary>
    /// <param name="a_BD">Features of one side; any scale.</param>
    /// <param name="b_BD">Features of the other side.</param>
    /// <param name="temperature">tau, above 0.</param>
    /// <param name="targets_BB">Non-negative weights; each row and each column is brought to sum 1 over its direction. Null is the
    /// diagonal.</param>
    /// <param name="excluded_BB">Pairs that are left out of both softmaxes; none of them may have a target.</param>
    public static Tensor Compute(Tensor a_BD, Tensor b_BD, double temperature, Tensor? targets_BB = null, Tensor? excluded_BB = null)
    {
        using var _ = NewDisposeScope();
        var logits_BB = F.normalize(a_BD, dim: -1).mm(F.normalize(b_BD, dim: -1).t()).Over(temperature);
        if (excluded_BB is not null) logits_BB = logits_BB.Masked(excluded_BB, Masked.Logit);
        var rows_BB = targets_BB is null ? eye(a_BD.shape[0], dtype: a_BD.dtype, device: a_BD.device)
            : targets_BB / targets_BB.sum(1, keepdim: true);
        var columns_BB = targets_BB is null ? rows_BB : targets_BB.t() / targets_BB.t().sum(1, keepdim: true);
        return CrossEntropy(logits_BB, rows_BB).Plus(CrossEntropy(logits_BB.t(), columns_BB)).Over(2).MoveToOuterDisposeScope();
    }

    static Tensor CrossEntropy(Tensor logits_BB, Tensor targets_BB) => -(targets_BB * F.log_softmax(logits_BB, 1)).sum(1).mean();
}

static class Masked
{
    /// <summary>What a masked logit becomes: e^this is 0 in float32, and 0 times its logarithm stays finite.</summary>
    public const double Logit = -1e6;
}
