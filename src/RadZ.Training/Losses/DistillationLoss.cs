using RadZ.Model.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Training.Losses;

// B batch, C diseases, V patches, W teacher's width

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
