using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Detection;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Findings;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms;

/// <summary>One phantom on its way from plan to pixels.</summary>
sealed class Rendering
{
    /// <summary>Grey behind the blades of the collimator.</summary>
    const float Shadowed = 0.01f;

    readonly PhantomPlan _plan;
    readonly int _size;
    readonly int _count;
    readonly ChestShape _healthy;
    readonly Collimation _collimation;
    readonly Frame _frame;
    readonly Beam _beam;
    readonly Detector _detector;
    readonly FindingForm[] _forms;
    readonly Workspace _space;
    readonly float[] _body;
    readonly float[] _vessels;
    readonly float[] _texture;
    readonly float[] _healthyAir;
    readonly LungTables _tables;
    readonly LungLayers _layers;

    public Rendering(PhantomPlan plan, int size)
    {
        (_plan, _size, _count) = (plan, size, size * size);
        _beam = new Beam(_plan.Body);
        _healthy = ChestShape.Create(_plan, _beam);
        _healthy.Build();
        _collimation = Collimation.Create(_plan, _healthy, _size);
        _frame = _collimation.Frame;
        _detector = new Detector(_frame, _plan.Site);
        _forms = [.. _plan.Findings.Select(f => FindingForms.Create(f, _plan.Seed))];
        _space = Workspace.Rent(_size);
        (_body, _vessels, _texture, _healthyAir) = (_space.Body, _space.Vessels, _space.Texture, _space.HealthyAir);
        (_tables, _layers) = (_space.Tables, _space.Layers);
    }

    public Phantom Draw()
    {
        DrawAnatomy();
        Workspace.Exposure normal = _space.Normal, all = normal, without = normal;
        Attenuate(_healthy, normal.Attenuation);
        _detector.Expose(normal.Attenuation, _space.Primary, normal.Seen);
        DisplayCurve curve = CurveOf(normal.Seen);
        curve.Show(normal.Seen, _space.Primary, normal.Gray, _size);

        ChestShape shape = _healthy;
        byte[][] cores = new byte[_forms.Length][];
        if (_forms.Length > 0)
        {
            all = _space.All;
            shape = With(-1, cores, all.Attenuation);
            Expose(all, curve);
        }
        DrawnFinding[] drawn = new DrawnFinding[_forms.Length];
        Truth truth = new(_frame, _collimation, _plan.Site, curve, _detector);
        for (int k = 0; k < _forms.Length; k++)
        {
            if (_forms.Length > 1)
            {
                without = _space.Without;
                With(k, null, without.Attenuation);
                Expose(without, curve);
            }
            drawn[k] = truth.Measure(_forms[k], cores[k], all, without, _space.Changed);
        }
        return new Phantom(_plan, _size, Pixels(all, curve), drawn, shape.CardiothoracicRatio, _frame.Pitch * 10);
    }

    void Expose(Workspace.Exposure exposure, DisplayCurve curve)
    {
        _detector.Expose(exposure.Attenuation, _space.Primary, exposure.Seen);
        curve.Show(exposure.Seen, _space.Primary, exposure.Gray, _size);
    }

    void DrawAnatomy()
    {
        new SoftTissue(_plan, _healthy).Draw(_body, _frame);
        new Skeleton(_plan, _healthy, _beam).Draw(_body, _frame);
        DevicesOverlay.Draw(_body, _frame, _plan, _healthy);
        SideMarker.Draw(_body, _plan, _collimation);
        VesselTree.Draw(_vessels, _frame, _plan, _healthy);
        _tables.Sample(_healthy, _frame);
        uint key = RandomStream.Create(_plan.Seed, "texture").Key();
        for (int row = 0; row < _size; row++)
        {
            for (int column = 0; column < _size; column++)
            {
                int at = row * _size + column;
                float air = _healthyAir[at] = _tables.AirAt(row, column);
                _texture[at] = air <= 0 ? 1
                    : 1 + 0.16f * NoiseField.Cloud(key, (float)_frame.X(column) * 2.2f, (float)_frame.Y(row) * 2.2f);
            }
        }
    }

