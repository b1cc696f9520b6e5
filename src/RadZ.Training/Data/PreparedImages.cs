using System.Collections.Concurrent;
using RadZ.Data;
using RadZ.Data.Studies;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Dicom.Gray;
using RadZ.Imaging.Preparation;
using RadZ.Training.Recipes;

namespace RadZ.Training.Data;

/// <summary>
/// Pictures padded and resized to the model's square, decoded once and kept as bytes: 16 KB for a grey one of 128 px. Beyond the
/// memory allowed they are decoded anew at every use. A broken file is a value, found before the first step.
/// </summary>
/// <param name="preparation">How pictures are prepared.</param>
/// <param name="memory">Bytes that may be kept.</param>
/// <param name="window">Of DICOM images; their own when null. Other pictures have none.</param>
sealed class PreparedImages(ClipPreparation preparation, long memory = 4L << 30, WindowChoice? window = null)
{
    readonly ConcurrentDictionary<string, PreparedPicture> _kept = new(StringComparer.Ordinal);
    long _held;

    /// <summary>Those of a recipe's data.</summary>
    public static PreparedImages Create(DataRecipe data, ClipPreparation preparation, bool withAreas) =>
        new(preparation, window: data.Window is { } window ? WindowChoice.Parse(window) : null) { WithAreas = withAreas };

    /// <summary>How pictures are prepared.</summary>
    public ClipPreparation Preparation => preparation;

    /// <summary>Bytes of pictures that are kept.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>Also where findings are, for the sources that know it.</summary>
    public bool WithAreas { get; init; }

    /// <summary>The prepared square.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public Raster Get(Sample sample) => Picture(sample).Square;

    /// <summary>The prepared square with the areas of its findings, where they are asked for and known.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public PreparedPicture Picture(Sample sample)
    {
        if (_kept.TryGetValue(sample.Image, out var picture)) return picture;
        if (sample.Origin is { } origin)
        {
            var drawn = origin.Draw();
            picture = new(Fit(drawn.Picture), WithAreas ? [.. drawn.Areas.Select(a => a with { Area = Fit(a.Area) })] : null);
            if (origin.IsFresh) return picture;                                    // nobody will ask for it again
        }
        else
            picture = new(preparation.Fit(sample.Image, ImageLimits.Radiograph,
                window is not null && InputFiles.IsDicom(sample.Image) ? new() { Window = window } : null), null);
        if (Interlocked.Add(ref _held, picture.Bytes) <= memory) _kept.TryAdd(sample.Image, picture);
        return picture;
    }

    Raster Fit(Raster raster) => preparation.Resize(preparation.Square(raster));

    /// <summary>
    /// Decodes all that will be kept, on every core, and returns the samples that can be read and those that cannot, named and told as they
    /// may be shown.
    /// </summary>
    public (IReadOnlyList<Sample> Usable, IReadOnlyList<SkippedRow> Broken) Preload(IReadOnlyList<Sample> samples, Action<int>? progress,
        CancellationToken cancel)
    {
        var broken = new SkippedRow?[samples.Count];
        var (done, pseudonyms) = (0, new Lazy<Pseudonyms>(Pseudonyms.ForInstallation));
        Parallel.For(0, samples.Count, new ParallelOptions { CancellationToken = cancel }, i =>
        {
            try { if (samples[i].Origin is not { IsFresh: true }) Get(samples[i]); }
            catch (InvalidInputException e)
            {
                var shown = ShownFile.Create(samples[i].Image, pseudonyms.Value);
                broken[i] = new(shown.Shown, 0, e.Kind, shown.Redact(e.Message));
            }
            progress?.Invoke(Interlocked.Increment(ref done));
        });
        return ([.. samples.Where((_, i) => broken[i] is null)], [.. broken.OfType<SkippedRow>()]);
    }
}

/// <summary>A picture as the model takes it, before it is normalised.</summary>
/// <param name="Square">Of the model's side.</param>
/// <param name="Areas">Where its findings are; null where nobody knows, or nobody asked.</param>
sealed record PreparedPicture(Raster Square, IReadOnlyList<FindingArea>? Areas)
{
    /// <summary>Bytes in memory.</summary>
    public long Bytes => Square.Levels.Length + (Areas?.Sum(a => (long)a.Area.Levels.Length) ?? 0);
}
