namespace RadZ.Recognition.Evidence;

/// <summary>How a heat map is made.</summary>
public enum HeatMapMethod
{
    /// <summary>
    /// Attention of the modality tokens to each patch in the last layer run, times the gradient of the finding's score by it: what that
    /// look contributed. One forward and one short backward pass.
    /// </summary>
    Gradient,

    /// <summary>
    /// How much the score falls when a window of the picture is replaced by its surroundings' mean. Some hundred forward passes.
    /// </summary>
    Occlusion,

    /// <summary>The score that each patch's own hidden state would have.</summary>
    Similarity,

    /// <summary>Where the modality tokens look; the same for every finding.</summary>
    Attention,

    /// <summary>
    /// The part of each place that the finding covers, as the patches were taught to say it (docs/decisions/0021); for models that were
    /// trained so. A few forward passes.
    /// </summary>
    Grounded,
}
