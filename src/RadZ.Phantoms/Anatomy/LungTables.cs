using RadZ.Phantoms.Drawing;

namespace RadZ.Phantoms.Anatomy;

/// <summary>One chest's borders sampled on the picture's rows and columns, and from them the air along every ray.</summary>
sealed class LungTables
{
    readonly int _size;
    readonly double[] _x;
    readonly double[] _y;
    readonly double[] _diaphragm;
    readonly double[] _apex;
    readonly double[] _widthRight;
    readonly double[] _widthLeft;
    readonly double[] _depth;
    readonly double[] _heartCenter;
    readonly double[] _heartHalf;
    readonly double[] _heartDepth;
    ChestShape _shape = null!;

    public LungTables(int size)
    {
        _size = size;
        (_x, _y, _diaphragm, _apex) = (new double[_size], new double[_size], new double[_size], new double[_size]);
        (_widthRight, _widthLeft, _depth) = (new double[_size], new double[_size], new double[_size]);
        (_heartCenter, _heartHalf, _heartDepth) = (new double[_size], new double[_size], new double[_size]);
    }

    /// <summary>Samples a chest (settled) on a frame.</summary>
    public void Sample(ChestShape chest, in Frame frame)
    {
        _shape = chest;
        for (int i = 0; i < _size; i++)
        {
            _x[i] = frame.X(i);
            _y[i] = frame.Y(i);
            _diaphragm[i] = chest.DiaphragmAt(_x[i]);
            _apex[i] = ChestShape.ApexAt(_x[i]);
            double vault = chest.Vault(_y[i]);
            _widthRight[i] = chest.HalfWidth[0] * vault;
            _widthLeft[i] = chest.HalfWidth[1] * vault;
            _depth[i] = 2 * chest.HalfDepth * (0.25 + 0.75 * vault) * Math.Min(1, vault * 2);
            double left = chest.LeftBorder(_y[i]), right = chest.RightBorder(_y[i]);
            _heartCenter[i] = (left + right) / 2;
            _heartHalf[i] = (left - right) / 2;
            _heartDepth[i] = chest.MediastinalDepth(_y[i]);
        }
    }

    /// <summary>Air-bearing lung along the ray of a pixel, centimetres; 0 outside the lungs.</summary>
    public float AirAt(int row, int column)
    {
        double px = _x[column], py = _y[row];
        double wide = px < 0 ? _widthRight[row] : _widthLeft[row];
        double u = px / wide;
        if (!(u * u < 1) || py <= _apex[column])
            return 0;
        double cavity = _depth[row] * Math.Sqrt(1 - u * u);
        double rise = (py - _apex[column]) / 3.0;
        if (rise < 1)
            cavity *= Math.Sqrt(rise * (2 - rise));
        double below = py - _diaphragm[column];
        if (below > 0)
        {
            cavity -= Math.Sqrt(below * 9.5 * _shape.HalfDepth);
            if (cavity <= 0)
                return 0;
        }
        double air = cavity;
        double across = (px - _heartCenter[row]) / _heartHalf[row];
        if (across * across < 1)
            air -= _heartDepth[row] * Math.Sqrt(1 - across * across);
        double spine = (px - 0.15 * _heartCenter[row]) / 2.7;
        if (spine * spine < 1)
            air -= 9.5 * (1 - spine * spine);
        double kx = px - (_heartCenter[row] + 2.35), ky = py - 0.30 * _shape.LungHeight;
        double knob = _shape.Knob * _shape.Knob - kx * kx - ky * ky;
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
}
