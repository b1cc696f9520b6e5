namespace RadZ.Imaging.Dicom.Pixels;

/// <summary>What samples mean (Photometric Interpretation, PS3.3 C.7.6.3.1.2).</summary>
public enum Photometric
{
    /// <summary>Grey, the lowest value white.</summary>
    Monochrome1,

    /// <summary>Grey, the lowest value black.</summary>
    Monochrome2,

    /// <summary>An index into a table of colours.</summary>
    PaletteColor,

    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Luminance and two differences, full range.</summary>
    YbrFull,

    /// <summary>The same, differences at half width.</summary>
    YbrFull422,

    /// <summary>The same in studio range (retired).</summary>
    YbrPartial422,

    /// <summary>Luminance and differences of JPEG 2000 with loss, which its decoder turns into red, green, blue.</summary>
    YbrIct,

    /// <summary>The same without loss.</summary>
    YbrRct,
}

/// <summary>Words of <see cref="Photometric"/>.</summary>
static class PhotometricNames
{
    static readonly (Photometric Value, string Name)[] s_names =
    [
        (Photometric.Monochrome1, "MONOCHROME1"), (Photometric.Monochrome2, "MONOCHROME2"), (Photometric.PaletteColor, "PALETTE COLOR"),
        (Photometric.Rgb, "RGB"), (Photometric.YbrFull, "YBR_FULL"), (Photometric.YbrFull422, "YBR_FULL_422"),
        (Photometric.YbrPartial422, "YBR_PARTIAL_422"), (Photometric.YbrIct, "YBR_ICT"), (Photometric.YbrRct, "YBR_RCT"),
    ];

    /// <summary>As DICOM writes it.</summary>
    public static string Name(this Photometric photometric) => s_names.First(n => n.Value == photometric).Name;

    /// <summary>True of one sample a pixel that is a grey.</summary>
    public static bool IsGray(this Photometric photometric) => photometric is Photometric.Monochrome1 or Photometric.Monochrome2;

    /// <summary>Samples a pixel.</summary>
    public static int Samples(this Photometric photometric) => photometric.IsGray() || photometric == Photometric.PaletteColor ? 1 : 3;

    internal static Photometric? Parse(string name) =>
        s_names.Where(n => n.Name == name).Select(n => (Photometric?)n.Value).FirstOrDefault();
}
