using RadZ.Model.Adapters;
using RadZ.Model.Checkpoints;
using RadZ.Model.Kernels;

namespace RadZ.Model.Features;

/// <summary>
/// A model in memory with what belongs to it: its folder, the dtype it computes in, its adapters, the threads that it computes with.
/// <see cref="RadiologyEncoder"/> reads features from it, <see cref="TrainableModel"/> trains it, <see cref="CheckpointWriter"/> writes it.
/// Disposing it frees all of that.
/// </summary>
sealed class LoadedModel : IDisposable
{
    readonly AdaptedWeights? _adapted;
    readonly Func<string?, string> _hashOf;
    readonly IDisposable _workers;
    string? _hash;

    /// <param name="parts">What was loaded; owned from here on, also where this fails.</param>
    public LoadedModel(Parts parts)
    {
        (Llava, Folder, ComputeType, VisionTower, Threads) = (parts.Model, parts.Folder, parts.ComputeType, parts.Tower, parts.Threads);
        (_adapted, _hashOf) = (parts.Adapted, parts.Hash);
        _workers = ParallelRows.HoldWorkers(Threads);
        var plain = Folder.Settings;
        try
        {
            Adapters = new(Llava, [.. parts.Adapters.Select(a => a.Folder)], _adapted?.Switch ?? new(), () =>
            {
                _hash = null;
                Folder = Folder with { Settings = parts.Adapters.FirstOrDefault(a => a.Folder.Name == Adapters!.Active).Settings ?? plain };
            });
        }
        catch
        {
            FreeModel();
            throw;
        }
    }

    /// <summary>What a loaded model is made of.</summary>
    /// <param name="Model">Its modules.</param>
    /// <param name="Folder">Its small files.</param>
    /// <param name="ComputeType">The dtype that is computed in.</param>
    /// <param name="Tower">Where the vision tower came from.</param>
    /// <param name="Threads">Threads that torch and our own kernels compute with.</param>
    internal sealed record Parts(LlavaModel Model, ModelFolder Folder, ScalarType ComputeType, VisionTowerChoice Tower, int Threads)
    {
        /// <summary>The source of its adapters; null where it has none.</summary>
        public AdaptedWeights? Adapted { get; init; }

        /// <summary>The adapters' folders and settings.</summary>
        public IReadOnlyList<(AdapterFolder Folder, ModelSettings? Settings)> Adapters { get; init; } = [];

        /// <summary>Names the state of the weights with an adapter of that name in use.</summary>
        public Func<string?, string> Hash { get; init; } = _ => "";
    }

    /// <summary>The modules.</summary>
    public LlavaModel Llava { get; }

    /// <summary>Sizes, settings (of the adapter in use), tokenizer and preparation.</summary>
    public ModelFolder Folder { get; private set; }

    /// <summary>The dtype that is computed in.</summary>
    public ScalarType ComputeType { get; }

    /// <summary>The adapters that were loaded, and which is used.</summary>
    public AdapterSet Adapters { get; }

    /// <summary>Where the vision tower came from.</summary>
    public VisionTowerChoice VisionTower { get; }

    /// <summary>Threads that a pass is computed with, whichever thread calls: sums over threads round by their number.</summary>
    public int Threads { get; }

    /// <summary>Where it runs.</summary>
    public Device Device => Llava.Device;

    /// <summary>See <see cref="RadiologyEncoder.Hash"/>.</summary>
    public string Hash => _hash ??= _hashOf(Adapters.Active);

    /// <summary>Sizes of the adapter in use, if any.</summary>
    public LoraOptions? Lora => _adapted?.Options;

    /// <summary>What the adapters drop; null where they drop nothing.</summary>
    public AdapterDropout? Dropout => _adapted?.Dropout;

    /// <summary>Low-rank pairs of the adapter in use, by module.</summary>
    public IEnumerable<(string Module, LoraPair Pair)> Pairs => _adapted?.Pairs ?? [];

    /// <summary>The pair of a module in the adapter in use.</summary>
    public LoraPair? Pair(string module) => _adapted?.Pair(module);

    /// <summary>
    /// Has torch compute with <see cref="Threads"/> in the calling thread. Torch keeps that number for each thread, and gives a new one
    /// whatever another had last: without this, bits of a pass could depend on who called.
    /// </summary>
    public void UseThreads()
    {
        if (get_num_threads() != Threads) set_num_threads(Threads);
    }

    void FreeModel()
    {
        Llava.Dispose();
        _adapted?.Dropout?.Dispose();
        _workers.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Adapters.Dispose();
        FreeModel();
    }
}
