using RadZ.Model.Runtime;
using RadZ.Training.Data;
using RadZ.Training.Teachers;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Training.Losses;

// B batch, V patches, C diseases

/// <summary>
/// L_ground: what a patch says of a disease follows how much of the patch the disease covers (docs/decisions/0021). Of a finding that is
/// there: where (cross entropy over the patches) and how much (binary cross entropy at each); of one that is not: nowhere.
/// </summary>
static class GroundingLoss
{
    /// <summary>Mean over findings that are there of both, plus the mean over those that are absent; zero where neither is known.</summary>
    /// <param name="logits_BVC">A logit a patch and disease.</param>
    /// <param name="shares_BVC">Share of the patch that is covered, 0..1.</param>
    /// <param name="known_BC">1 there, 0 absent, -1 left out; one that is there covers something.</param>
    public static Tensor Compute(Tensor logits_BVC, Tensor shares_BVC, Tensor known_BC)
    {
        using var _ = NewDisposeScope();
        using Scalar zero = 0.0, one = 1.0, half = 0.5, least = 1e-6;               // held: see TensorArithmetic
        var (there_BC, absent_BC) = (known_BC.gt(half).to(logits_BVC.dtype), known_BC.abs().lt(half).to(logits_BVC.dtype));
        var much_BC = F.binary_cross_entropy_with_logits(logits_BVC, shares_BVC, reduction: Reduction.None).mean([1]);
        var parts_BVC = shares_BVC / shares_BVC.sum(1, keepdim: true).clamp_min(least);
        var where_BC = -(parts_BVC * F.log_softmax(logits_BVC, 1)).sum(1);
        var there = ((where_BC.Plus(much_BC)) * there_BC).sum() / there_BC.sum().clamp_min(one);
        return there.Plus((much_BC * absent_BC).sum() / absent_BC.sum().clamp_min(one)).MoveToOuterDisposeScope();
    }
}

/// <summary>What each patch says of each disease, against where the disease is; of samples of which that is known.</summary>
/// <param name="weight">Its weight.</param>
/// <param name="readout">Reads findings from patches; it belongs to the run.</param>
sealed class GroundingTerm(double weight, GroundingReadout? readout) : ILossTerm
{
    public string Name => "grounding";

    public double Weight => weight;

    public LossNeeds Needs => LossNeeds.Categories | LossNeeds.States;

    public Tensor Compute(LossInputs inputs)
    {
        var (states_BVD, diseases) = (inputs.States_BVD!, inputs.Diseases);
        var truth = PatchShares.Compute(inputs.Batch, diseases, (int)Math.Sqrt(states_BVD.shape[1]));
        if (!truth.Any) return states_BVD.sum().Times(0);
        return GroundingLoss.Compute(readout!.Logits(states_BVD, inputs.Categories_CD!),
            tensor(truth.Shares, [inputs.Batch.Size, states_BVD.shape[1], diseases.Count], device: inputs.Device),
            tensor(truth.Known, [inputs.Batch.Size, diseases.Count], device: inputs.Device));
    }
}
