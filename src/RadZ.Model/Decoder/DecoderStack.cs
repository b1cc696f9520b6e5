using System.Numerics;
using RadZ.Model.Config;
using RadZ.Model.Kernels;
using RadZ.Model.Weights;

namespace RadZ.Model.Decoder;

/// <summary>
/// The causal decoder. Rows are padded on the right, so a real position never looks at padding and no mask is needed.
/// </summary>
sealed partial class DecoderStack : IDisposable
{
    readonly DecoderSpec _spec;
    readonly DecoderLayer[] _layers;
    readonly RmsNorm _norm;
    readonly Projection? _head;
    readonly Lock _growth = new();
    // newest first; shorter ones are kept, since another thread may be reading them
    (RotarySpec Of, RotaryTable Table)[] _tables = [];

    /// <exception cref="NotSupportedException">The decoder needs what is not computed.</exception>
    public DecoderStack(WeightScope weights, DecoderSpec spec)
    {
        _spec = spec.Supported();
        var model = weights.In("model");
        Table_VD = model.In(spec.Names.Table).Take("weight", spec.Vocabulary, spec.Width);
        _layers = [.. spec.Layers.Select((layer, i) => new DecoderLayer(model.In($"layers.{i}"), spec, layer))];
        _norm = new(model.In(spec.Names.FinalNorm), spec.Width, spec.NormEps);
        HasHead = spec.TiedHead || weights.Holds("lm_head.weight");
        _head = spec.TiedHead || !HasHead ? null : new Projection(weights.In("lm_head"), spec.Width, spec.Vocabulary, bias: false);
    }

    /// <summary>False where a model that gives features only leaves its LM head out.</summary>
    public bool HasHead { get; }

    /// <summary>Runs layers again in the backward pass instead of keeping what they compute; null keeps it.</summary>
    public LayerReplay? Replay { get; set; }

    /// <summary>The embedding table.</summary>
    public Parameter Table_VD { get; }

    /// <summary>
    /// Hidden state after <paramref name="layers"/> layers (before the final norm) at the asked positions: what the last layer run
    /// would say of others is not computed, since nothing reads it. <paramref name="lastAttention"/> sees that layer's attention;
    /// <paramref name="texts"/> says which positions of the one row belong together.
    /// </summary>
    public Tensor Forward(Tensor embeds_BSD, int layers, AskedPositions? asked = null, Action<Tensor>? watch = null,
        AttentionWatch? lastAttention = null, PackedRow? texts = null)
    {
        using var _ = NewDisposeScope();
        var x_BSD = FeatureOrder.IsWorthwhile(embeds_BSD) ? FeatureOrder.Arrange(embeds_BSD) : embeds_BSD.alias();
        for (var i = 0; i < layers; i++)
        {
            watch?.Invoke(x_BSD);
            var (layer, positions) = (_layers[i], i == layers - 1 ? asked ?? AskedPositions.All : AskedPositions.All);
            var attention = i == layers - 1 ? lastAttention : null;
            var next_BSD = Run(x_BSD,
                x => layer.Forward(x, Rope(layer.Rotary, texts?.Longest ?? x.shape[1], x.device), positions, attention, texts));
            // where no graph holds it, its memory is free for the next layer
            x_BSD.Dispose();
            x_BSD = next_BSD;
        }
        return x_BSD.MoveToOuterDisposeScope();
    }

    /// <summary>Weighted means over positions of the hidden state after <paramref name="layers"/> layers, [B, M, D] in float32.</summary>
    public Tensor Pooled(Tensor embeds_BSD, int layers, Tensor weights_BMS, PackedRow? texts = null)
    {
        using var _ = NewDisposeScope();
        var x_BSD = Forward(embeds_BSD, layers - 1, texts: texts);
        var last = _layers[layers - 1];
        return Run(x_BSD, x => last.Pooled(x, Rope(last.Rotary, texts?.Longest ?? x.shape[1], x.device), weights_BMS, texts))
            .MoveToOuterDisposeScope();
    }

    Tensor Run(Tensor x_BSD, Func<Tensor, Tensor> layer) => Replay is null ? layer(x_BSD) : Replay.Run(x_BSD, layer);

    /// <summary>The final norm, after all layers.</summary>
    public Tensor Normalize(Tensor x_BSD) => _norm.Forward(x_BSD);

    /// <summary>Scores of every token at every position, from normalised states: [B, S, vocabulary].</summary>
    public Tensor Logits(Tensor normalized_BSD, WeightForm form = WeightForm.Stored) =>
        !HasHead ? throw new InvalidOperationException("The model has no LM head.")
            : _head is not null ? _head.Forward(normalized_BSD, form)
        : nn.functional.linear(normalized_BSD, Table_VD.dtype == normalized_BSD.dtype ? Table_VD : Table_VD.to(normalized_BSD.dtype));

    RotaryTable Rope(RotarySpec rotary, long length, Device device)
    {
        foreach (var (of, table) in Volatile.Read(ref _tables))
            if (of == rotary && table.Length >= length && table.Turns_SF.device_type == device.type) return table;
        lock (_growth)
        {
            // a power of two: all tables together take at most twice the longest
            var rounded = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(length, 128));
            if (_tables.FirstOrDefault(t => t.Of == rotary && t.Table.Length >= length && t.Table.Turns_SF.device_type == device.type).Table
                is { } made) return made;
            var longer = RotaryTable.For(rotary, _spec.HeadWidth, rounded, device);
            Volatile.Write(ref _tables, [(rotary, longer), .. _tables]);
            return longer;
        }
    }

    public void Dispose()
    {
        foreach (var (_, table) in _tables) table.Dispose();
    }
}
