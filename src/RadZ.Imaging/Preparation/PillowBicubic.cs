namespace RadZ.Imaging.Preparation;

/// <summary>
/// Resizes as Pillow's <c>Image.resize(..., BICUBIC)</c> does, to the last level: antialiased, horizontal pass first and rounded
/// to bytes, then the vertical one, in 22-bit fixed point; a pass that changes nothing is skipped.
/// </summary>
static class PillowBicubic
{
    /// <summary>Rows turned on their side at a time: a strip of a wide radiograph stays in the second-level cache.</summary>
    const int StripRows = 64;

    /// <summary>The picture at another size, with the same channels; the picture itself when the size is its own.</summary>
    /// <param name="raster">1 or 3 channels.</param>
    /// <param name="width">Pixels a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="maxDegree">How many cores may share the work; the levels do not depend on it.</param>
    public static Raster Resize(Raster raster, int width, int height, int maxDegree = 1)
    {
        ArgumentNullException.ThrowIfNull(raster);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDegree, 1);
        if (width != raster.Width)
            raster = ResizeRows(raster, width, maxDegree);
        return height == raster.Height ? raster : ResizeColumns(raster, height, maxDegree);
    }

    static Raster ResizeColumns(Raster raster, int height, int maxDegree)
    {
        var table = BicubicTable.Create(raster.Height, height);
        var stride = raster.Width * raster.Channels;
        var levels = GC.AllocateUninitializedArray<byte>(checked(stride * height));
        For(height, maxDegree, y =>
            WeightedSum.Compute(raster.Levels.AsSpan(table.First(y) * stride), stride, table.Weights(y),
                levels.AsSpan(y * stride, stride)));
        return new(raster.Width, height, raster.Channels, levels);
    }

    /// <summary>Turns strips of rows on their side, so that the taps of a pixel are whole rows there too.</summary>
    static Raster ResizeRows(Raster raster, int width, int maxDegree)
    {
        var table = BicubicTable.Create(raster.Width, width);
        var channels = raster.Channels;
        var (inputs, outputs) = (raster.Width * channels, width * channels);
        var levels = GC.AllocateUninitializedArray<byte>(checked(outputs * raster.Height));
        var strips = (raster.Height + StripRows - 1) / StripRows;
        For(strips, maxDegree, strip =>
        {
            var first = strip * StripRows;
            var rows = Math.Min(StripRows, raster.Height - first);
            using var turned = new Rented(inputs * StripRows);
            using var resized = new Rented(outputs * StripRows);
            Transposition.Transpose(raster.Levels.AsSpan(first * inputs, rows * inputs), rows, inputs, turned.Bytes, StripRows);
            for (var x = 0; x < width; x++)
                for (var channel = 0; channel < channels; channel++)
                    WeightedSum.Compute(turned.Bytes[((table.First(x) * channels + channel) * StripRows)..], channels * StripRows,
                        table.Weights(x),
                        resized.Bytes.Slice((x * channels + channel) * StripRows, StripRows));
            Transposition.Back(resized.Bytes, StripRows, outputs, levels.AsSpan(first * outputs, rows * outputs), rows);
        });
        return new(width, raster.Height, channels, levels);
    }

    static void For(int count, int maxDegree, Action<int> body)
    {
        if (maxDegree > 1)
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = maxDegree }, body);
        else
            for (var i = 0; i < count; i++)
                body(i);
    }

    /// <summary>Scratch memory from the pool, given back at the end of its block; its content is arbitrary.</summary>
    readonly ref struct Rented(int length) : IDisposable
    {
        readonly byte[] _array = System.Buffers.ArrayPool<byte>.Shared.Rent(length);

        public Span<byte> Bytes => _array;

        public void Dispose() => System.Buffers.ArrayPool<byte>.Shared.Return(_array);
    }
}
