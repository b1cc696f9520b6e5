namespace RadZ.Imaging.Preparation;

/// <summary>Where a pixel of the result comes from, both measured from the middle: (Xx x + Xy y + X0, Yx x + Yy y + Y0).</summary>
readonly record struct AffineMap(double Xx, double Xy, double X0, double Yx, double Yy, double Y0)
{
    public static AffineMap Identity { get; } = new(1, 0, 0, 0, 1, 0);

    /// <summary>Left becomes right.</summary>
    public static AffineMap Mirror { get; } = new(-1, 0, 0, 0, 1, 0);

    /// <summary>Turns the picture anticlockwise, as Pillow does.</summary>
    public static AffineMap Rotation(double degrees)
    {
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        return new(cos, -sin, 0, sin, cos, 0);
    }

    /// <summary>Enlarges the picture by a factor.</summary>
    public static AffineMap Scaling(double factor) => new(1 / factor, 0, 0, 0, 1 / factor, 0);

    /// <summary>Moves the picture right and down, in pixels.</summary>
    public static AffineMap Shift(double right, double down) => new(1, 0, -right, 0, 1, -down);

    /// <summary>Slants the picture about its middle (Pillow slants about the corner, which moves it away as well).</summary>
    public static AffineMap Shear(double across, double down) => new(1, across, 0, down, 1, 0);

    /// <summary>The map of doing this to a picture first and then the next.</summary>
    public AffineMap Then(AffineMap next) => new(
        Xx * next.Xx + Xy * next.Yx, Xx * next.Xy + Xy * next.Yy, Xx * next.X0 + Xy * next.Y0 + X0,
        Yx * next.Xx + Yy * next.Yx, Yx * next.Xy + Yy * next.Yy, Yx * next.X0 + Yy * next.Y0 + Y0);
}
