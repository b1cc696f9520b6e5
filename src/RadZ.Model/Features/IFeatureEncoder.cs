namespace RadZ.Model.Features;

/// <summary>
/// Turns images and texts into features. Recognition and evaluation need no more than this, so a test can give them a stub.
/// </summary>
interface IFeatureEncoder
{
    /// <summary>Features of normalised pixels [B, 3, side, side].</summary>
    FeaturePair Images(Tensor pixels_BCSS, bool globalOnly = false);

    /// <summary>Features of texts, in their order.</summary>
    FeaturePair Texts(IReadOnlyList<string> texts, bool globalOnly = false);
}
