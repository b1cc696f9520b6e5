namespace RadZ.Phantoms.Drawing;

/// <summary>Where the picture lies in the patient's plane.</summary>
/// <param name="Size">Pixels a side.</param>
/// <param name="Left">The picture's left edge in centimetres from the midline; negative is the patient's right.</param>
/// <param name="Top">The picture's upper edge in centimetres below the lung's apex (negative: above).</param>
/// <param name="Side">Length of a side in centimetres.</param>
readonly record struct Frame(int Size, double Left, double Top, double Side)
{
    /// <summary>Centimetres a pixel.</summary>
    public double Pitch => Side / Size;

    public double X(int column) => Left + (column + 0.5) * Pitch;

    public double Y(int row) => Top + (row + 0.5) * Pitch;

    /// <summary>A centimetre position in pixels; pixel 0's centre is at 0.</summary>
    public double Column(double x) => (x - Left) / Pitch - 0.5;

    public double Row(double y) => (y - Top) / Pitch - 0.5;

    /// <summary>The pixels whose centres may lie in a rectangle of centimetres, clipped to the picture; may be empty.</summary>
    public Box BoxAround(double left, double top, double right, double bottom)
    {
        int l = Clip(Math.Floor(Column(left))), t = Clip(Math.Floor(Row(top)));
        int r = Clip(Math.Ceiling(Column(right)) + 1), b = Clip(Math.Ceiling(Row(bottom)) + 1);
        return new Box(l, t, Math.Max(l, r), Math.Max(t, b));
    }

    int Clip(double pixel) => (int)Math.Clamp(pixel, 0, Size);
}
