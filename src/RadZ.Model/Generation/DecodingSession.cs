using RadZ.Model.Decoder;
using RadZ.Model.Features;
using RadZ.Model.Kernels;
using RadZ.Text.Sequences;

namespace RadZ.Model.Generation;

// B rows, W vocabulary

/// <summary>
/// Rows decoded side by side: their prompts in one pass (padded on the left), then a token a row in each step. It knows ids, no text.
/// </summary>
sealed class DecodingSession : IDisposable
{
    readonly LlavaModel _model;
    readonly ScalarType _compute;
    readonly KeyValueCache _cache;

    DecodingSession(LlavaModel model, ScalarType compute, KeyValueCache cache) => (_model, _compute, _cache) = (model, compute, cache);

    /// <summary>Scores of the token that may come next in each row, [B, W] in float32; of the latest step.</summary>
    public Tensor Next_BW { get; private set; } = null!;

    /// <summary>Decodes the prompts.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prefix">What the prompts have in common, decoded already.</param>
    /// <param name="prompts">The prompts, prefix included.</param>
    /// <param name="patches_IVD">Projected patches of the images.</param>
    /// <param name="compute">The dtype that is computed in.</param>
    /// <param name="room">The most tokens that will be taken.</param>
    /// <param name="cancel">Looked at between layers.</param>
    public static DecodingSession Begin(LlavaModel model, PromptPrefix prefix, IReadOnlyList<Prompt> prompts, Tensor? patches_IVD,
        ScalarType compute, int room, CancellationToken cancel)
    {
        using var _ = NewDisposeScope();
        Prompt[] own = [.. prompts.Select(p => p.Part(prefix.Length, p.Sequence.Length))];
        var batch = TokenBatch.Pad([.. own.Select(p => p.Sequence)], 0, PaddingSide.Left);
        var session = new DecodingSession(model, compute,
            new(model.Decoder, batch.Rows, batch.Length + room, compute, model.Device, prefix.Cache));
        try
        {
            session.Advance(batch, Prompt.PatchesOf(own, patches_IVD), WeightForm.Stored, cancel);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Appends a token to each row.</summary>
    public void Append(IEnumerable<int> tokens, CancellationToken cancel)
    {
        Advance(TokenBatch.Pad([.. tokens.Select(id => new TokenSequence([id], [TokenRole.Text]))], 0, PaddingSide.Left), null,
            WeightForm.Decoding, cancel);
    }

    void Advance(TokenBatch batch, Tensor? patches_BVD, WeightForm form, CancellationToken cancel)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var next = _model.Continue(batch, patches_BVD, _compute, _cache, asked: true, cancel, form)!;
        Next_BW?.Dispose();
        Next_BW = next.DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Next_BW?.Dispose();
        _cache.Dispose();
    }
}
