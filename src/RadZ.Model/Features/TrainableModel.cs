using RadZ.Model.Adapters;
using RadZ.Model.Decoder;
using RadZ.Model.Runtime;
using RadZ.Model.Weights;

namespace RadZ.Model.Features;

/// <summary>
/// What training needs of a model in memory: its weights, what of them is trained, its backward pass, what its adapters drop. For one
/// thread at a time, and not while another reads features.
/// </summary>
sealed class TrainableModel
{
    readonly LoadedModel _model;

    internal TrainableModel(LoadedModel model) => _model = model;

    /// <summary>
    /// Every weight by its Hugging Face name, adapters among them, and <c>specials</c>, the modality tokens' rows, where there are any.
    /// </summary>
    public IReadOnlyList<(string Name, Parameter Value)> Weights => _model.Llava.Weights;

    /// <summary>Sizes of the adapter in use, if any.</summary>
    public LoraOptions? Lora => _model.Lora;

    /// <summary>Activation checkpointing: decoder layers are run again in the backward pass instead of keeping what they compute.</summary>
    public bool CheckpointLayers
    {
        get => _model.Llava.Replay is not null;
        set => _model.Llava.Replay = value ? new LayerReplay(_model.Dropout) : null;
    }

    /// <summary>
    /// Bytes that a graph of so many positions keeps where layers are run again: their inputs. Null where graphs are kept whole.
    /// </summary>
    public long? ReplayBytes(long positions) => CheckpointLayers
        ? positions * _model.Folder.Config.Decoder.HiddenSize * _model.Llava.LayersNeeded * _model.ComputeType.ElementSize() : null;

    /// <summary>
    /// The backward pass of a loss over features of this model; what went wrong in our own gradients, or in running a layer again, is
    /// thrown after it.
    /// </summary>
    /// <exception cref="InvalidOperationException">A gradient could not be computed; the reason is inside.</exception>
    public void Backward(Tensor loss)
    {
        BackwardPass.Run(() => loss.backward());
        _model.Llava.Replay?.ThrowIfFailed();
    }

    /// <summary>
    /// A block without gradients in which adapters drop as they do with them: a pass that will be repeated. Null where none drops.
    /// </summary>
    public IDisposable? ForceDropout() => _model.Dropout?.Force();

    /// <summary>Makes what the adapters drop next a function of the seed: a resumed run drops the same.</summary>
    public void SeedDropout(long seed) => _model.Dropout?.Seed(seed);

    /// <summary>What a model with adapters trains: those, the modality tokens, the projector (method, section 5).</summary>
    public static bool IsTrainedBesideAdapters(string name) => WeightNames.IsAdapter(name) || name == WeightNames.Specials
        || WeightNames.IsProjector(name);

    /// <summary>
    /// Whether a weight takes part in the features: not the decoder layers behind the state that is read, the final norm, the LM head, nor
    /// vision layers behind the one read.
    /// </summary>
    public bool IsOnFeaturePath(string name)
    {
        if (name is WeightNames.Head or WeightNames.FinalNorm || name.Contains(".post_layernorm.", StringComparison.Ordinal)) return false;
        return !(WeightNames.LayerOf(name, WeightNames.DecoderLayers) >= _model.Llava.LayersNeeded)
            && !(WeightNames.LayerOf(name, WeightNames.VisionLayers) >= _model.Folder.Config.VisionLayersNeeded);
    }
}
