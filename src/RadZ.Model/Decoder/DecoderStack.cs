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
    readonly DecoderConfig _config;
    readonly DecoderLayer[] _layers;
    readonly RmsNorm _norm;
    readonly Projection? _head;
    // the newest; shorter ones are kept, since another thread may be reading them
    readonly List<RotaryTable> _tables = [];
    RotaryTable? _rope;

    public DecoderStack(WeightScope weights, DecoderConfig config)
    {
        _config = config;
        var model = weights.In("model");
        Table_VD = model.In("embed_tokens").Take("weight", config.VocabSize, config.HiddenSize);
        _layers = [.. Enumerable.Range(0, config.NumHiddenLayers).Select(i => new DecoderLayer(model.In($"layers.{i}"), config))];
        _norm = new(model.In("norm"), config.HiddenSize, config.RmsNormEps);
        HasHead = config.TieWordEmbeddings || weights.Holds("lm_head.weight");
        _head = config.TieWordEmbeddings || !HasHead ? null
            : new Projection(weights.In("lm_head"), config.HiddenSize, config.VocabSize, bias: false);
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
        var x_BSD = FeatureOrder.Suits(embeds_BSD) ? FeatureOrder.Of(embeds_BSD) : embeds_BSD.alias();
        for (var i = 0; i < layers; i++)
        {
            watch?.Invoke(x_BSD);
            var (layer, positions) = (_layers[i], i == layers - 1 ? asked ?? AskedPositions.All : AskedPositions.All);
            var attention = i == layers - 1 ? lastAttention : null;
            var next_BSD = Run(x_BSD, x => layer.Forward(x, Rope(texts?.Longest ?? x.shape[1], x.device), positions, attention, texts));
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
        return Run(x_BSD, x => _layers[layers - 1].Pooled(x, Rope(texts?.Longest ?? x.shape[1], x.device), weights_BMS, texts))
            .MoveToOuterDisposeScope();
    }

    Tensor Run(Tensor x_BSD, Func<Tensor, Tensor> layer) => Replay is null ? layer(x_BSD) : Replay.Run(x_BSD, layer);

    /// <summary>The final norm, after all layers.</summary>
    public Tensor Normalise(Tensor x_BSD) => _norm.Forward(x_BSD);

    /// <summary>Scores of every token at every position, from normalised states: [B, S, vocabulary].</summary>
    public Tensor Logits(Tensor normalised_BSD, WeightForm form = WeightForm.Stored) =>
        !HasHead ? throw new InvalidOperationException("The model has no LM head.") : _head is not null ? _head.Forward(normalised_BSD, form)
        : nn.functional.linear(normalised_BSD, Table_VD.dtype == normalised_BSD.dtype ? Table_VD : Table_VD.to(normalised_BSD.dtype));

    RotaryTable Rope(long length, Device device)
    {
        if (Fits(Volatile.Read(ref _rope))) return _rope!;
        lock (_tables)
        {
            if (Fits(_rope)) return _rope!;
            // a power of two: all tables together take at most twice the longest
            var table = RotaryTable.For(_config, (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(length, 128)), device);
            _tables.Add(table);
            Volatile.Write(ref _rope, table);
            return table;
        }

        bool Fits(RotaryTable? table) => table is not null && table.Length >= length && table.Turns_SF.device_type == device.type;
    }

    public void Dispose()
    {
        foreach (var table in _tables) table.Dispose();
    }
}
