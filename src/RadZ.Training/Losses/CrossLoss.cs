using RadZ.Model.Features;
using RadZ.Model.Runtime;

namespace RadZ.Training.Losses;

/// <summary>Which image features meet which text features (method.md section 3).</summary>
enum CrossVariant
{
    /// <summary>Half global image with local text, half local image with global text: the paper's.</summary>
    Cross,

    /// <summary>Global with global.</summary>
    Global,

    /// <summary>w of global with global, 1 - w of local with local.</summary>
    GlobalLocal,
}

/// <summary>L_cross: image and text features of a batch are brought together.</summary>
static class CrossLoss
{
    /// <summary>The loss of one batch, a scalar.</summary>
    /// <param name="image">Features of B images.</param>
    /// <param name="text">Features of their B texts.</param>
    /// <param name="temperature">tau.</param>
    /// <param name="variant">Which features meet.</param>
    /// <param name="globalWeight">w of <see cref="CrossVariant.GlobalLocal"/>, 0..1.</param>
    /// <param name="targets_BB">As <see cref="ContrastiveLoss.Of"/>: row = image, column = text.</param>
    /// <param name="excluded_BB">As <see cref="ContrastiveLoss.Of"/>.</param>
    public static Tensor Of(FeaturePair image, FeaturePair text, double temperature, CrossVariant variant = CrossVariant.Cross,
        double globalWeight = 0.5, Tensor? targets_BB = null, Tensor? excluded_BB = null)
    {
        using var _ = NewDisposeScope();
        Tensor Pull(Tensor a, Tensor b) => ContrastiveLoss.Of(a, b, temperature, targets_BB, excluded_BB);
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
