namespace RadZ.Recognition.Results;

/// <summary>Which score ranks the diseases (method.md section 6).</summary>
public enum ScoreKind
{
    /// <summary>Image against "This is a chest X-ray showing {disease}".</summary>
    Direct,

    /// <summary>Image and category text both seen through the bank of descriptions.</summary>
    Anchored,

    /// <summary>Image against the disease's description.</summary>
    Bank,

    /// <summary>
    /// "Does this chest X-ray show {disease}?", yes against no as the answer's first token: the usual way, which the paper argues against.
    /// </summary>
    Vqa,
}
