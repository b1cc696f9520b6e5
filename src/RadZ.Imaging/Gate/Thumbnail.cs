namespace RadZ.Imaging.Gate;

/// <summary>
/// What the pixel gate looks at: the picture without its frame, stretched to a square of <see cref="Side"/> pixels (means of areas),
/// 0 mean and unit deviation between the 1st and the 99th percentile.
/// </summary>
static class Thumbnail
{
    /// <summary>Pixels a side.</summary>
    public const int Side = 64;

    /// <summary>
    /// The mean grey of each of side x side areas, 0..255; <paramref name="field"/> is the part of the picture that is looked at.
    /// </summary>
    public static float[] ToGray(Raster raster, Field field, int side = Side)
    {
        ArgumentNullException.ThrowIfNull(raster);
        var (sums, counts) = (new double[side * side], new int[side * side]);
        var columns = new int[field.Width];
        for (var x = 0; x < columns.Length; x++) columns[x] = (int)((long)x * side / field.Width);
        for (var y = 0; y < field.Height; y++)
        {
            var row = (int)((long)y * side / field.Height) * side;
            var at = ((field.Top + y) * raster.Width + field.Left) * raster.Channels;
            for (var x = 0; x < columns.Length; x++, at += raster.Channels)
            {
                sums[row + columns[x]] += Luma(raster, at);
                counts[row + columns[x]]++;
            }
        }
        return Filled(sums, counts, side, field, raster);
    }

    /// <summary>The same numbers with 0 mean and unit deviation, cut at the 1st and 99th percentile.</summary>
    public static float[] Standardize(ReadOnlySpan<float> gray)
    {
        float[] sorted = gray.ToArray();
        Array.Sort(sorted);
        var (low, high) = (sorted[sorted.Length / 100], sorted[sorted.Length - 1 - sorted.Length / 100]);
        var values = new float[gray.Length];
        var mean = 0.0;
        for (var i = 0; i < values.Length; i++) mean += values[i] = Math.Clamp(gray[i], low, high);
        mean /= values.Length;
        var square = 0.0;
        foreach (var v in values) square += (v - mean) * (v - mean);
        var scale = 1 / Math.Max(Math.Sqrt(square / values.Length), 1e-3 * (1 + high - low));
        for (var i = 0; i < values.Length; i++) values[i] = (float)((values[i] - mean) * scale);
        return values;
    }

    /// <summary>Areas without a pixel of a picture smaller than the thumbnail take the nearest pixel.</summary>
    static float[] Filled(double[] sums, int[] counts, int side, Field field, Raster raster)
    {
        var gray = new float[sums.Length];
        for (var i = 0; i < gray.Length; i++)
        {
            if (counts[i] > 0)
            {
                gray[i] = (float)(sums[i] / counts[i]);
                continue;
            }
            var (x, y) = (field.Left + i % side * field.Width / side, field.Top + i / side * field.Height / side);
            gray[i] = Luma(raster, (y * raster.Width + x) * raster.Channels);
        }
        return gray;
    }

    /// <summary>The grey of the pixel whose samples begin at <paramref name="at"/> (ITU-R BT.601).</summary>
    internal static float Luma(Raster raster, int at) => raster.Channels == 1 ? raster.Levels[at]
        : 0.299f * raster.Levels[at] + 0.587f * raster.Levels[at + 1] + 0.114f * raster.Levels[at + 2];
}

/// <summary>A rectangle of a picture in pixels.</summary>
readonly record struct Field(int Left, int Top, int Width, int Height)
{
    /// <summary>The whole of a picture.</summary>
    public static Field Whole(Raster raster) => new(0, 0, raster.Width, raster.Height);

    /// <summary>
    /// The picture without the rows and columns at its edges that are one level throughout (within <paramref name="within"/> levels, a
    /// share of <paramref name="outliers"/> of the pixels excepted, so that a letter in a border is border too); the whole where nothing
    /// else remains.
    /// </summary>
    public static Field Content(Raster raster, int within = 6, double outliers = 0.02)
    {
        ArgumentNullException.ThrowIfNull(raster);
        var (left, top, right, bottom) = (0, 0, raster.Width, raster.Height);
        while (top < bottom && Flat(raster, 0, top, 1, 0, raster.Width, within, outliers)) top++;
        while (bottom > top && Flat(raster, 0, bottom - 1, 1, 0, raster.Width, within, outliers)) bottom--;
        if (top == bottom) return Whole(raster);
        while (left < right && Flat(raster, left, top, 0, 1, bottom - top, within, outliers)) left++;
        while (right > left && Flat(raster, right - 1, top, 0, 1, bottom - top, within, outliers)) right--;
        return left == right ? Whole(raster) : new(left, top, right - left, bottom - top);
    }

    static bool Flat(Raster raster, int x, int y, int dx, int dy, int count, int within, double outliers)
    {
        Span<int> histogram = stackalloc int[256];
        histogram.Clear();
        for (var i = 0; i < count; i++, x += dx, y += dy)
            histogram[(int)Thumbnail.Luma(raster, (y * raster.Width + x) * raster.Channels)]++;
        var (inside, most) = (0, 0);
        for (var level = 0; level < 256; level++)
        {
            inside += histogram[level];
            if (level > within) inside -= histogram[level - within - 1];
            most = Math.Max(most, inside);
        }
        return most >= count * (1 - outliers);
    }
}
