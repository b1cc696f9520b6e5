namespace RadZ.Imaging.Preparation;

/// <summary>
/// What a picture looks like, in bits that survive another size, format and compression. Chest films resemble each other, so a near copy
/// must agree in three ways: <see cref="Coarse"/> finds candidates, <see cref="Fine"/> and <see cref="Likeness"/> decide.
/// </summary>
/// <param name="Coarse">pHash: signs of the 63 lowest frequencies (8 x 8, without the mean) of the 32 x 32 picture's cosine transform,
/// against their median.</param>
/// <param name="Fine">dHash: 256 bits, whether each of 17 x 16 mean levels is above its right neighbour.</param>
/// <param name="Small">The 16 x 16 mean levels, freed of mean and contrast; null where only bits are at hand.</param>
readonly record struct PerceptualHash(ulong Coarse, UInt256 Fine, sbyte[]? Small = null)
{
    const int Side = 32, Low = 8;
    static readonly double[,] s_cosines = Cosines();

    /// <summary>The hash of a decoded picture of any size, at least 1 x 1.</summary>
    public static PerceptualHash Compute(Raster raster) =>
        new(CoarseOf(Shrink(raster, Side, Side)), FineOf(Shrink(raster, 17, 16)), SmallOf(Shrink(raster, 16, 16)));

    /// <summary>
    /// Correlation of the 16 x 16 levels, -1 to 1, whatever brightness and contrast; 1 where a picture is flat or only bits are at hand. A
    /// recompressed copy has .999, two children's films that agree in both hashes .90 to .97.
    /// </summary>
    public double Likeness(PerceptualHash other)
    {
        if (Small is null || other.Small is null) return 1;
        var (product, own, theirs) = (0L, 0L, 0L);
        for (var i = 0; i < Small.Length; i++)
        {
            product += Small[i] * other.Small[i];
            own += Small[i] * Small[i];
            theirs += other.Small[i] * other.Small[i];
        }
        return own == 0 || theirs == 0 ? 1 : product / Math.Sqrt((double)own * theirs);
    }

    /// <summary>Bits that differ in the coarse hash, 0 to 64.</summary>
    public int CoarseDistance(PerceptualHash other) => System.Numerics.BitOperations.PopCount(Coarse ^ other.Coarse);

    /// <summary>Bits that differ in the fine hash, 0 to 256.</summary>
    public int FineDistance(PerceptualHash other) => Fine.Distance(other.Fine);

    /// <summary>Mean grey levels of equal areas, row by row.</summary>
    static double[] Shrink(Raster raster, int width, int height)
    {
        var (sums, counts) = (new double[width * height], new int[width * height]);
        var columns = new int[raster.Width];
        for (var x = 0; x < raster.Width; x++) columns[x] = (int)((long)x * width / raster.Width);
        // a picture smaller than the grid is enlarged by repetition first
        if (raster.Width < width || raster.Height < height) return Enlarge(raster, width, height);
        for (var y = 0; y < raster.Height; y++)
        {
            var (row, at) = ((int)((long)y * height / raster.Height) * width, y * raster.Width * raster.Channels);
            for (var x = 0; x < raster.Width; x++, at += raster.Channels)
            {
                sums[row + columns[x]] += raster.Channels == 1 ? raster.Levels[at]
                    : (299 * raster.Levels[at] + 587 * raster.Levels[at + 1] + 114 * raster.Levels[at + 2]) / 1000.0;
                counts[row + columns[x]]++;
            }
        }
        for (var i = 0; i < sums.Length; i++) sums[i] /= counts[i];
        return sums;
    }

    static double[] Enlarge(Raster raster, int width, int height)
    {
        var levels = new double[width * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                levels[y * width + x] = raster.Levels[(y * raster.Height / height * raster.Width + x * raster.Width / width)
                    * raster.Channels];
        return levels;
    }

    static ulong CoarseOf(double[] levels)
    {
        Span<double> rows = stackalloc double[Side * Low], low = stackalloc double[Low * Low];
        for (var y = 0; y < Side; y++)
            for (var u = 0; u < Low; u++)
            {
                var sum = 0.0;
                for (var x = 0; x < Side; x++) sum += levels[y * Side + x] * s_cosines[u, x];
                rows[y * Low + u] = sum;
            }
        for (var v = 0; v < Low; v++)
            for (var u = 0; u < Low; u++)
            {
                var sum = 0.0;
                for (var y = 0; y < Side; y++) sum += rows[y * Low + u] * s_cosines[v, y];
                low[v * Low + u] = sum;
            }
        Span<double> sorted = stackalloc double[Low * Low - 1];
        low[1..].CopyTo(sorted);
        sorted.Sort();
        var bits = 0UL;
        for (var i = 1; i < low.Length; i++)
            if (low[i] > sorted[sorted.Length / 2]) bits |= 1UL << i;
        return bits;
    }

    static UInt256 FineOf(double[] levels)
    {
        Span<ulong> words = stackalloc ulong[4];
        words.Clear();
        for (var y = 0; y < 16; y++)
            for (var x = 0; x < 16; x++)
                if (levels[y * 17 + x] > levels[y * 17 + x + 1]) words[y / 4] |= 1UL << (y % 4 * 16 + x);
        return new(words[0], words[1], words[2], words[3]);
    }

    static sbyte[] SmallOf(double[] levels)
    {
        var mean = levels.Average();
        var most = levels.Max(l => Math.Abs(l - mean));
        return Array.ConvertAll(levels, l => most < 1e-9 ? (sbyte)0 : (sbyte)Math.Round((l - mean) / most * 127));
    }

    static double[,] Cosines()
    {
        var cosines = new double[Low, Side];
        for (var u = 0; u < Low; u++)
            for (var x = 0; x < Side; x++) cosines[u, x] = Math.Cos((2 * x + 1) * u * Math.PI / (2 * Side));
        return cosines;
    }
}

/// <summary>256 bits.</summary>
readonly record struct UInt256(ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>Bits that differ.</summary>
    public int Distance(UInt256 other) =>
        System.Numerics.BitOperations.PopCount(A ^ other.A) + System.Numerics.BitOperations.PopCount(B ^ other.B)
        + System.Numerics.BitOperations.PopCount(C ^ other.C) + System.Numerics.BitOperations.PopCount(D ^ other.D);
}
