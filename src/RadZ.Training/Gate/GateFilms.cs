using RadZ.Data;
using RadZ.Data.Sets;
using RadZ.Data.Splits;
using RadZ.Data.Studies;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Gate;
using RadZ.Imaging.Pictures;

namespace RadZ.Training.Gate;

/// <summary>Real radiographs at 128 x 128 greys (0..1), without their frames: what the gate's training pictures are made of.</summary>
/// <param name="Pictures">A picture a sample.</param>
/// <param name="Weights">How often a picture is drawn, relative to the others.</param>
sealed record GateFilms(IReadOnlyList<float[]> Pictures, IReadOnlyList<int> Weights)
{
    /// <summary>Pixels a side.</summary>
    public const int Side = 128;

    /// <summary>Who is trained on, who sets the thresholds, who is only measured: by patient, below .5, below .7, and the rest.</summary>
    public static readonly PatientSplit Split =
        new("gate/1:", new Dictionary<string, double> { ["kermany"] = 0.5, ["nih"] = 0.5, ["covid"] = 0.5 });

    /// <summary>The part of a patient.</summary>
    public static GatePart PartOf(string patient) =>
        Split.Position(patient) switch { < 0.5 => GatePart.Training, < 0.7 => GatePart.Thresholds, _ => GatePart.Measured };

    /// <summary>
    /// Reads the samples; films of adults (all but Kermany's) count twice, since they are fewer. A film that cannot be read is left out,
    /// and named.
    /// </summary>
    public static (GateFilms Films, IReadOnlyList<SkippedRow> Broken) Read(IReadOnlyList<Sample> samples, CancellationToken cancel)
    {
        var (pictures, broken) =
            MapEach(samples, raster => Thumbnail.ToGray(raster, Field.Content(raster), Side).Select(v => v / 255).ToArray(), cancel);
        int[] read = [.. Enumerable.Range(0, samples.Count).Where(i => pictures[i] is not null)];
        return (new([.. read.Select(i => pictures[i]!)], [.. read.Select(i => samples[i].Source == KermanyFolder.Source ? 1 : 2)]), broken);
    }

    /// <summary>Something of each film, null where it cannot be read; those are named as they may be shown.</summary>
    public static (T?[] Values, IReadOnlyList<SkippedRow> Broken) MapEach<T>(IReadOnlyList<Sample> samples, Func<Raster, T> make,
        CancellationToken cancel) where T : class
    {
        var (values, broken, pseudonyms) =
            (new T?[samples.Count], new SkippedRow?[samples.Count], new Lazy<Pseudonyms>(Pseudonyms.ForInstallation));
        Parallel.For(0, samples.Count, new ParallelOptions { CancellationToken = cancel }, i =>
        {
            try { values[i] = make(ImageFile.Read(samples[i].Image, ImageLimits.Radiograph)); }
            catch (InvalidInputException e)
            {
                var shown = ShownFile.Create(samples[i].Image, pseudonyms.Value);
                broken[i] = new(shown.Shown, 0, e.Kind, shown.Redact(e.Message));
            }
        });
        return (values, [.. broken.OfType<SkippedRow>()]);
    }
}

/// <summary>What a patient's films are used for.</summary>
enum GatePart
{
    /// <summary>The weights are fitted on them.</summary>
    Training,

    /// <summary>The thresholds are set by them.</summary>
    Thresholds,

    /// <summary>Neither: figures come from these alone.</summary>
    Measured,
}
