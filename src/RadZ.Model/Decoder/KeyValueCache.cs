using RadZ.Model.Config;
using RadZ.Model.Kernels;
using RadZ.Model.Runtime;
using RadZ.Text.Sequences;

namespace RadZ.Model.Decoder;

// B rows, K key-value heads, C capacity, L positions held, T new positions, H width of a head

/// <summary>
/// Keys and values of the positions decoded so far, a pair of tensors a layer, their memory taken once. Rows may stand behind a common
/// prefix, whose keys and values are held once for all of them. A row's place of a position is counted over its real positions, prefix
/// included; padding has none.
/// </summary>
sealed class KeyValueCache : IDisposable
{
    /// <summary>The place of padding: later than any query, so that none ever looks at it.</summary>
    const long Nowhere = long.MaxValue;

    readonly int? _window;
    readonly Tensor[] _keys_BKCH, _values_BKCH;
    readonly Tensor _places_BC;
    readonly long[] _held;
    bool _padded;

    /// <param name="spec">Sizes, and how far back a position looks.</param>
    /// <param name="rows">Rows decoded side by side.</param>
    /// <param name="capacity">The most positions a row will hold behind the prefix.</param>
    /// <param name="type">The dtype that is computed in.</param>
    /// <param name="device">Where it lies.</param>
    /// <param name="prefix">What all rows begin with; it must outlive this.</param>
    public KeyValueCache(DecoderSpec spec, int rows, int capacity, ScalarType type, Device device, KeyValueCache? prefix = null)
    {
        if (prefix is { Rows: not 1 } or { Prefix: not null })
            throw new ArgumentException("A common prefix is one row, and has none itself.", nameof(prefix));
        (_window, Rows, Capacity, Prefix) = (spec.Window, rows, capacity, prefix);
        _held = new long[rows];
        Tensor Room() => empty([rows, spec.KeyValueHeads, capacity, spec.HeadWidth], type, device).DetachFromDisposeScope();
        _keys_BKCH = [.. spec.Layers.Select(_ => Room())];
        _values_BKCH = [.. spec.Layers.Select(_ => Room())];
        _places_BC = empty([rows, capacity], ScalarType.Int64, device).DetachFromDisposeScope();
    }

    /// <summary>Rows decoded side by side.</summary>
    public int Rows { get; }

    /// <summary>The most positions a row holds behind the prefix.</summary>
    public int Capacity { get; }

    /// <summary>What all rows begin with.</summary>
    public KeyValueCache? Prefix { get; }

    /// <summary>Positions of each row held behind the prefix, padding included.</summary>
    public int Length { get; private set; }

    /// <summary>Positions of the prefix.</summary>
    public int Start => Prefix?.Length ?? 0;

    /// <summary>Places up to which a rotary table must reach.</summary>
    public int End => Start + Capacity;

    /// <summary>Makes room for the next positions.</summary>
    /// <param name="batch">The new positions of each row; padding among them is never looked at.</param>
    /// <param name="form">In which form products of the new positions take their weights.</param>
    /// <returns>Where the new positions stand and what they may look at. Its tensors belong to the caller's dispose scope.</returns>
    public DecodingStep Next(TokenBatch batch, WeightForm form = WeightForm.Stored)
    {
        var count = batch.Length;
        if (batch.Rows != Rows) throw new ArgumentException($"The cache holds {Rows} rows, the batch {batch.Rows}.", nameof(batch));
        if (Length + count > Capacity)
            throw new InvalidOperationException($"The cache holds {Capacity} positions; {Length} are taken and {count} more were asked " +
                "for.");
        using var _ = NewDisposeScope();
        var (keys, queries) = (new long[Rows * count], new long[Rows * count]);
        for (var i = 0; i < keys.Length; i++)
        {
            var real = batch.Mask[i];
            (keys[i], queries[i]) = real ? (Start + _held[i / count], Start + _held[i / count]) : (Nowhere, 0);
            if (real) _held[i / count]++;
            else _padded = true;
        }
        var (key_BT, query_BT) =
            (tensor(keys, [Rows, count], device: _places_BC.device), tensor(queries, [Rows, count], device: _places_BC.device));
        _places_BC.narrow(1, Length, count).copy_(key_BT);
        Length += count;
        var far = _window is { } window && Start + Length > window;
        var step = new DecodingStep(this, query_BT, Alone: Prefix is null && !_padded && !far && Length == count) { Form = form };
        if (!step.Alone && (_padded || far || count > 1)) step = step with { Mask_BTL = Seen(_places_BC.narrow(1, 0, Length), query_BT) };
        if (Prefix is not null && far) step = step with { PrefixMask_BTP = Seen(Prefix._places_BC, query_BT) };
        return step.MoveToOuterDisposeScope();
    }

