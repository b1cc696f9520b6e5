using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Anatomy;

/// <summary>
/// The measures of one chest: from the body and chance, then changed by findings that move things (heart size, diaphragms, mediastinum).
/// Index 0 is the patient's right (negative X), 1 the left. Centimetres.
/// </summary>
sealed class ChestShape
{
    /// <summary>Widest inner half width of the rib cage.</summary>
    public required double[] HalfWidth { get; init; }

    /// <summary>Top of each diaphragm's dome below the apex.</summary>
    public required double[] Dome { get; init; }

    /// <summary>How deep the costophrenic angle lies below the dome.</summary>
    public required double[] Sulcus { get; init; }

    /// <summary>Apex to right dome as built, whatever findings do: the chest's vertical scale.</summary>
    public required double LungHeight { get; init; }

    /// <summary>Half of the inner depth, front to back.</summary>
    public required double HalfDepth { get; init; }

    /// <summary>Widest heart over widest inner chest.</summary>
    public required double CardiothoracicRatio { get; set; }

    /// <summary>Above it the heart is too large: 0.5 on PA, 0.55 on AP.</summary>
    public required double CardiothoracicLimit { get; init; }

    /// <summary>The heart's and great vessels' shift to the left.</summary>
    public required double MediastinalShift { get; set; }

    /// <summary>Radius of the aortic knob.</summary>
    public required double Knob { get; init; }

    /// <summary>How far the ageing aorta has unfolded to the right: added to the right border of the upper mediastinum.</summary>
    public required double Unfolding { get; init; }

    /// <summary>Half width of the upper mediastinum.</summary>
    public required double Pedicle { get; init; }

    /// <summary>Part of the heart's width on the left of the midline.</summary>
    public required double HeartLeft { get; init; }

    /// <summary>Wall of the chest at the side: skin, fat, muscle, ribs.</summary>
    public required double Wall { get; init; }

    /// <summary>Linear attenuation of soft tissue for this beam, per centimetre.</summary>
    public const double Mu = 0.185;

    /// <summary>Density of aerated lung relative to water.</summary>
    public const double LungDensity = 0.27;

    static readonly double[] s_leftAt = [-0.3, 0.0, 0.2, 0.31, 0.42, 0.49, 0.60, 0.74, 0.87, 0.97, 1.08, 1.2];
    static readonly double[] s_rightAt = [-0.3, 0.0, 0.2, 0.38, 0.50, 0.60, 0.74, 0.86, 0.98, 1.1, 1.2];
    static readonly double[] s_depthAt = [-0.3, 0.1, 0.35, 0.55, 0.75, 0.95, 1.2];
    readonly double[] _leftBy = new double[s_leftAt.Length];
    readonly double[] _rightBy = new double[s_rightAt.Length];
    readonly double[] _depthBy = new double[s_depthAt.Length];

    /// <summary>The chest of a plan, no finding yet.</summary>
    public static ChestShape Create(PhantomPlan plan, Beam beam)
    {
        Body body = plan.Body;
        RandomStream chance = RandomStream.Create(plan.Seed, "chest");
        bool male = body.Sex == Sex.Male, ap = body.View == View.AP;
        double tall = body.Height / (male ? 176.0 : 163.0), fat = body.BodyMassIndex - 24;
        double half = (male ? 13.7 : 12.4) * (0.4 + 0.6 * tall) * (1 + 0.004 * fat) * (1 + 0.025 * chance.Bell());
        double height = (male ? 21.6 : 19.6) * tall * (0.80 + 0.23 * body.Inspiration) * (1 - 0.006 * Math.Max(0, fat)) * (ap ? 0.93 : 1)
            * (1 + 0.03 * chance.Bell());
        double depth = (male ? 8.6 : 7.8) * (1 + 0.008 * fat) * (1 + 0.03 * chance.Bell());
        double turn = beam.Sine;
        double ctr = Math.Clamp((ap ? 0.485 : 0.445) + 0.0006 * (body.Age - 50) + 0.0018 * fat + 0.05 * (0.7 - body.Inspiration)
            + 0.016 * chance.Bell(), ap ? 0.42 : 0.38, ap ? 0.535 : 0.485);
        double gap = 1.3 + 0.5 * chance.Bell();
        return new ChestShape
        {
            HalfWidth = [half * (1 - 0.35 * turn) * (1 + 0.01 * chance.Bell()), half * (1 + 0.35 * turn) * (1 + 0.01 * chance.Bell())],
            LungHeight = height,
            Dome = [height, height + gap],
            Sulcus = [4.3 + 0.5 * chance.Bell(), 3.9 + 0.5 * chance.Bell()],
            HalfDepth = depth,
            CardiothoracicRatio = ctr,
            CardiothoracicLimit = ap ? 0.55 : 0.5,
            MediastinalShift = -4.5 * turn + 0.15 * chance.Bell(),
            Knob = (1.45 + 0.011 * Math.Max(0, body.Age - 35)) * (ap ? 1.08 : 1) * (1 + 0.08 * chance.Bell()),
            Unfolding = 0.016 * Math.Max(0, body.Age - 45) * (1 + 0.3 * chance.Bell()),
            Pedicle = (2.75 + 0.02 * Math.Max(0, fat)) * (ap ? 1.2 : 1) * (1 + 0.05 * chance.Bell()),
            HeartLeft = 0.67 + 0.02 * chance.Bell(),
            Wall = Math.Clamp(2.1 + 0.13 * fat, 1.3, 6),
        };
    }

