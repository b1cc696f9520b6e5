namespace RadZ.Model.Kernels;

/// <summary>
/// In which form a product takes its weights. It is a parameter of the call, so that callers on other threads never meet it.
/// </summary>
enum WeightForm
{
    /// <summary>As the checkpoint stores them: images, questions and features, of few rows as of many.</summary>
    Stored,

    /// <summary>As an answer's own tokens are multiplied: they alone may meet weights in fewer bits (<see cref="DecodeBits"/>).</summary>
    Decoding,
}
