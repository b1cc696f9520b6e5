using F = TorchSharp.torch.nn.functional;

namespace RadZ.Training.Losses;

// B batch, C diseases

/// <summary>Binary cross entropy over known labels: an unknown label has no part in it.</summary>
static class LabelLoss
{
    /// <summary>Mean over samples of the mean over their known diseases.</summary>
    /// <param name="logits_BC">One logit a disease.</param>
    /// <param name="labels_BC">1 present, 0 absent, -1 unknown.</param>
    public static Tensor Compute(Tensor logits_BC, Tensor labels_BC)
    {
        using var _ = NewDisposeScope();
        using Scalar zero = 0.0, one = 1.0;                                         // held: see TensorArithmetic
        var known_BC = labels_BC.ge(zero).to(logits_BC.dtype);
        var loss_BC = F.binary_cross_entropy_with_logits(logits_BC, labels_BC.clamp_min(zero), reduction: Reduction.None) * known_BC;
        return (loss_BC.sum(1) / known_BC.sum(1).clamp_min(one)).mean().MoveToOuterDisposeScope();
    }
}

/// <summary>What the patches' mean says of the diseases, against the labels.</summary>
sealed class LabelTerm(double weight) : ILossTerm
{
    public string Name => "labels";

    public double Weight => weight;

    public Tensor Compute(LossInputs inputs) => LabelLoss.Compute(inputs.Read.Logits_BC, inputs.Labels_BC);
}
