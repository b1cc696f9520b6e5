namespace RadZ.Imaging;

/// <summary>
/// How a picture lies in the square that the model sees: in its middle, on a border, scaled (<c>ClipPreparation</c>).
/// </summary>
/// <param name="Width">Of the picture, in pixels.</param>
/// <param name="Height">Of the picture, in pixels.</param>
public readonly record struct PreparedFrame(int Width, int Height)
{
    int Side => Math.Max(Width, Height);

    /// <summary>A place of the picture (pixel centres at .5) as a part of the square's side, 0..1 from its left.</summary>
    public double Across(double x) => (x + (Side - Width) / 2) / Side;

    /// <summary>The same from the top.</summary>
    public double Down(double y) => (y + (Side - Height) / 2) / Side;
}

/// <summary>
/// Where a finding lies, cell by cell over the square that the model sees. Values are of any scale; higher speaks more for the
/// finding, and only what is above zero speaks for it at all.
/// </summary>
/// <param name="Columns">Cells across.</param>
/// <param name="Rows">Cells down.</param>
/// <param name="Values">Row by row from the top left.</param>
public sealed record HeatMap(int Columns, int Rows, float[] Values)
{
    /// <summary>
    /// The map over the picture itself, one value a pixel, bilinear between the cells' centres; the border that made the picture square is
    /// gone.
    /// </summary>
    public float[] Over(PreparedFrame frame)
    {
        var (columns, rows) = (Weights(frame.Width, x => frame.Across(x) * Columns, Columns),
            Weights(frame.Height, y => frame.Down(y) * Rows, Rows));
        var map = new float[frame.Width * frame.Height];
        for (var y = 0; y < frame.Height; y++)
        {
            var (top, bottom, down) = rows[y];
            var into = map.AsSpan(y * frame.Width, frame.Width);
            for (var x = 0; x < into.Length; x++)
            {
                var (left, right, across) = columns[x];
                var above = Between(Values[top * Columns + left], Values[top * Columns + right], across);
                into[x] = Between(above, Between(Values[bottom * Columns + left], Values[bottom * Columns + right], across), down);
            }
        }
        return map;
    }

    static float Between(float a, float b, float part) => a + (b - a) * part;

    static (int Low, int High, float Part)[] Weights(int pixels, Func<double, double> place, int cells) =>
        [.. Enumerable.Range(0, pixels).Select(i =>
        {
            var at = Math.Clamp(place(i + 0.5) - 0.5, 0, cells - 1);
            var low = Math.Min((int)at, cells - 1);
            return (low, Math.Min(low + 1, cells - 1), (float)(at - low));
        })];
}
