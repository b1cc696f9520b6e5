namespace RadZ.Phantoms;

/// <summary>One chest's borders sampled on the picture's rows and columns, and from them the air along every ray.</summary>
sealed class LungTables
{
    readonly int size;
    readonly double[] x;
    readonly double[] y;
    readonly double[] diaphragm;
    readonly double[] apex;
    readonly double[] widthRight;
    readonly double[] widthLeft;
    readonly double[] depth;
    readonly double[] heartCentre;
    readonly double[] heartHalf;
    readonly double[] heartDepth;
    readonly double[] closure;
    ChestShape shape = null!;

    public LungTables(int size)
    {
        this.size = size;
        (x, y, diaphragm, apex) = (new double[size], new double[size], new double[size], new double[size]);
        (widthRight, widthLeft, depth) = (new double[size], new double[size], new double[size]);
        (heartCentre, heartHalf, heartDepth, closure) = (new double[size], new double[size], new double[size], new double[size]);
    }

    /// <summary>Samples a chest (settled) on a frame.</summary>
    public void Sample(ChestShape chest, in Frame frame)
    {
        shape = chest;
        for (int i = 0; i < size; i++)
        {
            x[i] = frame.X(i);
            y[i] = frame.Y(i);
            diaphragm[i] = chest.DiaphragmAt(x[i]);
            apex[i] = ChestShape.ApexAt(x[i]);
            double vault = chest.Vault(y[i]);
            widthRight[i] = chest.HalfWidth[0] * vault;
            widthLeft[i] = chest.HalfWidth[1] * vault;
            depth[i] = 2 * chest.HalfDepth * (0.25 + 0.75 * vault) * Math.Min(1, vault * 2);
            double left = chest.LeftBorder(y[i]), right = chest.RightBorder(y[i]);
            heartCentre[i] = (left + right) / 2;
            heartHalf[i] = (left - right) / 2;
            heartDepth[i] = chest.MediastinalDepth(y[i]);
        }
    }

    /// <summary>Air-bearing lung along the ray of a pixel, centimetres; 0 outside the lungs.</summary>
    public float AirAt(int row, int column)
    {
        double px = x[column], py = y[row];
        double wide = px < 0 ? widthRight[row] : widthLeft[row];
        double u = px / wide;
        if (!(u * u < 1) || py <= apex[column])
            return 0;
        double cavity = depth[row] * Math.Sqrt(1 - u * u);
        double rise = (py - apex[column]) / 3.0;
        if (rise < 1)
            cavity *= Math.Sqrt(rise * (2 - rise));
        double below = py - diaphragm[column];
        if (below > 0)
        {
            cavity -= Math.Sqrt(below * 9.5 * shape.HalfDepth);
            if (cavity <= 0)
                return 0;
        }
        double air = cavity;
        double across = (px - heartCentre[row]) / heartHalf[row];
        if (across * across < 1)
            air -= heartDepth[row] * Math.Sqrt(1 - across * across);
        double spine = (px - 0.15 * heartCentre[row]) / 2.7;
        if (spine * spine < 1)
            air -= 9.5 * (1 - spine * spine);
        double kx = px - (heartCentre[row] + 2.35), ky = py - 0.30 * shape.LungHeight;
        double knob = shape.Knob * shape.Knob - kx * kx - ky * ky;
        if (knob > 0)
            air -= 2.6 * Math.Sqrt(knob);
        else if (ky > 0)
        {
            double aorta = (px - 1.9 + 0.03 * ky) / 1.3;
            if (aorta * aorta < 1)
                air -= 2.4 * Math.Sqrt(1 - aorta * aorta);
        }
        return air <= 0 ? 0 : (float)air;
    }

    public double Diaphragm(int column) => diaphragm[column];

    public double Width(int side, int row) => side == 0 ? widthRight[row] : widthLeft[row];
}