    /// <summary>True where a query may look: at places up to its own, and within the window where the config has one.</summary>
    Tensor Seen(Tensor key_BL, Tensor query_BT)
    {
        var (key_B1L, query_BT1) = (key_BL.unsqueeze(1), query_BT.unsqueeze(2));
        var seen_BTL = key_B1L <= query_BT1;
        if (_window is { } window) seen_BTL = seen_BTL & (key_B1L > query_BT1.Plus(-window));
        return seen_BTL;
    }

    /// <summary>Adds a layer's keys and values [B, K, T, H] of the newest positions, and gives all it holds, [B, K, L, H].</summary>
    public (Tensor Keys_BKLH, Tensor Values_BKLH) Add(int layer, Tensor k_BKTH, Tensor v_BKTH)
    {
        var count = k_BKTH.shape[2];
        using (var room = _keys_BKCH[layer].narrow(2, Length - count, count)) room.copy_(k_BKTH);
        using (var room = _values_BKCH[layer].narrow(2, Length - count, count)) room.copy_(v_BKTH);
        return LayerAt(layer);
    }

    /// <summary>A layer's keys and values with the room behind them, [B, K, C, H]; they belong to the cache.</summary>
    public (Tensor Keys_BKCH, Tensor Values_BKCH) RoomOf(int layer) => (_keys_BKCH[layer], _values_BKCH[layer]);

    /// <summary>A layer's keys and values, [B, K, L, H].</summary>
    public (Tensor Keys_BKLH, Tensor Values_BKLH) LayerAt(int layer) =>
        (_keys_BKCH[layer].narrow(2, 0, Length), _values_BKCH[layer].narrow(2, 0, Length));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _keys_BKCH.Concat(_values_BKCH)) tensor.Dispose();
        _places_BC.Dispose();
    }
}

/// <summary>The newest positions of a cache: where they stand and what they may look at.</summary>
/// <param name="Cache">The cache.</param>
/// <param name="Places_BT">Places by which queries and keys are turned; 0 at padding.</param>
/// <param name="Alone">Nothing stands before them and nothing is padding: a plain causal mask says it all.</param>
/// <param name="Mask_BTL">True where a query may look; null where everywhere (or <paramref name="Alone"/>).</param>
/// <param name="PrefixMask_BTP">The same over the prefix; null where everywhere.</param>
sealed record DecodingStep(KeyValueCache Cache, Tensor Places_BT, bool Alone, Tensor? Mask_BTL = null, Tensor? PrefixMask_BTP = null)
{
    /// <summary>In which form products take their weights.</summary>
    public WeightForm Form { get; init; }

    /// <summary>The places of one new position a row.</summary>
    public long[] Places => _places ??= [.. Places_BT.data<long>()];

    long[]? _places;

    /// <summary>Whether it is one new position a row.</summary>
    public bool IsOneToken => Places_BT.shape[1] == 1;

    /// <summary>Whether each query sees all that the cache holds, and there is no prefix.</summary>
    public bool SeesAll => Mask_BTL is null && Cache.Prefix is null;

    /// <summary>Its last position, as a query.</summary>
    public DecodingStep Last()
    {
        var count = Places_BT.shape[1];
        Tensor? Of(Tensor? mask_BTX) => mask_BTX?.narrow(1, count - 1, 1);
        // alone, the last looks at all
        return count == 1 ? this : new(Cache, Places_BT.narrow(1, count - 1, 1), Alone, Of(Mask_BTL), Of(PrefixMask_BTP)) { Form = Form };
    }

    /// <summary>Lets its tensors live beyond the scope they were made in.</summary>
    public DecodingStep MoveToOuterDisposeScope()
    {
        Places_BT.MoveToOuterDisposeScope();
        Mask_BTL?.MoveToOuterDisposeScope();
        PrefixMask_BTP?.MoveToOuterDisposeScope();
        return this;
    }
}
