using System.Collections.Concurrent;
using RadZ.Datasets;
using RadZ.Imaging;

namespace RadZ.Training;

/// <summary>
/// Pictures padded and resized to the model's square, decoded once and kept as bytes: 16 KB for a grey one of 128 px. Beyond the
/// memory allowed they are decoded anew at every use. A broken file is a value, found before the first step.
/// </summary>
public sealed class PreparedImages(ClipPreparation preparation, long memory = 4L << 30)
{
    readonly ConcurrentDictionary<string, Raster> _kept = new(StringComparer.Ordinal);
    long _held;

    /// <summary>How pictures are prepared.</summary>
    public ClipPreparation Preparation => preparation;

    /// <summary>The prepared square.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public Raster Get(string path)
    {
        if (_kept.TryGetValue(path, out var raster)) return raster;
        raster = preparation.Fit(path, ImageLimits.Radiograph);
        if (Interlocked.Add(ref _held, raster.Levels.Length) <= memory) _kept.TryAdd(path, raster);
        return raster;
    }

    /// <summary>Decodes all, on every core, and returns the samples that can be read and those that cannot.</summary>
    public (IReadOnlyList<Sample> Usable, IReadOnlyList<SkippedRow> Broken) Warm(IReadOnlyList<Sample> samples, Action<int>? progress, CancellationToken cancel)
    {
        var broken = new SkippedRow?[samples.Count];
        var done = 0;
        Parallel.For(0, samples.Count, new ParallelOptions { CancellationToken = cancel }, i =>
        {
            try { Get(samples[i].Image); }
            catch (InvalidInputException e) { broken[i] = new(samples[i].Image, 0, e.Kind, e.Message); }
            progress?.Invoke(Interlocked.Increment(ref done));
        });
        return ([.. samples.Where((_, i) => broken[i] is null)], [.. broken.OfType<SkippedRow>()]);
    }
}
