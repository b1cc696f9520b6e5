namespace RadZ.Training.Recipes;

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

/// <summary>Which texts of a batch belong to which images: what the contrastive loss counts as a true pair.</summary>
enum PairTargetKind
{
    /// <summary>Only an image's own text: the paper's.</summary>
    Diagonal,

    /// <summary>Every text whose sample has the same disease set: a batch with five pneumonias has no four false negatives.</summary>
    SameLabel,

    /// <summary>Every text that is true of the image: what it asserts is present, what it denies is absent.</summary>
    Entailment,
}
