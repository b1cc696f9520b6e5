using RadZ.Files;
using RadZ.Model.Checkpoints;

namespace RadZ.Model.Features;

// B batch, C channels, S side in pixels, V patches, N texts, D decoder width

/// <summary>
/// A LLaVA checkpoint as an encoder: prepared pixels and texts in, decoder-side features out. Features may be asked for from any number of
/// threads at once: each gets the bits that it would get alone. <see cref="AdapterSet.Use"/> and training must not run at the same time.
/// </summary>
sealed class RadiologyEncoder : IFeatureEncoder, IDisposable
{
    internal RadiologyEncoder(LoadedModel model)
    {
        (Loaded, Training, Writer) = (model, new(model), new(model));
        try
        {
            Sequences = new(model);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Loads a checkpoint folder. Where it fails, nothing stays in memory.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">How it is held in memory.</param>
    /// <exception cref="InvalidInputException">The folder is not a LLaVA checkpoint this model computes; the message lists all that is
    /// wrong.</exception>
    public static RadiologyEncoder Load(string path, EncoderOptions? options = null) => CheckpointLoader.Load(path, options ?? new());

    /// <summary>The model that the features are read from.</summary>
    internal LoadedModel Loaded { get; }

    /// <summary>Its modules.</summary>
    internal LlavaModel Model => Loaded.Llava;

    /// <summary>Features of token sequences, and of images that the vision tower has seen.</summary>
    public SequenceEncoder Sequences { get; }

    /// <summary>The same model as one that is trained.</summary>
    public TrainableModel Training { get; }

    /// <summary>Writes the model, or its adapter alone.</summary>
    public CheckpointWriter Writer { get; }

    /// <summary>Sizes, settings (of the adapter in use), tokenizer and preparation.</summary>
    public ModelFolder Folder => Loaded.Folder;

    /// <summary>The dtype that is computed in.</summary>
    public ScalarType ComputeType => Loaded.ComputeType;

    /// <summary>The adapters that were loaded, and which is used.</summary>
    public AdapterSet Adapters => Loaded.Adapters;

    /// <summary>Where the vision tower came from.</summary>
    public VisionTowerChoice VisionTower => Loaded.VisionTower;

    /// <summary>
    /// SHA-256 that names the state of the weights as they were loaded, with the adapter in use; empty for a fresh model.
    /// </summary>
    public string Hash => Loaded.Hash;

    /// <summary>Width D of a feature.</summary>
    internal int Width => Folder.Config.Decoder.HiddenSize;

    /// <summary>Where it runs.</summary>
    public Device Device => Loaded.Device;

    /// <inheritdoc/>
    public FeaturePair Images(Tensor pixels_BCSS, bool globalOnly = false)
    {
        using var _ = NewDisposeScope();
        return Sequences.Images(Sequences.Patches(pixels_BCSS), globalOnly).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public FeaturePair Texts(IReadOnlyList<string> texts, bool globalOnly = false) =>
        Sequences.Texts([.. texts.Select(Sequences.Sequence)], globalOnly);

    /// <summary>
    /// Global features of images with gradients, the attention that leads to them, and the patches' own states; the caller disposes it.
    /// The patches are taken as they come out of the projector: gradients do not go into the vision tower.
    /// </summary>
    /// <param name="pixels_BCSS">Prepared pixels.</param>
    public ImageEvidence Evidence(Tensor pixels_BCSS)
    {
        Loaded.UseThreads();
        using var _ = NewDisposeScope();
        Tensor patches_BVD;
        using (no_grad()) patches_BVD = Model.Project(Model.See(pixels_BCSS.to(ComputeType)));
        patches_BVD = patches_BVD.detach().requires_grad_();
        using var __ = enable_grad();
        return Model.Evidence(Sequences.ImageRows(patches_BVD.shape[0]), patches_BVD, ComputeType);
    }

    /// <summary>What the decoder says at each patch, its penultimate hidden state there: [B, V, D] in float32.</summary>
    /// <param name="pixels_BCSS">Prepared pixels.</param>
    public Tensor PatchStates(Tensor pixels_BCSS)
    {
        using var _ = NewDisposeScope();
        return Sequences.ImagesAndStates(Sequences.Patches(pixels_BCSS)).States_BVD.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => Loaded.Dispose();
}