    /// <summary>A copy for findings to change.</summary>
    public ChestShape Copy() => new()
    {
        HalfWidth = [.. HalfWidth],
        Dome = [.. Dome],
        Sulcus = [.. Sulcus],
        LungHeight = LungHeight,
        HalfDepth = HalfDepth,
        CardiothoracicRatio = CardiothoracicRatio,
        CardiothoracicLimit = CardiothoracicLimit,
        MediastinalShift = MediastinalShift,
        Knob = Knob,
        Unfolding = Unfolding,
        Pedicle = Pedicle,
        HeartLeft = HeartLeft,
        Wall = Wall,
    };

    /// <summary>The side of the picture's plane on which x lies: 0 the patient's right.</summary>
    public static int SideOf(double x) => x < 0 ? 0 : 1;

    /// <summary>Inner half width of the rib cage at a height, 0 at the apex and above.</summary>
    public double WidthAt(int side, double y) => HalfWidth[side] * Vault(y);

    /// <summary>The rib cage's half width at a height as a part of the widest.</summary>
    public double Vault(double y)
    {
        double v = y / (0.66 * LungHeight);
        if (v <= 0)
            return 0;
        if (v < 1)
        {
            double open = PortableMath.Pow(1 - v, 2.3);
            return Math.Sqrt(1 - open);
        }
        return 1 - 0.04 * (v - 1) * (v - 1);
    }

    /// <summary>Height of the lung's top over x: the dome of the apex, lower toward the mediastinum.</summary>
    public static double ApexAt(double x)
    {
        double inward = Math.Max(0, 4.2 - Math.Abs(x));
        return 0.28 * inward * inward;
    }

    /// <summary>Height of the diaphragm over x.</summary>
    public double DiaphragmAt(double x)
    {
        int side = SideOf(x);
        double half = HalfWidth[side] * 0.985, peak = 0.46 * half, a = Math.Abs(x);
        if (a <= peak)
        {
            double u = (peak - a) / peak;
            return Dome[side] + (0.32 * Sulcus[side]) * u * u;
        }
        double o = Math.Min(1, (a - peak) / (half - peak));
        return Dome[side] + Sulcus[side] * (1 - Math.Sqrt(1 - 0.985 * o * o)) / 0.8775;
    }

    /// <summary>Widest heart left and right of its midline.</summary>
    public (double Left, double Right) HeartHalves
    {
        get
        {
            double wide = CardiothoracicRatio * (HalfWidth[0] + HalfWidth[1]);
            return (wide * HeartLeft, wide * (1 - HeartLeft));
        }
    }

    /// <summary>Lays the borders of heart and great vessels through their points; to be called after the last change.</summary>
    public void Build()
    {
        (double left, double right) = HeartHalves;
        double p = Pedicle;
        double[] l = [p * 1.0, p, p * 1.02, p * 1.08, p * 1.02, 0.40 * left + 0.35, 0.57 * left, 0.82 * left, 0.985 * left, left,
            0.98 * left, 0.9 * left];
        double[] r = [p * 1.0, p * 1.0, p * 0.97 + 0.4 * Unfolding, p * 1.0 + Unfolding, 0.66 * right + 0.1 + 0.5 * Unfolding, 0.90 * right,
            right, 0.97 * right, 0.88 * right, 0.8 * right, 0.7 * right];
        double swell = (left + right) / (0.45 * (HalfWidth[0] + HalfWidth[1]));
        double[] d = [10, 11, 12, 11 * swell, 11.8 * swell, 12 * swell, 12 * swell];
        l.CopyTo(_leftBy, 0);
        r.CopyTo(_rightBy, 0);
        d.CopyTo(_depthBy, 0);
    }

    /// <summary>The mediastinum's left border at a height, from the picture's midline.</summary>
    public double LeftBorder(double y) => MediastinalShift * ShiftAt(y) + Curve.At(s_leftAt, _leftBy, y / LungHeight);

    /// <summary>The mediastinum's right border at a height (negative).</summary>
    public double RightBorder(double y) => MediastinalShift * ShiftAt(y) - Curve.At(s_rightAt, _rightBy, y / LungHeight);

    /// <summary>Front-to-back depth of heart and great vessels at a height.</summary>
    public double MediastinalDepth(double y) => Curve.At(s_depthAt, _depthBy, y / LungHeight);

    /// <summary>The hilum of a side.</summary>
    public (double X, double Y) Hilum(int side) => side == 0
        ? (MediastinalShift * 0.7 - 1.2 * Pedicle - 0.9, 0.50 * LungHeight)
        : (MediastinalShift * 0.7 + 1.15 * Pedicle + 0.8, 0.455 * LungHeight);

    double ShiftAt(double y) => Math.Clamp(0.35 + 0.65 * y / (0.7 * LungHeight), 0.2, 1);
}
