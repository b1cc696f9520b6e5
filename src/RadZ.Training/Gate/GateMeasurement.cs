using RadZ.Data;
using RadZ.Data.Studies;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Gate;
using RadZ.Imaging.Pictures;

namespace RadZ.Training.Gate;

/// <summary>How often the pixel gate doubts pictures of a kind.</summary>
/// <param name="Set">The source, or the folder.</param>
/// <param name="Made">What was done to the pictures: <c>as they are</c>, <c>inverted</c>, ...</param>
/// <param name="Pictures">How many could be read.</param>
/// <param name="Unreadable">How many could not.</param>
/// <param name="Doubted">How many had any reason.</param>
/// <param name="Right">How many had the reason that fits what was done; null where the picture was left as it is.</param>
/// <param name="Reasons">How often each reason came first.</param>
sealed record GateRate(string Set, string Made, int Pictures, int Unreadable, int Doubted, int? Right,
    IReadOnlyDictionary<string, int> Reasons);

/// <summary>Measures a gate on films of patients that it was not fitted to, as they are and after transforms at full size.</summary>
sealed class GateMeasurement(PixelGate gate)
{
    readonly SortedDictionary<string, string> _broken = new(StringComparer.Ordinal);
    readonly Lazy<Pseudonyms> _pseudonyms = new(Pseudonyms.ForInstallation);

    /// <summary>Why files could not be read so far, a sentence each; they are in no rate.</summary>
    public IReadOnlyCollection<string> Broken => _broken.Values;

    static readonly (string Name, string Reason, Func<Raster, int, Raster> Make)[] s_transforms =
    [
        ("inverted", GateReasons.Inverted, (r, _) => r with { Levels = Array.ConvertAll(r.Levels, l => (byte)(255 - l)) }),
        ("turned by 90", GateReasons.Rotated, (r, _) => RotateQuarter(r)),
        ("turned by 180", GateReasons.Rotated, (r, _) => RotateQuarter(RotateQuarter(r))),
        ("turned by 270", GateReasons.Rotated, (r, _) => RotateQuarter(RotateQuarter(RotateQuarter(r)))),
        ("a quarter of it", GateReasons.Cropped, (r, i) => Part(r, i, 0.5)),
        ("a third of it", GateReasons.Cropped, (r, i) => Part(r, i, 0.58)),
        ("collimated to a quarter", GateReasons.Cropped, Collimated),
        ("nearly black", GateReasons.AlmostEmpty, (r, _) => r with { Levels = Array.ConvertAll(r.Levels, l => (byte)(l / 64)) }),
        ("tinted", GateReasons.Color, (r, _) => Tinted(r)),
    ];

    /// <summary>Films as they are, then each transform of them.</summary>
    public IEnumerable<GateRate> Films(IReadOnlyList<Sample> samples, CancellationToken cancel = default)
    {
        Sample[] held = [.. samples.Where(s => GateFilms.PartOf(s.Patient) == GatePart.Measured)];
        foreach (var source in held.GroupBy(s => s.Source))
        {
            string[] files = [.. source.Select(s => s.Image)];
            yield return Measure(source.Key, "as they are", null, files, (r, _) => r, cancel);
            foreach (var (name, reason, make) in s_transforms) yield return Measure(source.Key, name, reason, files, make, cancel);
        }
    }

    /// <summary>The pictures of a folder as they are.</summary>
    public GateRate Folder(string folder, IReadOnlyList<string> files, CancellationToken cancel = default) =>
        Measure(folder, "as they are", null, files, (r, _) => r, cancel);

    GateRate Measure(string set, string name, string? reason, IReadOnlyList<string> files, Func<Raster, int, Raster> make,
        CancellationToken cancel)
    {
        var found = new IReadOnlyList<GateReason>[files.Count];
        var unreadable = 0;
        Parallel.For(0, files.Count, new ParallelOptions { CancellationToken = cancel }, i =>
        {
            try
            {
                found[i] = gate.Check(make(ImageFile.Read(files[i], ImageLimits.Radiograph), i));
            }
            catch (InvalidInputException e)
            {
                found[i] = [];
                lock (_broken) _broken[files[i]] = ShownFile.Create(files[i], _pseudonyms.Value).Redact(e.Message);
                Interlocked.Increment(ref unreadable);
            }
        });
        return new(set, name, files.Count - unreadable, unreadable, found.Count(f => f.Count > 0),
            reason is null ? null : found.Count(f => f.Any(r => r.Reason == reason)),
            found.Where(f => f.Count > 0).GroupBy(f => f[0].Reason).OrderByDescending(g => g.Count()).ToDictionary(g => g.Key,
                g => g.Count()));
    }

    static Raster RotateQuarter(Raster r)
    {
        var levels = new byte[r.Levels.Length];
        for (var y = 0; y < r.Height; y++)
            for (var x = 0; x < r.Width; x++)
                for (var c = 0; c < r.Channels; c++)
                    levels[(x * r.Height + r.Height - 1 - y) * r.Channels + c] = r.Levels[(y * r.Width + x) * r.Channels + c];
        return new(r.Height, r.Width, r.Channels, levels);
    }

    /// <summary>A window of a share of both sides, somewhere.</summary>
    static Raster Part(Raster r, int seed, double side)
    {
        var field = Window(r, seed, side);
        var levels = new byte[field.Width * field.Height * r.Channels];
        for (var y = 0; y < field.Height; y++)
            r.Levels.AsSpan(((field.Top + y) * r.Width + field.Left) * r.Channels, field.Width * r.Channels)
                .CopyTo(levels.AsSpan(y * field.Width * r.Channels));
        return new(field.Width, field.Height, r.Channels, levels);
    }

    static Raster Collimated(Raster r, int seed)
    {
        var field = Window(r, seed, 0.5);
        var levels = new byte[r.Levels.Length];
        for (var y = field.Top; y < field.Top + field.Height; y++)
            r.Levels.AsSpan((y * r.Width + field.Left) * r.Channels, field.Width * r.Channels)
                .CopyTo(levels.AsSpan((y * r.Width + field.Left) * r.Channels));
        return r with { Levels = levels };
    }

    static Field Window(Raster r, int seed, double side)
    {
        var random = new Random(seed);
        var (w, h) = (Math.Max(8, (int)(r.Width * side)), Math.Max(8, (int)(r.Height * side)));
        return new(random.Next(r.Width - w + 1), random.Next(r.Height - h + 1), w, h);
    }

    static Raster Tinted(Raster r)
    {
        var levels = new byte[r.Width * r.Height * 3];
        for (var i = 0; i < r.Width * r.Height; i++)
        {
            var gray = r.Levels[i * r.Channels];
            (levels[3 * i], levels[3 * i + 1], levels[3 * i + 2]) = (gray, (byte)(gray * 3 / 4), (byte)(gray / 2));
        }
        return new(r.Width, r.Height, 3, levels);
    }
}
