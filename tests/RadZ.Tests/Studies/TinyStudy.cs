using RadZ.TestKit;

namespace RadZ.Tests.Studies;

/// <summary>Small DICOM images of made-up patients.</summary>
static class TinyStudy
{
    /// <summary>A grey image with the tags of a chest film.</summary>
    public static byte[] Image(string patient, string study, string series, string instance, string date = "20200102", string view = "PA",
        int number = 1, Action<DicomMaker>? more = null) =>
        Maker(patient, study, series, instance, date, view, number, more).File();

    static DicomMaker Maker(string patient, string study, string series, string instance, string date, string view, int number,
        Action<DicomMaker>? more)
    {
        var maker = new DicomMaker().Text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.1.1").Text(0x00080018, "UI", instance)
            .Text(0x00080020, "DA", date).Text(0x00080030, "TM", "101112")
            .Text(0x00080060, "CS", "DX").Text(0x00100010, "PN", $"Name^{patient}").Text(0x00100020, "LO", patient)
            .Text(0x00180015, "CS", "CHEST").Text(0x00185101, "CS", view)
            .Text(0x0020000D, "UI", study).Text(0x0020000E, "UI", series).Text(0x00200011, "IS", "1").Text(0x00200013, "IS", $"{number}");
        more?.Invoke(maker);
        maker.Number(0x00280002, 1).Text(0x00280004, "CS", "MONOCHROME2").Number(0x00280010, 32).Number(0x00280011, 32)
            .Number(0x00280100, 8).Number(0x00280101, 8).Number(0x00280102, 7).Number(0x00280103, 0);
        var pixels = new byte[32 * 32];
        new Random(number).NextBytes(pixels);
        return maker.Element(0x7FE00010, "OB", pixels);
    }

    /// <summary>The same, in a file.</summary>
    public static string Write(this TempFolder folder, string name, byte[] bytes)
    {
        var path = folder.At(name.Split('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
