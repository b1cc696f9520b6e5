using RadZ.Model.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Training.Losses;

// B batch, C diseases, V patches, W teacher's width

/// <summary>Binary cross entropy over known labels: an unknown label has no part in it.</summary>
static class LabelLoss
{
    /// <summary>Mean over samples of the mean over their known diseases.</summary>
    /// <param name="logits_BC">One logit a disease.</param>
    /// <param name="labels_BC">1 present, 0 absent, -1 unknown.</param>
    public static Tensor Of(Tensor logits_BC, Tensor labels_BC)
    {
        using var _ = NewDisposeScope();
        using Scalar zero = 0.0, one = 1.0;                                         // held: see HeldScalars
        var known_BC = labels_BC.ge(zero).to(logits_BC.dtype);
        var loss_BC = F.binary_cross_entropy_with_logits(logits_BC, labels_BC.clamp_min(zero), reduction: Reduction.None) * known_BC;
        return (loss_BC.sum(1) / known_BC.sum(1).clamp_min(one)).mean().MoveToOuterDisposeScope();
    }
}

/// <summary>What a student learns from the teacher.</summary>
static class DistillationLoss
{
    /// <summary>1 - cosine between what each patch says and the teacher's feature at its place.</summary>
    /// <param name="said_BVW">The student's linear read-out of its patches.</param>
    /// <param name="features_BVW">The teacher's features, standardised by channel.</param>
    public static Tensor Features(Tensor said_BVW, Tensor features_BVW)
    {
        using var _ = NewDisposeScope();
        return F.cosine_similarity(said_BVW, features_BVW, dim: -1).mean().neg().Plus(1).MoveToOuterDisposeScope();
    }

    /// <summary>Cross entropy towards the teacher's probabilities, mean over samples and diseases.</summary>
    public static Tensor Scores(Tensor logits_BC, Tensor teacher_BC)
    {
        using var _ = NewDisposeScope();
        return F.binary_cross_entropy_with_logits(logits_BC, teacher_BC.sigmoid()).MoveToOuterDisposeScope();
    }
}
