using System.Globalization;

namespace RadZ.Imaging.Dicom.Gray;

/// <summary>
/// Which window a picture is seen through. The file's first is the standard; a folder of CT may be given another by name.
/// </summary>
public sealed record WindowChoice
{
    /// <summary>Windows of chest CT, in Hounsfield units (centre, width); for CT alone.</summary>
    public static IReadOnlyDictionary<string, (double Centre, double Width)> Presets { get; } =
        new Dictionary<string, (double, double)>(StringComparer.OrdinalIgnoreCase)
        {
            ["lung"] = (-600, 1500),
            ["mediastinum"] = (50, 350),
            ["bone"] = (400, 1800),
        };

    /// <summary>From the 1st to the 99th of a hundred of the frame's values: MR, whose numbers have no unit.</summary>
    public const string Percentiles = "percentiles";

    /// <summary>From the lowest to the highest of the frame's values.</summary>
    public const string MinMax = "min-max";

    /// <summary>The centre, of a window given in numbers.</summary>
    public double? Center { get; private init; }

    /// <summary>The width, of a window given in numbers.</summary>
    public double? Width { get; private init; }

    /// <summary>The file's N-th window, from 1.</summary>
    public int? Number { get; private init; }

    /// <summary>A name: of one of the file's windows (Window Center &amp; Width Explanation), else of a preset.</summary>
    public string? Name { get; private init; }

    /// <summary>A window of one's own, in the values of the modality; the width at least 1.</summary>
    public static WindowChoice FromCenter(double center, double width)
    {
        if (!double.IsFinite(center) || !double.IsFinite(width) || width < 1)
            throw new ArgumentOutOfRangeException(nameof(width), width, "a window's centre and width are numbers, its width at least 1");
        return new() { Center = center, Width = width };
    }

    /// <summary>Reads <c>C,W</c>, a whole number from 1, or a name; null when it is none of them.</summary>
    public static WindowChoice? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(',');
        if (parts.Length == 2 && Try(parts[0], out var center) && Try(parts[1], out var width))
            return double.IsFinite(center) && double.IsFinite(width) && width >= 1 ? FromCenter(center, width) : null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number >= 1 ? new() { Number = number } : null;
        return text.Trim().Length > 0 ? new() { Name = text.Trim() } : null;
    }

    static bool Try(string text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
