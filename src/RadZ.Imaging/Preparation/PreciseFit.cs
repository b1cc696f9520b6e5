using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RadZ.Imaging.Preparation;

/// <summary>
/// What <see cref="ClipPreparation.Square"/> and <see cref="PillowBicubic"/> do, for levels that are not whole: the same border, weights,
/// order of passes and clipping, and no rounding anywhere. In float, eight at a time and never fused, so every machine gives the same.
/// </summary>
static class PreciseFit
{
    const int Lanes = 8;

    /// <summary>Levels 0..255, [3, size, size].</summary>
    public static float[] Fit(GrayRaster raster, int size, (byte Red, byte Green, byte Blue) border)
    {
        var side = Math.Max(raster.Width, raster.Height);
        float[] colors = raster.Width == raster.Height ? [0] : [border.Red, border.Green, border.Blue];
        var fitted = new float[3 * size * size];
        var rows = Rows(raster, side, size, colors);
        for (var channel = 0; channel < colors.Length; channel++)
            Columns(rows[Math.Min(channel, rows.Length - 1)], raster.Height, side, size, colors[channel],
                fitted.AsSpan(channel * size * size, size * size));
        for (var channel = colors.Length; channel < 3; channel++)
            fitted.AsSpan(0, size * size).CopyTo(fitted.AsSpan(channel * size * size));
        return fitted;
    }

    /// <summary>The picture's own rows, as wide as wanted: one for all channels where no border stands beside them.</summary>
    static float[][] Rows(GrayRaster raster, int side, int size, float[] colors)
    {
        var (width, left) = (raster.Width, (side - raster.Width) / 2);
        var channels = left == 0 && width == side ? 1 : colors.Length;
        var rows = new float[channels][];
        for (var c = 0; c < channels; c++) rows[c] = GC.AllocateUninitializedArray<float>(raster.Height * size);
        var taps = Taps(side, size);
        var padded = new float[side + Lanes];
        for (var y = 0; y < raster.Height; y++)
        {
            raster.Levels.AsSpan(y * width, width).CopyTo(padded.AsSpan(left));
            for (var c = 0; c < channels; c++)
            {
                padded.AsSpan(0, left).Fill(colors[c]);
                padded.AsSpan(left + width, side - left - width).Fill(colors[c]);
                var into = rows[c].AsSpan(y * size, size);
                if (c > 0) rows[0].AsSpan(y * size, size).CopyTo(into);
                for (var x = 0; x < size; x++)
                    if (c == 0 || taps[x].First < left || taps[x].First + taps[x].Count > left + width)
                        into[x] = Clip(Dot(padded.AsSpan(taps[x].First), taps[x].Weights));
            }
        }
        return rows;
    }

    static void Columns(float[] rows, int height, int side, int size, float border, Span<float> into)
    {
        var top = (side - height) / 2;
        var taps = Taps(side, size);
        for (var y = 0; y < size; y++)
        {
            var row = into.Slice(y * size, size);
            var outside = 0f;
            for (var t = 0; t < taps[y].Count; t++)
            {
                var from = taps[y].First + t - top;
                if (from >= 0 && from < height) Add(rows.AsSpan(from * size, size), taps[y].Weights[t], row);
                else outside += taps[y].Weights[t] * border;
            }
            for (var x = 0; x < size; x++) row[x] = Clip(row[x] + outside);
        }
    }

    /// <summary>For each output the first input, and weights that sum to 1, filled with zeros to whole vectors.</summary>
    static (int First, int Count, float[] Weights)[] Taps(int inputs, int outputs)
    {
        if (inputs == outputs) return [.. Enumerable.Range(0, outputs).Select(i => (i, 1, new[] { 1f, 0, 0, 0, 0, 0, 0, 0 }))];
        var table = BicubicTable.Create(inputs, outputs);
        return [.. Enumerable.Range(0, outputs).Select(i =>
        {
            var whole = table.Weights(i);
            var weights = new float[(whole.Length + Lanes - 1) / Lanes * Lanes];
            for (var t = 0; t < whole.Length; t++) weights[t] = whole[t] / (float)(1 << BicubicTable.Precision);
            return (table.First(i), whole.Length, weights);
        })];
    }

    static float Dot(ReadOnlySpan<float> values, float[] weights)
    {
        ref var value = ref MemoryMarshal.GetReference(values[..weights.Length]);
        ref var weight = ref MemoryMarshal.GetArrayDataReference(weights);
        var sum = Vector256<float>.Zero;
        for (nuint t = 0; t < (nuint)weights.Length; t += Lanes)
            sum += Vector256.LoadUnsafe(ref value, t) * Vector256.LoadUnsafe(ref weight, t);
        return Vector256.Sum(sum);
    }

    static void Add(ReadOnlySpan<float> row, float weight, Span<float> sum)
    {
        var x = 0;
        for (; x + Lanes <= sum.Length; x += Lanes)
            (Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(sum), (nuint)x)
                + Vector256.LoadUnsafe(in MemoryMarshal.GetReference(row), (nuint)x) * weight)
                .StoreUnsafe(ref MemoryMarshal.GetReference(sum), (nuint)x);
        for (; x < sum.Length; x++) sum[x] += row[x] * weight;
    }

    static float Clip(float level) => Math.Clamp(level, 0f, 255f);
}
