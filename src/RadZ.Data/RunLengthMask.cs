using System.Globalization;

namespace RadZ.Data;

/// <summary>
/// A mask as SIIM-ACR writes it: pairs "gap, length", each gap counted from the end of the run before, pixels numbered down the columns
/// (column-major). <c>-1</c> is no area.
/// </summary>
sealed class RunLengthMask
{
    readonly int[] _pairs;

    RunLengthMask(int width, int height, int[] pairs) => (Width, Height, _pairs) = (width, height, pairs);

    /// <summary>Pixels a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Pixels of the area.</summary>
    public long Area => _pairs.Where((_, i) => i % 2 == 1).Sum(n => (long)n);

    /// <summary>True for the word that means that there is no area: <c>-1</c>, with or without spaces.</summary>
    public static bool IsNone(string text) => text.Trim() is "-1" or "-1.0";

    /// <summary>Reads a text.</summary>
    /// <param name="text">Numbers with spaces between.</param>
    /// <param name="width">Pixels a row; SIIM-ACR: 1024.</param>
    /// <param name="height">Rows.</param>
    /// <param name="fault">What is wrong with it; null when nothing is.</param>
    /// <returns>Null where <paramref name="fault"/> says why.</returns>
    public static RunLengthMask? Parse(string text, int width, int height, out string? fault)
    {
        fault = null;
        if (IsNone(text)) return new(width, height, []);
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var pairs = new int[words.Length];
        long end = 0;
        if (words.Length == 0 || words.Length % 2 == 1)
            fault = $"the mask has {words.Length} numbers, expected pairs of gap and length, or -1.";
        for (var i = 0; i < words.Length && fault is null; i++)
        {
            if (!int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out pairs[i]))
                fault = $"the mask holds '{words[i]}', expected whole numbers of at least 0.";
            else if (i % 2 == 1 && pairs[i] == 0) fault = $"run {i / 2 + 1} of the mask has length 0.";
            else if ((end += pairs[i]) > (long)width * height) fault = $"the mask ends at pixel {end}, outside of {width} x {height}.";
        }
        return fault is null ? new(width, height, pairs) : null;
    }

    /// <summary>Writes pixels in the same form.</summary>
    /// <param name="pixels">Row by row from the top left.</param>
    /// <param name="width">Pixels a row.</param>
    public static RunLengthMask Encode(ReadOnlySpan<bool> pixels, int width)
    {
        var height = width == 0 ? 0 : pixels.Length / width;
        if (height * width != pixels.Length) throw new ArgumentException($"{pixels.Length} pixels are no rows of {width}.");
        List<int> pairs = [];
        var (gap, run) = (0, 0);
        for (var x = 0; x < width; x++)
            for (var y = 0; y < height; y++)
            {
                if (pixels[y * width + x]) run++;
                else if (run == 0) gap++;
                else
                {
                    pairs.AddRange([gap, run]);
                    (gap, run) = (1, 0);
                }
            }
        if (run > 0) pairs.AddRange([gap, run]);
        return new(width, height, [.. pairs]);
    }

    /// <summary>The pixels, row by row from the top left.</summary>
    public bool[] Pixels()
    {
        var pixels = new bool[Width * Height];
        Paint(pixels);
        return pixels;
    }

    /// <summary>
    /// Sets the area's pixels in a picture of the same size and leaves the others: several masks of one finding are painted into one.
    /// </summary>
    public void Paint(bool[] pixels)
    {
        if (pixels.Length != Width * Height) throw new ArgumentException($"{pixels.Length} pixels for a mask of {Width} x {Height}.");
        var at = 0;
        for (var i = 0; i < _pairs.Length; i += 2)
        {
            at += _pairs[i];
            for (var end = at + _pairs[i + 1]; at < end; at++) pixels[at % Height * Width + at / Height] = true;
        }
    }

    /// <summary>The text: pairs, or -1.</summary>
    public override string ToString() => _pairs.Length == 0 ? "-1" : string.Join(' ', _pairs);
}
