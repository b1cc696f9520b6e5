namespace RadZ.Imaging.Dicom.Gray;

/// <summary>From the modality's values to how bright they are shown, 0 to 1 (PS3.3 C.11.2).</summary>
abstract class VoiMap
{
    /// <summary>The mapping's name: LINEAR, LINEAR_EXACT, SIGMOID, VOI LUT, min-max, percentiles.</summary>
    public abstract string Name { get; }

    /// <summary>0 black, 1 white; a table whose entries exceed its bits may give more.</summary>
    public abstract double this[double x] { get; }
}

/// <summary>C.11.2.1.2.1: the standard's own window, whose two ends are pixels.</summary>
sealed class LinearWindow(double center, double width) : VoiMap
{
    public override string Name => "LINEAR";

    public override double this[double x] => x <= center - .5 - (width - 1) / 2 ? 0 : x > center - .5 + (width - 1) / 2 ? 1
        : (x - (center - .5)) / Math.Max(width - 1, 1e-300) + .5;
}

/// <summary>C.11.2.1.3.2: the window without that half.</summary>
sealed class LinearExactWindow(double center, double width) : VoiMap
{
    public override string Name => "LINEAR_EXACT";

    public override double this[double x] => x <= center - width / 2 ? 0 : x > center + width / 2 ? 1 : (x - center) / width + .5;
}

/// <summary>C.11.2.1.3.1: an S, which never quite reaches its ends.</summary>
sealed class SigmoidWindow(double center, double width) : VoiMap
{
    public override string Name => "SIGMOID";

    public override double this[double x] => 1 / (1 + Math.Exp(-4 * (x - center) / width));
}

/// <summary>C.11.2.1.1: a table.</summary>
sealed class VoiLookup(GrayLookup table) : VoiMap
{
    readonly double _full = (1 << table.Bits) - 1;

    public override string Name => "VOI LUT";

    public override double this[double x] => table[(long)Math.Floor(x)] / _full;
}

/// <summary>Where the file names no window: from one value to another, all black when they are the same.</summary>
sealed class RangeMap(string name, double low, double high) : VoiMap
{
    public override string Name => name;

    public override double this[double x] => high > low ? Math.Clamp((x - low) / (high - low), 0, 1) : 0;
}
