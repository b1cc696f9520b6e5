namespace RadZ.Model;

/// <summary>
/// A source whose projections carry LoRA adapters where the options say so: A and B come from a PEFT folder, or fresh
/// (A uniform within 1/sqrt(inputs), as PEFT draws it; B zero).
/// </summary>
sealed class AdaptedWeights : WeightSource
{
    readonly WeightSource _base;
    readonly LoraOptions _lora;
    readonly WeightSource _adapter;
    readonly Generator? _noise;

    AdaptedWeights(WeightSource source, LoraOptions lora, WeightSource adapter, Generator? noise) =>
        (_base, _lora, _adapter, _noise) = (source, lora, adapter, noise);

    /// <summary>Adapters from a PEFT folder.</summary>
    public static AdaptedWeights Load(WeightSource source, string folder, Device device, bool trainable) =>
        new(source, LoraOptions.Read(Path.Combine(folder, "adapter_config.json")), new StoredAdapter(Path.Combine(folder, "adapter_model.safetensors"), device, trainable), null);

    /// <summary>Untrained adapters.</summary>
    public static AdaptedWeights Fresh(WeightSource source, LoraOptions lora, int seed, Device device) =>
        new(source, lora, new FreshAdapter(seed, device), lora.Dropout > 0 ? new Generator((ulong)seed, device) : null);

    public LoraOptions Options => _lora;

    /// <summary>Where the adapters' dropout is drawn from.</summary>
    public Generator? Noise => _noise;

    protected override Parameter Make(string name, long[] shape) => _base.Take(name, shape);

    public override bool Holds(string name) => _base.Holds(name);

    public override IProjection Projection(WeightScope scope, long inputs, long outputs, bool bias) =>
        _lora.Covers(scope.Prefix.TrimEnd('.')) ? new LoraProjection(scope, new(new Recorder(this, _adapter), scope.Prefix), inputs, outputs, bias, _lora, _noise) : base.Projection(scope, inputs, outputs, bias);

    /// <summary>Adapter entries that no projection took.</summary>
    public void Verify() => (_adapter as StoredAdapter)?.Verify();

    /// <summary>Takes from the adapter and notes the weight in the adapted model's state.</summary>
    sealed class Recorder(AdaptedWeights owner, WeightSource adapter) : WeightSource
    {
        protected override Parameter Make(string name, long[] shape) => owner.Note(name, adapter.Take(name, shape));
    }

    sealed class StoredAdapter(string path, Device device, bool trainable) : WeightSource
    {
        readonly SafetensorsFile _file = new(path);
        readonly HashSet<string> _used = [];

        protected override Parameter Make(string name, long[] shape)
        {
            var theirs = _file.Header.Tensors.Keys.FirstOrDefault(k => AdapterFile.Ours(k) == name)
                ?? throw WeightMismatch.Error(path, [name], [], []);
            _used.Add(theirs);
            if (!_file.Header.Tensors[theirs].Shape.SequenceEqual(shape)) throw WeightMismatch.Error(path, [], [], [$"{theirs} [{string.Join(", ", _file.Header.Tensors[theirs].Shape)}] where the model wants [{string.Join(", ", shape)}]"]);
            using var _ = NewDisposeScope();
            return new(_file.Read(theirs).to(ScalarType.Float32).to(device).clone().MoveToOuterDisposeScope(), requires_grad: trainable);
        }

        public void Verify()
        {
            var unused = _file.Header.Tensors.Keys.Except(_used).ToList();
            if (unused.Count > 0) throw WeightMismatch.Error(path, [], unused, []);
        }
    }

    sealed class FreshAdapter(int seed, Device device) : WeightSource
    {
        protected override Parameter Make(string name, long[] shape)
        {
            using var _ = NewDisposeScope();
            using var generator = FreshWeights.GeneratorOf(seed, name);
            var value = name.EndsWith("lora_B.weight", StringComparison.Ordinal) ? zeros(shape)
                : (rand(shape, generator: generator) * 2 - 1) / Math.Sqrt(shape[1]);
            return new(value.to(device).MoveToOuterDisposeScope(), requires_grad: true);
        }
    }

    Parameter Note(string name, Parameter value)
    {
        NoteTaken(name, value);
        return value;
    }
}