    /// <summary>Attenuation with all findings but one (-1: with all); the cores get each finding's pixels.</summary>
    ChestShape With(int left, byte[][]? cores, float[] attenuation)
    {
        ChestShape shape = _healthy.Copy();
        for (int k = 0; k < _forms.Length; k++)
        {
            if (k != left)
                _forms[k].Reshape(shape);
        }
        shape.Build();
        _layers.Clear();
        for (int k = 0; k < _forms.Length; k++)
        {
            byte[]? core = cores is null ? null : cores[k] = new byte[_count];
            if (k != left)
                _forms[k].Paint(new FindingCanvas(_frame, _healthy, shape, _layers, _healthyAir, core));
        }
        Attenuate(shape, attenuation);
        return shape;
    }

    void Attenuate(ChestShape shape, float[] attenuation)
    {
        const float mu = (float)ChestShape.Mu, lung = (float)ChestShape.LungDensity;
        bool sick = !ReferenceEquals(shape, _healthy);
        if (sick)
            _tables.Sample(shape, _frame);
        for (int row = 0; row < _size; row++)
        {
            for (int column = 0; column < _size; column++)
            {
                int at = row * _size + column;
                float air = sick ? _tables.AirAt(row, column) : _healthyAir[at], sum = _body[at];
                if (air > 0)
                {
                    float density = lung * _texture[at], vessel = _vessels[at], fill = 0, solid = 0;
                    if (sick)
                    {
                        density *= _layers.Density[at];
                        vessel *= _layers.Vessels[at];
                        fill = _layers.Fill[at];
                        solid = Math.Min(_layers.Solid[at], air);
                    }
                    vessel = Math.Min(vessel, 0.8f * air);
                    float open = 1 - fill, rest = air - solid;
                    sum -= mu * (rest * open * (1 - density) - 0.72f * vessel * open * (rest / air));
                }
                if (sick)
                    sum += mu * _layers.Extra[at];
                attenuation[at] = Math.Max(sum, 0);
            }
        }
    }

    DisplayCurve CurveOf(float[] seen)
    {
        double lung = 0, middle = 0;
        int lungs = 0, middles = 0;
        for (int row = 0; row < _size; row += 2)
        {
            double y = _frame.Y(row);
            (int from, int to) = _collimation.Open(row);
            for (int column = from; column < to; column += 2)
            {
                int at = row * _size + column;
                double x = _frame.X(column);
                if (_healthyAir[at] > 0.9 * _healthy.HalfDepth)
                {
                    lung += seen[at];
                    lungs++;
                }
                else if (Math.Abs(x) < 2 && y > 0.2 * _healthy.LungHeight && y < _healthy.LungHeight)
                {
                    middle += seen[at];
                    middles++;
                }
            }
        }
        return new DisplayCurve((float)(lung / Math.Max(1, lungs)), (float)(middle / Math.Max(1, middles)), _plan.Site,
            RandomStream.Create(_plan.Seed, "display"));
    }

    ushort[] Pixels(Workspace.Exposure exposure, DisplayCurve curve)
    {
        ushort[] pixels = new ushort[_count];
        ulong noiseKey = RandomStream.Create(_plan.Seed, "noise").Next();
        for (int row = 0; row < _size; row++)
        {
            (int from, int to) = _collimation.Open(row);
            for (int column = 0; column < _size; column++)
            {
                int at = row * _size + column;
                float value = Shadowed;
                if (column >= from && column < to)
                    value = exposure.Gray[at] + Truth.NoiseAt(_plan.Site, _size, exposure.Seen[at], curve) * Bell(noiseKey, at);
                pixels[at] = (ushort)Math.Clamp((int)(value * 65535f + 0.5f), 0, 65535);
            }
        }
        return pixels;
    }

    /// <summary>A bell-shaped number that depends on the key and the pixel alone.</summary>
    static float Bell(ulong key, int at)
    {
        ulong h = RandomStream.Mixed(key + (ulong)at * 0x9E3779B97F4A7C15);
        int sum = (int)(h & 0xFFFF) + (int)((h >> 16) & 0xFFFF) + (int)((h >> 32) & 0xFFFF) + (int)(h >> 48);
        return (sum - 131070) * (1.7320508f / 65536f);
    }
}
