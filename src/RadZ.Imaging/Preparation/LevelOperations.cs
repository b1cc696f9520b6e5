using System.Runtime.InteropServices;

namespace RadZ.Imaging.Preparation;

/// <summary>The level operations of RandAugment, with the arithmetic of Pillow's ImageOps and ImageEnhance.</summary>
static class LevelOperations
{
    /// <summary>Each level replaced by the table's.</summary>
    public static Raster Map(Raster raster, ReadOnlySpan<byte> table)
    {
        var levels = GC.AllocateUninitializedArray<byte>(raster.Levels.Length);
        ref var first = ref MemoryMarshal.GetReference(table[..256]);
        var source = raster.Levels;
        for (var i = 0; i < levels.Length; i++)
            levels[i] = System.Runtime.CompilerServices.Unsafe.Add(ref first, source[i]);
        return raster with { Levels = levels };
    }

    /// <summary>ImageOps.autocontrast: each channel stretched to 0..255.</summary>
    public static Raster AutoContrast(Raster raster) => ByHistogram(raster, static (histogram, table) =>
    {
        var (low, high) = (histogram.IndexOfAnyExcept(0), histogram.LastIndexOfAnyExcept(0));
        if (high <= low)
            return false;
        var scale = 255.0 / (high - low);
        for (var level = 0; level < 256; level++)
            table[level] = (byte)Math.Clamp((int)(level * scale - low * scale), 0, 255);
        return true;
    });

    /// <summary>ImageOps.equalize: each channel's histogram made even.</summary>
    public static Raster Equalize(Raster raster) => ByHistogram(raster, static (histogram, table) =>
    {
        long total = 0;
        foreach (var count in histogram)
            total += count;
        var step = (total - histogram[histogram.LastIndexOfAnyExcept(0)]) / 255;
        if (step == 0)
            return false;
        var sum = step / 2;
        for (var level = 0; level < 256; level++)
        {
            table[level] = (byte)Math.Min(sum / step, 255);
            sum += histogram[level];
        }
        return true;
    });

    /// <summary>ImageEnhance.Brightness: levels times the factor, cut.</summary>
    public static Raster Brightness(Raster raster, double factor)
    {
        Span<byte> table = stackalloc byte[256];
        for (var level = 0; level < 256; level++)
            table[level] = (byte)Math.Clamp(level * (float)factor, 0, 255);
        return Map(raster, table);
    }

    /// <summary>
    /// ImageEnhance.Sharpness: away from (factor above 1) or towards (below 1) the smoothed picture; the outermost pixels stay.
    /// </summary>
    public static Raster Sharpness(Raster raster, double factor)
    {
        var levels = (byte[])raster.Levels.Clone();
        var (source, channels, stride) = (raster.Levels, raster.Channels, raster.Width * raster.Channels);
        for (var y = 1; y < raster.Height - 1; y++)
            for (var at = y * stride + channels; at < (y + 1) * stride - channels; at++)
            {
                var (above, below) = (at - stride, at + stride);
                var around = source[above - channels] + source[above] + source[above + channels] + source[at - channels]
                    + source[at + channels]
                    + source[below - channels] + source[below] + source[below + channels];
                var smooth = (2 * (around + 5 * source[at]) + 13) / 26;                  // SMOOTH: ones and a five, over 13, rounded
                levels[at] = (byte)Math.Clamp(smooth + (float)factor * (source[at] - smooth), 0, 255);
            }
        return raster with { Levels = levels };
    }

    delegate bool MakeTable(ReadOnlySpan<int> histogram, Span<byte> table);

    /// <summary>A table a channel, made from its histogram; a channel without one stays.</summary>
    static Raster ByHistogram(Raster raster, MakeTable make)
    {
        var levels = (byte[])raster.Levels.Clone();
        Span<int> histogram = stackalloc int[256];
        Span<byte> table = stackalloc byte[256];
        for (var channel = 0; channel < raster.Channels; channel++)
        {
            histogram.Clear();
            for (var i = channel; i < levels.Length; i += raster.Channels)
                histogram[levels[i]]++;
            if (!make(histogram, table))
                continue;
            for (var i = channel; i < levels.Length; i += raster.Channels)
                levels[i] = table[levels[i]];
        }
        return raster with { Levels = levels };
    }
}
