using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RadZ.Imaging.Preparation;

/// <summary>
/// Samples a picture through an affine map, bilinearly, in fixed point (16 bits of place, 8 of weight), so that every machine
/// gives the same levels. Half a pixel around the picture fades into the border's colour.
/// </summary>
static class AffineWarp
{
    const int Point = 16;

    /// <summary>The picture through the map; itself when the map moves nothing.</summary>
    public static Raster Apply(Raster raster, AffineMap map, ReadOnlySpan<byte> border)
    {
        if (map == AffineMap.Identity)
            return raster;
        var (width, height, channels) = (raster.Width, raster.Height, raster.Channels);
        var stride = (width + 2) * channels;
        var framed = ArrayPool<byte>.Shared.Rent(checked(stride * (height + 2)));
        Frame(raster, framed, stride, border);
        var levels = GC.AllocateUninitializedArray<byte>(raster.Levels.Length);
        var (middleX, middleY) = ((width - 1) / 2.0, (height - 1) / 2.0);
        var (stepX, stepY) = (Fixed(map.Xx), Fixed(map.Yx));
        for (var y = 0; y < height; y++)
        {
            var row = levels.AsSpan(y * width * channels, width * channels);
            // the first pixel's place in the framed picture, whose own first row and column are border
            var startX = Fixed(map.Xx * -middleX + map.Xy * (y - middleY) + map.X0 + middleX + 1);
            var startY = Fixed(map.Yx * -middleX + map.Yy * (y - middleY) + map.Y0 + middleY + 1);
            var (from, to) = (0, width);
            Clip(startX, stepX, (long)(width + 1) << Point, ref from, ref to);
            Clip(startY, stepY, (long)(height + 1) << Point, ref from, ref to);
            if (from >= to)
            {
                Fill(row, border);
                continue;
            }
            Fill(row[..(from * channels)], border);
            Fill(row[(to * channels)..], border);
            Sample(framed, stride, channels, startX + from * stepX, stepX, startY + from * stepY, stepY,
                row[(from * channels)..(to * channels)]);
        }
        ArrayPool<byte>.Shared.Return(framed);
        return raster with { Levels = levels };
    }

    /// <summary>Repeats a colour over a whole number of pixels.</summary>
    public static void Fill(Span<byte> levels, ReadOnlySpan<byte> color)
    {
        if (color.Length == 1)
            levels.Fill(color[0]);
        else
            for (var at = 0; at < levels.Length; at += color.Length)
                color.CopyTo(levels[at..]);
    }

    /// <summary>Every place is inside the frame with its right and lower neighbour: <see cref="Clip"/> has seen to it.</summary>
    static void Sample(byte[] framed, int stride, int channels, long x, long stepX, long y, long stepY, Span<byte> row)
    {
        ref var source = ref MemoryMarshal.GetArrayDataReference(framed);
        for (var at = 0; at < row.Length; at += channels, x += stepX, y += stepY)
        {
            var (right, down) = ((int)(x >> 8) & 255, (int)(y >> 8) & 255);
            ref var corner = ref Unsafe.Add(ref source, (nint)(y >> Point) * stride + (nint)(x >> Point) * channels);
            row[at] = Blend(ref corner, channels, stride, right, down);
            if (channels == 1)
                continue;
            row[at + 1] = Blend(ref Unsafe.Add(ref corner, 1), channels, stride, right, down);
            row[at + 2] = Blend(ref Unsafe.Add(ref corner, 2), channels, stride, right, down);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static byte Blend(ref byte level, int channels, int stride, int right, int down)
    {
        var above = (level << 8) + (Unsafe.Add(ref level, channels) - level) * right;
        var below = (Unsafe.Add(ref level, stride) << 8)
            + (Unsafe.Add(ref level, stride + channels) - Unsafe.Add(ref level, stride)) * right;
        return (byte)(((above << 8) + (below - above) * down + 32768) >> 16);
    }

    /// <summary>Narrows from..to to the pixels i where 0 &lt;= start + i * step &lt; limit.</summary>
    static void Clip(long start, long step, long limit, ref int from, ref int to)
    {
        if (step == 0)
        {
            if (start < 0 || start >= limit)
                to = from;
            return;
        }
        if (step < 0)                                       // the same pixels, seen from the other end
            (start, step) = (limit - 1 - start, -step);
        from = (int)Math.Max(from, Math.Min(to, CeilingDivide(-start, step)));
        to = (int)Math.Min(to, Math.Max(from, CeilingDivide(limit - start, step)));
    }

    static long CeilingDivide(long a, long b) => a > 0 ? (a - 1) / b + 1 : a / b;

    static void Frame(Raster raster, byte[] framed, int stride, ReadOnlySpan<byte> border)
    {
        var bytes = raster.Width * raster.Channels;
        Fill(framed.AsSpan(0, stride), border);
        for (var y = 0; y < raster.Height; y++)
        {
            var row = framed.AsSpan((y + 1) * stride, stride);
            border.CopyTo(row);
            raster.Levels.AsSpan(y * bytes, bytes).CopyTo(row[raster.Channels..]);
            border.CopyTo(row[(bytes + raster.Channels)..]);
        }
        Fill(framed.AsSpan((raster.Height + 1) * stride, stride), border);
    }

    static long Fixed(double value) => (long)Math.Round(value * (1 << Point));
}
