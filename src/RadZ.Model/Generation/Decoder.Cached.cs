namespace RadZ.Model;

// B rows, T new positions, A = T or 1 asked positions, D width

sealed partial class Decoder
{
    /// <summary>
    /// Hidden state after all layers (before the final norm) of the last new position, [B, 1, D]; what the last layer would say of others is
    /// not computed. If it is not <paramref name="asked"/> for, the cache is filled and nothing is given.
    /// </summary>
    public Tensor? Continue(Tensor embeds_BTD, DecodingStep step, bool asked, CancellationToken cancel)
    {
        using var _ = NewDisposeScope();
        using var alone = DecodeWeight.Takes(embeds_BTD) ? RowTeam.Alone() : null;
        var rope = Rope(step.Cache.End, embeds_BTD.device);
        var x_BTD = FeatureOrder.Suits(embeds_BTD) ? FeatureOrder.Of(embeds_BTD) : embeds_BTD.alias();
        for (var i = 0; i < _layers.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var last = i == _layers.Length - 1;
            if (last && !asked)
            {
                _layers[i].Remember(x_BTD, rope, step, i);
                return null;
            }
            var next = _layers[i].Continue(x_BTD, rope, step, i, lastOnly: last);
            x_BTD.Dispose();
            x_BTD = next;
        }
        return x_BTD.MoveToOuterDisposeScope();
    }
}

sealed partial class DecoderLayer
{
    /// <summary>States of the new positions, or of the last alone, [B, A, D], which look at what the cache holds.</summary>
    public Tensor Continue(Tensor x_BTD, RotaryTable rope, DecodingStep step, int layer, bool lastOnly)
    {
        using var _ = NewDisposeScope();
        var kept_BAD = lastOnly ? x_BTD.narrow(1, x_BTD.shape[1] - 1, 1) : x_BTD;
        var (h_BAD, normed_BAD) = _mlpNorm.OfSum(kept_BAD, _attention.Continue(_attentionNorm.Forward(x_BTD), rope, step, layer, lastOnly));
        return h_BAD.Plus(_mlp.Forward(normed_BAD)).MoveToOuterDisposeScope();
    }

    /// <summary>Keys and values only.</summary>
    public void Remember(Tensor x_BTD, RotaryTable rope, DecodingStep step, int layer)
    {
        using var _ = NewDisposeScope();
        _attention.Remember(_attentionNorm.Forward(x_BTD), rope, step, layer);
    }
}

sealed partial class SelfAttention
{
    /// <summary>Puts the new positions' keys and values into the cache and mixes for them, or for the last alone, [B, A, D].</summary>
    public Tensor Continue(Tensor x_BTD, RotaryTable rope, DecodingStep step, int layer, bool lastOnly)
    {
        using var _ = NewDisposeScope();
        Remember(x_BTD, rope, step, layer);
        // laid together: of a strided input torch multiplies row by row, with a copy of the weight for each
        var (asking_BAD, asked) = lastOnly ? (x_BTD.narrow(1, x_BTD.shape[1] - 1, 1).contiguous(), step.Last()) : (x_BTD, step);
        var q_BNAH = rope.Turn(Heads(_query.Forward(asking_BAD)), asked.Places_BT);
        var mixed_BANH = CachedAttention.Mix(q_BNAH, layer, asked).transpose(1, 2);
        return _output.Forward(mixed_BANH.reshape(x_BTD.shape[0], asking_BAD.shape[1], -1)).MoveToOuterDisposeScope();
    }

    /// <summary>Puts the new positions' keys and values into the cache.</summary>
    public void Remember(Tensor x_BTD, RotaryTable rope, DecodingStep step, int layer)
    {
        using var _ = NewDisposeScope();
        step.Cache.Add(layer, rope.Turn(Heads(_key.Forward(x_BTD)), step.Places_BT), Heads(_value.Forward(x_BTD)));
    }

    Tensor Heads(Tensor flat_BTX) => flat_BTX.view(flat_BTX.shape[0], flat_BTX.shape[1], -1, config.HeadDim).transpose(1, 2);
}
