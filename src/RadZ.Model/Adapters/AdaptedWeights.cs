using RadZ.Model.Kernels;
using RadZ.Model.Weights;

namespace RadZ.Model.Adapters;

/// <summary>
/// A source whose projections carry LoRA adapters: those of adapter folders, of which one is used at a time, or fresh ones (A uniform
/// within 1/sqrt(inputs), as PEFT draws it; B zero).
/// </summary>
sealed class AdaptedWeights : WeightSource
{
    /// <summary>The name of an adapter that is trained here.</summary>
    public const string New = "new";

    readonly WeightSource _base;
    readonly IReadOnlyList<AdapterFolder> _folders;
    readonly LoraOptions? _fresh;
    readonly int _seed;
    readonly Device _device;
    readonly bool _trainable;
    readonly List<string> _modules = [];
    readonly Dictionary<(string Adapter, string Module), LoraPair> _pairs = [];

    AdaptedWeights(WeightSource source, IReadOnlyList<AdapterFolder> folders, LoraOptions? fresh, int seed, Device device, bool trainable)
    {
        (_base, _folders, _fresh, _seed, _device, _trainable) = (source, folders, fresh, seed, device, trainable);
        Dropout = fresh is { Dropout: > 0 } || (trainable && folders.Any(f => f.Options is { Dropout: > 0 }))
            ? new((ulong)seed, device) : null;
        Switch.Active = fresh is not null ? New : folders.Count > 0 ? folders[0].Name : null;
    }

    /// <summary>Adapters from folders; the first is used.</summary>
    public static AdaptedWeights Load(WeightSource source, IReadOnlyList<AdapterFolder> folders, Device device, bool trainable) =>
        new(source, folders, null, 0, device, trainable);

    /// <summary>Untrained adapters.</summary>
    public static AdaptedWeights Fresh(WeightSource source, LoraOptions lora, int seed, Device device) =>
        new(source, [], lora, seed, device, trainable: true);

    /// <summary>Which adapter is used.</summary>
    public AdapterSwitch Switch { get; } = new();

    /// <summary>Sizes of the adapter that is used; null where there is none.</summary>
    public LoraOptions? Options => _fresh ?? _folders.FirstOrDefault(f => f.Name == Switch.Active)?.Options;

    /// <summary>What the adapters drop; null where they drop nothing. Whoever holds the model disposes it.</summary>
    public AdapterDropout? Dropout { get; }

    /// <summary>The pair of a module in the adapter that is used.</summary>
    public LoraPair? Pair(string module) => Switch.Active is { } name ? _pairs.GetValueOrDefault((name, module)) : null;

    /// <summary>The pairs of the adapter that is used, by module.</summary>
    public IEnumerable<(string Module, LoraPair Pair)> Pairs =>
        _pairs.Where(p => p.Key.Adapter == Switch.Active).Select(p => (p.Key.Module, p.Value));

    protected override Parameter Make(string name, long[] shape) => _base.Take(name, shape);

    public override bool Holds(string name) => _base.Holds(name);

    public override DecodeWeight? ForDecoding(string name, Parameter weight_OI) => _base.ForDecoding(name, weight_OI);

    public override IProjection Projection(WeightScope scope, long inputs, long outputs, bool bias)
    {
        var module = scope.Prefix.TrimEnd('.');
        _modules.Add(module);
        var plain = base.Projection(scope, inputs, outputs, bias);
        var pairs = new Dictionary<string, LoraPair>(StringComparer.Ordinal);
        if (_fresh is not null && _fresh.Covers(module))
            pairs.Add(New, Register(New, module, Drawn(module, inputs, outputs, _fresh), alone: true));
        foreach (var folder in _folders)
            if (folder.Pair(module, inputs, outputs, _device, _trainable) is { } pair)
                pairs.Add(folder.Name, Register(folder.Name, module, pair, alone: _folders.Count == 1));
        return pairs.Count == 0 ? plain : new LoraProjection(plain, pairs, Switch, Dropout);
    }

    LoraPair Register(string adapter, string module, LoraPair pair, bool alone)
    {
        var part = alone ? "" : $".{adapter}";
        Register($"{module}.lora_A{part}.weight", pair.Down_RI);
        Register($"{module}.lora_B{part}.weight", pair.Up_OR);
        _pairs.Add((adapter, module), pair);
        return pair;
    }

    LoraPair Drawn(string module, long inputs, long outputs, LoraOptions lora)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var rank = lora.RankOf(module);
        using var generator = FreshWeights.GeneratorOf(_seed, module + ".lora_A.weight");
        var down = (rand(rank, inputs, generator: generator) * 2 - 1) / Math.Sqrt(inputs);
        var (a, b) = (new Parameter(down.to(_device).MoveToOuterDisposeScope(), requires_grad: true),
            new Parameter(zeros(outputs, rank, device: _device).MoveToOuterDisposeScope(), requires_grad: true));
        a.DetachFromDisposeScope();
        b.DetachFromDisposeScope();
        return new(a, b, lora.ScaleOf(module), lora.Dropout);
    }

    /// <summary>One error for each adapter that does not fit the model, once it is built.</summary>
    public void Verify()
    {
        if (_folders.Count == 0) return;
        var weights = _base.Taken.ToDictionary(w => w.Name, w => w.Value.shape, StringComparer.Ordinal);
        foreach (var folder in _folders) folder.Verify(_modules, weights);
    }
}
