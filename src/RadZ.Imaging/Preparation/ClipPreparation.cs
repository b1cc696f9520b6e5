using System.Collections.Immutable;
using RadZ.Files;
using RadZ.Imaging.Dicom;
using RadZ.Imaging.Dicom.Gray;
using RadZ.Imaging.Pictures;

namespace RadZ.Imaging.Preparation;

/// <summary>
/// What LLaVA feeds its vision tower: the picture padded to a square with the mean colour, resized bicubically, normalised by
/// channel. The defaults are CLIP ViT-L/14 at 336 pixels.
/// </summary>
public sealed record ClipPreparation
{
    /// <summary>CLIP's own values.</summary>
    public static ClipPreparation Default { get; } = new();

    /// <summary>The side of the prepared picture, in pixels.</summary>
    public int Size { get; init; } = 336;

    /// <summary>The mean of red, green and blue, of levels scaled to 0..1.</summary>
    public ImmutableArray<double> Mean { get; init; } = [0.48145466, 0.4578275, 0.40821073];

    /// <summary>The standard deviation of red, green and blue, of levels scaled to 0..1; above 0.</summary>
    public ImmutableArray<double> Std { get; init; } = [0.26862954, 0.26130258, 0.27577711];

    /// <summary>The colour of a border: 255 * mean, cut and not rounded, as LLaVA does.</summary>
    public (byte Red, byte Green, byte Blue) Border => (Cut(Mean[0]), Cut(Mean[1]), Cut(Mean[2]));

    /// <summary>True when both prepare alike, whichever arrays hold their numbers.</summary>
    public bool Equals(ClipPreparation? other) =>
        other is not null && Size == other.Size && Mean.SequenceEqual(other.Mean) && Std.SequenceEqual(other.Std);

    /// <summary>Agrees with <see cref="Equals(ClipPreparation)"/>.</summary>
    public override int GetHashCode() => HashCode.Combine(Size, Mean[0], Std[0]);

    /// <summary>That of a model folder; CLIP's own where there is no folder, or none in it.</summary>
    internal static ClipPreparation OfModel(string? folder) =>
        folder is not null && Path.Combine(folder, "preprocessor_config.json") is var file && File.Exists(file) ? Read(file) : Default;

    /// <summary>
    /// Reads a Hugging Face <c>preprocessor_config.json</c>, in its old form (<c>"size": 336</c>) or its new one (<c>"size":
    /// {"shortest_edge": 336}</c>).
    /// </summary>
    /// <exception cref="InvalidInputException">Kind <c>invalid-config</c>: names the key that is missing or that asks for another
    /// preparation; <c>missing</c>.</exception>
    public static ClipPreparation Read(string path) => PreprocessorConfig.Read(path);

    /// <summary>
    /// Reads a picture file and prepares it: [3, Size, Size], channel by channel. Greys of a DICOM file are rounded nowhere on the way.
    /// </summary>
    /// <param name="path">A PNG, JPEG, BMP, TIFF or DICOM file.</param>
    /// <param name="limits">What the picture may cost; <see cref="ImageLimits.Default"/> when null.</param>
    /// <param name="view">Frame and window of a DICOM file.</param>
    /// <exception cref="InvalidInputException">As <see cref="ImageFile.Read(string, ImageLimits?, DicomView?)"/>.</exception>
    public float[] Prepare(string path, ImageLimits? limits = null, DicomView? view = null) =>
        Read(path, limits, view, Prepare, raster => Normalize(Resize(Square(raster))));

    /// <summary>
    /// Reads a picture file and brings it to the square of <see cref="Size"/>. A fault of a decoder that no check foresaw is an error of
    /// that file, too: it must not end a run over 100,000.
    /// </summary>
    /// <param name="path">A PNG, JPEG, BMP, TIFF or DICOM file.</param>
    /// <param name="limits">What the picture may cost; <see cref="ImageLimits.Default"/> when null.</param>
    /// <param name="view">Frame and window of a DICOM file.</param>
    /// <exception cref="InvalidInputException">As <see cref="ImageFile.Read(string, ImageLimits?, DicomView?)"/>.</exception>
    public Raster Fit(string path, ImageLimits? limits = null, DicomView? view = null) =>
        Read(path, limits, view, Fit, raster => Resize(Square(raster)));

