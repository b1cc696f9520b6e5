namespace RadZ.Model;

// B rows, T new positions, A asked positions at their end, D width

sealed partial class Decoder
{
    /// <summary>
    /// Hidden states after all layers (before the final norm) of the last <paramref name="asked"/> new positions, [B, A, D]; what the last
    /// layer would say of others is not computed. With none asked the cache is filled and nothing is given.
    /// </summary>
    public Tensor? Continue(Tensor embeds_BTD, DecodingStep step, int asked, CancellationToken cancel)
    {
        using var _ = NewDisposeScope();
        var rope = Rope(step.Cache.End, embeds_BTD.device);
        var x_BTD = embeds_BTD.alias();
        for (var i = 0; i < _layers.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            if (i == _layers.Length - 1 && asked == 0)
            {
                _layers[i].Remember(x_BTD, rope, step, i);
                return null;
            }
            var next = _layers[i].Continue(x_BTD, rope, step, i, i == _layers.Length - 1 ? asked : x_BTD.shape[1]);
            x_BTD.Dispose();
            x_BTD = next;
        }
        return x_BTD.MoveToOuterDisposeScope();
    }
}

sealed partial class DecoderLayer
{
    /// <summary>States of the last <paramref name="asked"/> new positions, [B, A, D], which look at all that the cache holds.</summary>
    public Tensor Continue(Tensor x_BTD, RotaryTable rope, DecodingStep step, int layer, long asked)
    {
        using var _ = NewDisposeScope();
        var kept_BAD = asked == x_BTD.shape[1] ? x_BTD : x_BTD.narrow(1, x_BTD.shape[1] - asked, asked);
        var h_BAD = kept_BAD + _attention.Continue(_attentionNorm.Forward(x_BTD), rope, step, layer, asked);
        return (h_BAD + _mlp.Forward(_mlpNorm.Forward(h_BAD))).MoveToOuterDisposeScope();
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
    /// <summary>Puts the new positions' keys and values into the cache and mixes for the last <paramref name="asked"/> of them, [B, A, D].</summary>
    public Tensor Continue(Tensor x_BTD, RotaryTable rope, DecodingStep step, int layer, long asked)
    {
        using var _ = NewDisposeScope();
        Remember(x_BTD, rope, step, layer);
        var (b, t) = (x_BTD.shape[0], x_BTD.shape[1]);
        var tail = step.Tail(asked);
        var q_BNAH = rope.Turn(Heads(_query.Forward(x_BTD.narrow(1, t - asked, asked))), tail.Places_BT);
        return _output.Forward(CachedAttention.Mix(q_BNAH, layer, tail).transpose(1, 2).reshape(b, asked, -1)).MoveToOuterDisposeScope();
    }

    /// <summary>Puts the new positions' keys and values into the cache.</summary>
    public void Remember(Tensor x_BTD, RotaryTable rope, DecodingStep step, int layer)
    {
        using var _ = NewDisposeScope();
        step.Cache.Add(layer, rope.Turn(Heads(_key.Forward(x_BTD)), step.Places_BT), Heads(_value.Forward(x_BTD)));
    }

    Tensor Heads(Tensor flat_BTX) => flat_BTX.view(flat_BTX.shape[0], flat_BTX.shape[1], -1, config.HeadDim).transpose(1, 2);
}
