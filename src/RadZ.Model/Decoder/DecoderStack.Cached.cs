using RadZ.Model.Kernels;
using RadZ.Model.Runtime;
using RadZ.Model.Weights;

namespace RadZ.Model.Decoder;

// B rows, T new positions, A = T or 1 asked positions, D width

sealed partial class DecoderStack
{
    /// <summary>
    /// Hidden state after all layers (before the final norm) of the last new position, [B, 1, D]; what the last layer would say of others
    /// is not computed. If it is not <paramref name="asked"/> for, the cache is filled and nothing is given.
    /// </summary>
    public Tensor? Continue(Tensor embeds_BTD, DecodingStep step, bool asked, CancellationToken cancel)
    {
        using var _ = NewDisposeScope();
        using var alone = DecodeWeight.Supports(embeds_BTD) ? ParallelRows.SingleThreadedTorch() : null;
        RotaryTable For(DecoderLayer layer) => Rope(layer.Rotary, step.Cache.End, embeds_BTD.device);
        var x_BTD = FeatureOrder.IsWorthwhile(embeds_BTD) ? FeatureOrder.Arrange(embeds_BTD) : embeds_BTD.alias();
        if (step.IsOneToken && DecodeWeight.Supports(embeds_BTD) && asked && _layers.All(l => l.HasRowWeights(step.Form)))
            return ForwardRows(embeds_BTD, For, step, cancel).MoveToOuterDisposeScope();
        for (var i = 0; i < _layers.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var last = i == _layers.Length - 1;
            if (last && !asked)
            {
                _layers[i].Remember(x_BTD, For(_layers[i]), step, i);
                return null;
            }
            var next = _layers[i].Continue(x_BTD, For(_layers[i]), step, i, lastOnly: last);
            x_BTD.Dispose();
            x_BTD = next;
        }
        return x_BTD.MoveToOuterDisposeScope();
    }

    /// <summary>The same for a token a row: float32 between products, our own passes around them.</summary>
    Tensor ForwardRows(Tensor embeds_B1D, Func<DecoderLayer, RotaryTable> rope, DecodingStep step, CancellationToken cancel)
    {
        var x_BD = embeds_B1D.squeeze(1).to(ScalarType.Float32).contiguous();
        foreach (var (i, layer) in _layers.Index())
        {
            cancel.ThrowIfCancellationRequested();
            x_BD = layer.ForwardRows(x_BD, rope(layer), step, i, embeds_B1D.dtype);
        }
        return x_BD.to(embeds_B1D.dtype).unsqueeze(1);
    }
}

sealed partial class DecoderLayer
{
    /// <summary>States of the new positions, or of the last alone, [B, A, D], which look at what the cache holds.</summary>
    public Tensor Continue(Tensor x_BTD, RotaryTable rope, DecodingStep step, int layer, bool lastOnly)
    {
        using var _ = NewDisposeScope();
        var kept_BAD = lastOnly ? x_BTD.narrow(1, x_BTD.shape[1] - 1, 1) : x_BTD;
        var (h_BAD, normed_BAD) =
            _mlpNorm.ForwardSum(kept_BAD, _attention.Continue(_attentionNorm.Forward(x_BTD), rope, step, layer, lastOnly));
        return h_BAD.Plus(_mlp.Forward(normed_BAD, step.Form)).MoveToOuterDisposeScope();
    }

    /// <summary>Whether <see cref="ForwardRows"/> can compute it: weights in 16 bits or fewer, no adapter.</summary>
    public bool HasRowWeights(WeightForm form) => _attention.HasRowWeights(form) && _mlp.HasRowWeights(form);

    /// <summary>States of a token a row, [B, D] in float32.</summary>
    public Tensor ForwardRows(Tensor x_BD, RotaryTable rope, DecodingStep step, int layer, ScalarType held)
    {
        using var _ = NewDisposeScope();
        var h_BD = x_BD.Plus(_attention.ForwardRows(_attentionNorm.ForwardRows(x_BD), rope, step, layer, held));
        return h_BD.Plus(_mlp.ForwardRows(_mlpNorm.ForwardRows(h_BD), step.Form)).MoveToOuterDisposeScope();
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
        var q_BNAH = rope.Rotate(Heads(_query.Forward(asking_BAD, step.Form)), asked.Places_BT);
        var mixed_BANH = CachedAttention.Mix(q_BNAH, layer, asked).transpose(1, 2);
        return _output.Forward(mixed_BANH.reshape(x_BTD.shape[0], asking_BAD.shape[1], -1), step.Form).MoveToOuterDisposeScope();
    }

    /// <summary>See <see cref="DecoderLayer.HasRowWeights"/>.</summary>
    public bool HasRowWeights(WeightForm form) =>
        new[] { _query, _key, _value, _output }.All(projection => RowWeight(projection, form) is not null);

    static DecodeWeight? RowWeight(IProjection projection, WeightForm form) => (projection as Projection)?.RowWeight(form);

    /// <summary>Mixed states of a token a row, [B, D] in float32; its key and value go into the cache in the dtype it holds.</summary>
    public Tensor ForwardRows(Tensor x_BD, RotaryTable rope, DecodingStep step, int layer, ScalarType held)
    {
        using var _ = NewDisposeScope();
        var parts = DecodeWeight.Times(x_BD, RowWeight(_query, step.Form)!, RowWeight(_key, step.Form)!, RowWeight(_value, step.Form)!);
        Tensor One(Tensor flat) => flat.view(flat.shape[0], -1, 1, spec.HeadWidth);
        FewRows.Rotate(parts[0], spec.HeadWidth, rope, step);
        FewRows.Rotate(parts[1], spec.HeadWidth, rope, step);
        step.Cache.Add(layer, One(parts[1]), One(parts[2]));
        var mixed_BX = step.SeesAll && held == ScalarType.BFloat16 && spec.HeadWidth % Lanes.Count == 0
            ? FewRows.Mix(parts[0], step.Cache, layer, spec.HeadWidth)
            : CachedAttention.Mix(One(parts[0]).to(held), layer, step).to(ScalarType.Float32).reshape(x_BD.shape[0], -1).contiguous();
        return DecodeWeight.Times(mixed_BX, RowWeight(_output, step.Form)!)[0].MoveToOuterDisposeScope();
    }

    /// <summary>Puts the new positions' keys and values into the cache.</summary>
    public void Remember(Tensor x_BTD, RotaryTable rope, DecodingStep step, int layer)
    {
        using var _ = NewDisposeScope();
        step.Cache.Add(layer, rope.Rotate(Heads(_key.Forward(x_BTD, step.Form)), step.Places_BT), Heads(_value.Forward(x_BTD, step.Form)));
    }

    Tensor Heads(Tensor flat_BTX) => flat_BTX.view(flat_BTX.shape[0], flat_BTX.shape[1], -1, spec.HeadWidth).transpose(1, 2);
}
