using RadZ.Model.Config;

namespace RadZ.Model.Features;

// B batch, D decoder width

/// <summary>The two features of each sequence of a batch, in float32 and not normalised (method, section 3).</summary>
/// <param name="Global_BD">Mean over the modality tokens of the head of the penultimate hidden state; <see cref="FeatureForm"/> has the
/// other ways.</param>
/// <param name="Local_BD">Mean over all other real positions (all but modality tokens); null where only the global feature was asked
/// for.</param>
sealed record FeaturePair(Tensor Global_BD, Tensor? Local_BD) : IDisposable
{
    /// <summary>Lets both live beyond the scope they were made in.</summary>
    public FeaturePair MoveToOuterDisposeScope() => new(Global_BD.MoveToOuterDisposeScope(), Local_BD?.MoveToOuterDisposeScope());

    /// <inheritdoc/>
    public void Dispose()
    {
        Global_BD.Dispose();
        Local_BD?.Dispose();
    }
}
