using System.Numerics;

namespace RadZ.Imaging.Formats;

/// <summary>Undoes the row filters of PNG (specification 9.2).</summary>
static class PngFilter
{
    /// <summary>Restores a row in place. False for a filter that does not exist.</summary>
    /// <param name="filter">0 none, 1 sub, 2 up, 3 average, 4 Paeth.</param>
    /// <param name="row">The filtered bytes.</param>
    /// <param name="above">The restored row above; zeros above the first.</param>
    /// <param name="step">Bytes a pixel, at least 1.</param>
    public static bool Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        switch (filter)
        {
            case 0: break;
            case 1: Sub(row, step); break;
            case 2: Up(row, above); break;
            case 3: Average(row, above, step); break;
            case 4: Paeth(row, above, step); break;
            default: return false;
        }
        return true;
    }

    static void Sub(Span<byte> row, int step)
    {
        for (var i = step; i < row.Length; i++)
            row[i] += row[i - step];
    }

    static void Up(Span<byte> row, ReadOnlySpan<byte> above)
    {
        above = above[..row.Length];
        var i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            (new Vector<byte>(row[i..]) + new Vector<byte>(above[i..])).CopyTo(row[i..]);
        for (; i < row.Length; i++)
            row[i] += above[i];
    }

    static void Average(Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        above = above[..row.Length];
        for (var i = 0; i < Math.Min(step, row.Length); i++)
            row[i] += (byte)(above[i] >> 1);
        for (var i = step; i < row.Length; i++)
            row[i] += (byte)((row[i - step] + above[i]) >> 1);
    }

    static void Paeth(Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        above = above[..row.Length];
        for (var i = 0; i < Math.Min(step, row.Length); i++)
            row[i] += above[i];
        for (var i = step; i < row.Length; i++)
        {
            int left = row[i - step], up = above[i], corner = above[i - step];
            int toLeft = Math.Abs(up - corner), toUp = Math.Abs(left - corner), toCorner = Math.Abs(left + up - 2 * corner);
            row[i] += (byte)(toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner);
        }
    }
}
