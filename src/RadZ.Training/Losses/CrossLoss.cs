using RadZ.Model.Features;
using RadZ.Model.Runtime;
using RadZ.Training.Data;
using RadZ.Training.Recipes;

namespace RadZ.Training.Losses;

/// <summary>L_cross: image and text features of a batch are brought together.</summary>
static class CrossLoss
{
    /// <summary>The loss of one batch, a scalar.</summary>
    /// <param name="image">Features of B images.</param>
    /// <param name="text">Features of their B texts.</param>
    /// <param name="temperature">tau.</param>
    /// <param name="variant">Which features meet.</param>
    /// <param name="globalWeight">w of <see cref="CrossVariant.GlobalLocal"/>, 0..1.</param>
    /// <param name="targets_BB">As <see cref="ContrastiveLoss.Compute"/>: row = image, column = text.</param>
    /// <param name="excluded_BB">As <see cref="ContrastiveLoss.Compute"/>.</param>
    public static Tensor Compute(FeaturePair image, FeaturePair text, double temperature, CrossVariant variant = CrossVariant.Cross,
        double globalWeight = 0.5, Tensor? targets_BB = null, Tensor? excluded_BB = null)
    {
        using var _ = NewDisposeScope();
        Tensor Pull(Tensor a, Tensor b) => ContrastiveLoss.Compute(a, b, temperature, targets_BB, excluded_BB);
        var loss = variant switch
        {
            CrossVariant.Cross => Pull(image.Global_BD, Local(text)).Plus(Pull(Local(image), text.Global_BD)).Over(2),
            CrossVariant.Global => Pull(image.Global_BD, text.Global_BD),
            CrossVariant.GlobalLocal =>
                Pull(image.Global_BD, text.Global_BD).Times(globalWeight).Plus(Pull(Local(image), Local(text)).Times(1 - globalWeight)),
            _ => throw new ArgumentOutOfRangeException(nameof(variant)),
        };
        return loss.MoveToOuterDisposeScope();
    }

    static Tensor Local(FeaturePair features) =>
        features.Local_BD ?? throw new ArgumentException("Local features were not computed, and this variant needs them.");
}

/// <summary>The term of <see cref="CrossLoss"/>; it is in every sum, and logged where it has no weight.</summary>
/// <param name="recipe">Its weight, lambda, and all else.</param>
/// <param name="truth">Which texts fit which images.</param>
sealed class CrossTerm(AlignmentRecipe recipe, BatchTruth truth) : ILossTerm
{
    public string Name => "cross";

    public double Weight => recipe.Lambda;

    public bool IsUsed => true;

    public Tensor Compute(LossInputs inputs)
    {
        var (targets, excluded) = truth.Pairs(inputs.Batch, recipe.Targets, recipe.Unknown);
        long[] square = [inputs.Batch.Size, inputs.Batch.Size];
        return CrossLoss.Compute(inputs.Image, inputs.Text, recipe.Temperature, recipe.Cross, recipe.GlobalWeight,
            targets is null ? null : tensor(targets, square, dtype: ScalarType.Float32, device: inputs.Device),
            excluded is null ? null : tensor(excluded, square, device: inputs.Device));
    }
}