    /// <summary>
    /// A picture of unrounded greys as [3, Size, Size]; one of whole levels comes out as its 8-bit twin does, but for what that one rounds
    /// between its passes.
    /// </summary>
    public float[] Prepare(GrayRaster raster)
    {
        ArgumentNullException.ThrowIfNull(raster);
        var values = PreciseFit.Fit(raster, Size, Border);
        for (var channel = 0; channel < 3; channel++)
        {
            var (mean, std) = ((float)Mean[channel], (float)Std[channel]);
            foreach (ref var value in values.AsSpan(channel * Size * Size, Size * Size))
                value = ((float)(value * (1 / 255.0)) - mean) / std;
        }
        return values;
    }

    /// <summary>A picture of unrounded greys, resized and rounded only then; one channel when it is square.</summary>
    public Raster Fit(GrayRaster raster)
    {
        ArgumentNullException.ThrowIfNull(raster);
        var (values, plane) = (PreciseFit.Fit(raster, Size, Border), Size * Size);
        var channels = raster.Width == raster.Height ? 1 : 3;
        var levels = GC.AllocateUninitializedArray<byte>(plane * channels);
        for (var i = 0; i < plane; i++)
            for (var c = 0; c < channels; c++) levels[i * channels + c] = (byte)(values[c * plane + i] + .5f);
        return new(Size, Size, channels, levels);
    }

    static T Read<T>(string path, ImageLimits? limits, DicomView? view, Func<GrayRaster, T> precise, Func<Raster, T> rounded)
    {
        try
        {
            if (!ImageFile.IsDicom(path)) return rounded(ImageFile.Read(path, limits, view));
            var image = DicomImage.Read(path, view, limits);
            return image.Precise() is { } gray ? precise(gray) : rounded(image.Display());
        }
        catch (Exception e) when (e is not InvalidInputException)
        {
            throw new InvalidInputException(path, "corrupt",
                $"the picture could not be decoded ({e.GetType().Name}: {e.Message}); export it anew, and please report it.", e);
        }
    }

    /// <summary>
    /// The picture in the middle of a square of its longer side, on <see cref="Border"/>; an odd pixel of border goes below or to
    /// the right. A grey picture stays grey only when it is square already: the border has a colour.
    /// </summary>
    public Raster Square(Raster raster)
    {
        ArgumentNullException.ThrowIfNull(raster);
        var side = Math.Max(raster.Width, raster.Height);
        if (raster.Width == raster.Height)
            return raster;
        var levels = GC.AllocateUninitializedArray<byte>(checked(side * side * 3));
        Fill(levels);
        var (left, top) = ((side - raster.Width) / 2, (side - raster.Height) / 2);
        for (var y = 0; y < raster.Height; y++)
            CopyRow(raster, y, levels.AsSpan(((top + y) * side + left) * 3, raster.Width * 3));
        return new(side, side, 3, levels);
    }

    /// <summary>The square at <see cref="Size"/>, by <see cref="PillowBicubic"/>.</summary>
    public Raster Resize(Raster square) => PillowBicubic.Resize(square, Size, Size);

    /// <summary>
    /// (level / 255 - mean) / std of each channel, [3, height, width] and so [3, Size, Size] of a resized picture. In float32
    /// after a division in double, which is the order that transformers has; a grey level goes into all three channels.
    /// </summary>
    public float[] Normalize(Raster raster)
    {
        ArgumentNullException.ThrowIfNull(raster);
        var plane = raster.Width * raster.Height;
        var values = GC.AllocateUninitializedArray<float>(3 * plane);
        Span<float> table = stackalloc float[256];
        for (var channel = 0; channel < 3; channel++)
        {
            FillTable(table, channel);
            var from = raster.Channels == 1 ? 0 : channel;
            var into = values.AsSpan(channel * plane, plane);
            for (var i = 0; i < into.Length; i++, from += raster.Channels)
                into[i] = table[raster.Levels[from]];
        }
        return values;
    }

    void FillTable(Span<float> table, int channel)
    {
        var (mean, std) = ((float)Mean[channel], (float)Std[channel]);
        for (var level = 0; level < 256; level++)
            table[level] = ((float)(level * (1 / 255.0)) - mean) / std;
    }

    void Fill(Span<byte> levels)
    {
        (levels[0], levels[1], levels[2]) = Border;
        for (var done = 3; done < levels.Length; done *= 2)
            levels[..Math.Min(done, levels.Length - done)].CopyTo(levels[done..]);
    }

    static void CopyRow(Raster raster, int y, Span<byte> into)
    {
        var row = raster.Levels.AsSpan(y * raster.Width * raster.Channels, raster.Width * raster.Channels);
        if (raster.Channels == 3)
            row.CopyTo(into);
        else
            for (int x = 0, to = 0; x < row.Length; x++, to += 3)
                into[to] = into[to + 1] = into[to + 2] = row[x];
    }

    static byte Cut(double mean) => (byte)(int)(mean * 255);
}
