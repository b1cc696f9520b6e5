using RadZ.Files;
using RadZ.Model.Kernels;
using RadZ.Model.Weights;

namespace RadZ.Model.Checkpoints;

/// <summary>How the weights of a checkpoint are held.</summary>
/// <param name="Type">The dtype to hold them in; null keeps each as it is stored (zero copy).</param>
/// <param name="Device">Where they go.</param>
/// <param name="Trainable">Own memory and gradients instead of views of the file.</param>
/// <param name="Own">Weights that are own float32 copies although the rest is not: what is trained or replaced beside adapters.</param>
/// <param name="Trained">Whether <paramref name="Own"/> has gradients.</param>
sealed record HeldWeights(ScalarType? Type, Device Device, bool Trainable = false, Func<string, bool>? Own = null, bool Trained = true);

/// <summary>
/// The weights of a checkpoint as a source for modules. After building, <see cref="Verify"/> proves both ways: every weight was found,
/// every entry was used.
/// </summary>
sealed class CheckpointWeights : WeightSource, IDisposable
{
    const string Head = WeightNames.Head;

    readonly CheckpointFolder _folder;
    readonly HeldWeights _held;
    readonly HashSet<string> _used = new(StringComparer.Ordinal);
    readonly List<string> _missing = [], _misshaped = [];

    public CheckpointWeights(CheckpointFolder folder, HeldWeights held) => (_folder, _held) = (folder, held);

    /// <summary>The same of a folder that is opened here.</summary>
    public CheckpointWeights(string folder, ScalarType? type, Device device, bool trainable)
        : this(CheckpointFolder.Open(folder), new(type, device, trainable)) { }

    /// <summary>Weights, by our names, that the files may lack: they are then not asked for.</summary>
    public IReadOnlyList<string> Optional { get; init; } = [];

    public override bool Holds(string name) => _folder.Weights.ContainsKey(name) || !Optional.Contains(name);

    /// <summary>How many bits the decoder's weights take where single tokens are multiplied with them.</summary>
    public DecodeBits Decode { get; init; }

    public override DecodeWeight? ForDecoding(string name, Parameter weight_OI) =>
        Decode != DecodeBits.Stored && WeightNames.IsDecoder(name) && DecodeWeight.Fits(weight_OI)
            ? new QuantizedWeight(weight_OI, Decode) : base.ForDecoding(name, weight_OI);

    protected override Parameter Make(string name, long[] shape)
    {
        if (!_folder.Weights.TryGetValue(name, out var weight))
        {
            _missing.Add(name);
            return new(empty(shape, device: META), requires_grad: false);
        }
        _used.Add(name);
        var stored = weight.Entry;
        var fewer = name == Head && stored.Shape.Length == 2 && stored.Shape[1] == shape[1] && stored.Shape[0] < shape[0]
            && _folder.TableRows == shape[0];
        if (!stored.Shape.SequenceEqual(shape) && !fewer)
        {
            _misshaped.Add($"{weight.Theirs} [{string.Join(", ", stored.Shape)}] where the config wants [{string.Join(", ", shape)}]");
            return new(empty(shape, device: META), requires_grad: false);
        }
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var own = _held.Own?.Invoke(name) ?? false;
        var value = weight.File.View(weight.Theirs).to(own ? ScalarType.Float32 : _held.Type ?? stored.Type).to(_held.Device);
        // tokens were added to the table alone
        if (fewer) value = cat([value, zeros(shape[0] - stored.Shape[0], shape[1], value.dtype, value.device)]);
        if (_held.Trainable || own) value = value.clone();
        return new(value.MoveToOuterDisposeScope(), requires_grad: _held.Trainable || (own && _held.Trained));
    }

    /// <summary>One error that lists all missing, unexpected and wrongly shaped weights.</summary>
    public void Verify()
    {
        var missing = Missing;
        if (_folder.Tower is { Folder: null, Stored: false } tower)
        {
            var vision = (_folder.Naming ?? CheckpointNames.Own).Vision;
            string[] rest = [.. missing.Where(m => !m.StartsWith(vision, StringComparison.Ordinal))];
            var other = rest.Length + Unexpected.Count + _misshaped.Count > 0
                ? $" Beside that: {WeightMismatch.Error("it", rest, Unexpected, _misshaped).Message}" : "";
            var named = tower.Named ?? "openai/clip-vit-large-patch14-336";
            if (rest.Length < missing.Count)
                throw new InvalidInputException(_folder.Path, "no-vision-tower",
                    "holds no vision tower" +
                    (tower.Named is null ? "" : $"; its config names {named}, which was not found beside it nor in the hub's cache") +
                    $". Bring it (radz pull {named}) or give its folder: ‹vision-tower DIR›.{other}");
        }
        if (missing.Count + Unexpected.Count + _misshaped.Count > 0)
            throw WeightMismatch.Error(_folder.Path, missing, Unexpected, _misshaped);
    }

    /// <summary>Weights that were asked for and are not there, by the names the checkpoint would give them.</summary>
    public IReadOnlyList<string> Missing => [.. _missing.Select(m => CheckpointNames.StoredName(m, _folder.Naming ?? CheckpointNames.Own))];

    /// <summary>Entries that nothing asked for, by the file's names.</summary>
    public IReadOnlyList<string> Unexpected =>
        [.. _folder.Weights.Keys.Except(_used).Select(k => _folder.Weights[k].Theirs), .. _folder.Strangers];

    /// <summary>Weights of another shape than was asked for: name, shape, shape wanted.</summary>
    public IReadOnlyList<string> Misshaped => _misshaped;

    public void Dispose() => _folder.Dispose();
}
