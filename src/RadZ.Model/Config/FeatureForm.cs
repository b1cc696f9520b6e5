namespace RadZ.Model.Config;

/// <summary>Where the global feature of a sequence is read.</summary>
enum Pooling
{
    /// <summary>Mean over the modality tokens that close the sequence: the method's.</summary>
    Tokens,

    /// <summary>The last real position.</summary>
    Last,

    /// <summary>Mean over all real positions, modality tokens (where there are any) among them.</summary>
    Mean,
}

/// <summary>The projection head of method.md section 3: applied to the hidden state of each position, before any mean.</summary>
enum HeadKind
{
    /// <summary>None; every other hurt in the authors' ablation.</summary>
    Identity,

    /// <summary>W h + b, [D, D].</summary>
    Linear,

    /// <summary>W2 gelu(W1 h + b1) + b2, both [D, D].</summary>
    Mlp,
}

/// <summary>How features are read from the decoder. What was trained with one form is read with the same.</summary>
/// <param name="Pooling">Where the global feature is read.</param>
/// <param name="Layer">Which hidden state: -1 is the last layer's output before the final norm, -2 (the method's) that of the layer before
/// it, -L that of the first.</param>
/// <param name="Head">What is applied to the state.</param>
sealed record FeatureForm(Pooling Pooling = Pooling.Tokens, int Layer = FeatureForm.Penultimate, HeadKind Head = HeadKind.Identity)
{
    /// <summary>The penultimate layer's output.</summary>
    public const int Penultimate = -2;

    /// <summary>Decoder layers that must be run.</summary>
    /// <param name="layers">L.</param>
    public int LayersNeeded(int layers) => layers + 1 + Layer;
}
