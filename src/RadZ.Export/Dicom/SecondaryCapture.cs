using System.Globalization;
using System.Text;
using RadZ.Data.Studies;
using RadZ.Files;
using RadZ.Imaging;

namespace RadZ.Export.Dicom;

/// <summary>
/// A picture as a DICOM Secondary Capture (PS3.3 A.8.1) of the same study as its source, which it refers to (Source Image Sequence with
/// purpose 121322): an annotated radiograph, an overlay, a heat map. It is marked derived, secondary, and for research.
/// </summary>
static class SecondaryCapture
{
    const string SopClass = "1.2.840.10008.5.1.4.1.1.7", Findings = "findings beside the radiograph";

    /// <summary>Writes a picture.</summary>
    /// <param name="picture">What is shown, grey or RGB.</param>
    /// <param name="source">The image that it was made of.</param>
    /// <param name="report">What says so.</param>
    /// <param name="header">Whose it is.</param>
    /// <param name="path">The file.</param>
    /// <param name="description">What the picture is, for Derivation Description and Series Description.</param>
    /// <exception cref="InvalidInputException">DCMTK is not installed, or the source is no DICOM file.</exception>
    public static void Write(Raster picture, SourceImage source, StudyReport report, ReportHeader header, string path,
        string description = Findings)
    {
        var bytes = Bytes(picture, source, report, header, description);
        AtomicFile.Write(path, to => to.Write(bytes));
    }

    /// <summary>The picture as the bytes of a DICOM file.</summary>
    /// <exception cref="InvalidInputException">As <see cref="Write"/>.</exception>
    public static byte[] Bytes(Raster picture, SourceImage source, StudyReport report, ReportHeader header, string description = Findings)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(source);
        if (source.Identity is null)
            throw new InvalidInputException(source.Shown, "no-dicom-source",
                "a Secondary Capture refers to a DICOM image, and this picture is none.");
        using var folder = new DcmtkFolder();
        var pixels = picture.Levels.Length % 2 == 0 ? picture.Levels : [.. picture.Levels, 0];
        File.WriteAllBytes(folder.At("pixels.raw"), pixels);
        File.WriteAllText(folder.At("capture.dump"), Dump(picture, source, report, header, description, folder.At("pixels.raw")));
        DcmtkFolder.Run("dump2dcm", "+te", "-q", folder.At("capture.dump"), folder.At("capture.dcm"));
        return folder.Read("capture.dcm");
    }

    /// <summary>The data set in the form of DCMTK's dump2dcm.</summary>
    internal static string Dump(Raster picture, SourceImage source, StudyReport report, ReportHeader header, string description,
        string pixels)
    {
        var dump = new StringBuilder();
        void Add(string tag, string vr, string value) => dump.Append(CultureInfo.InvariantCulture, $"({tag}) {vr} [{Safe(value)}]\n");
        void Number(string tag, int value) => dump.Append(CultureInfo.InvariantCulture, $"({tag}) US {value}\n");
        void Item(string tag, Action body)
        {
            dump.Append(CultureInfo.InvariantCulture, $"({tag}) SQ\n(fffe,e000) na\n");
            body();
            dump.Append("(fffe,e00d) na\n(fffe,e0dd) na\n");
        }
        Add("0008,0005", "CS", "ISO_IR 192");
        Add("0008,0008", "CS", "DERIVED\\SECONDARY");
        Add("0008,0016", "UI", SopClass);
        Add("0008,0018", "UI", header.New($"sc instance {description}"));
        Add("0008,0020", "DA", header["StudyDate"]);
        Add("0008,0023", "DA", header.Day);
        Add("0008,0030", "TM", header["StudyTime"]);
        Add("0008,0033", "TM", header.Time);
        Add("0008,0050", "SH", header["AccessionNumber"]);
        Add("0008,0060", "CS", source.Record?.Modality ?? "OT");
        Add("0008,0064", "CS", "WSD");
        Add("0008,0070", "LO", "LLaVA-RadZ for .NET authors");
        Add("0008,0090", "PN", header["ReferringPhysicianName"]);
        Add("0008,1030", "LO", header["StudyDescription"]);
        Add("0008,103e", "LO", "Findings by a program, research use only");
        Add("0008,1090", "LO", report.Model.Name);
        Add("0008,2111", "ST", $"{description}; {StudyReport.ResearchUse} Model {report.Model.Name}, weights sha256:{report.Model.Hash}.");
        Item("0008,2112", () =>
        {
            Add("0008,1150", "UI", ReportHeader.ClassOf(source));
            Add("0008,1155", "UI", header.InstanceOf(source));
            Item("0040,a170", () =>
            {
                Add("0008,0100", "SH", "121322");
                Add("0008,0102", "SH", "DCM");
                Add("0008,0104", "LO", "Source image for image processing operation");
            });
        });
        Add("0010,0010", "PN", header["PatientName"]);
        Add("0010,0020", "LO", header["PatientID"]);
        Add("0010,0030", "DA", header["PatientBirthDate"]);
        Add("0010,0040", "CS", header["PatientSex"]);
        if (header["PatientAge"].Length > 0) Add("0010,1010", "AS", header["PatientAge"]);
        if (header.IsDeidentified)
        {
            Add("0012,0062", "CS", "YES");
            Add("0012,0063", "LO", ReportHeader.Method);
        }
        if (source.Record?.BodyPart is { } part) Add("0018,0015", "CS", part);
        Add("0018,1020", "LO", report.Model.Version);
        Add("0020,000d", "UI", header.Study);
        Add("0020,000e", "UI", header.New("sc series"));
        Add("0020,0010", "SH", header["StudyID"]);
        Add("0020,0011", "IS", "9902");
        Add("0020,0013", "IS", "1");
        Add("0020,0020", "CS", "");
        Number("0028,0002", picture.Channels);
        Add("0028,0004", "CS", picture.Channels == 3 ? "RGB" : "MONOCHROME2");
        if (picture.Channels == 3) Number("0028,0006", 0);
        Number("0028,0010", picture.Height);
        Number("0028,0011", picture.Width);
        Number("0028,0100", 8);
        Number("0028,0101", 8);
        Number("0028,0102", 7);
        Number("0028,0103", 0);
        Add("0028,0301", "CS", "NO");
        if (header.IsDeidentified) Add("0028,0303", "CS", "MODIFIED");
        dump.Append(CultureInfo.InvariantCulture, $"(7fe0,0010) OB ={pixels}\n");
        return dump.ToString();
    }

    /// <summary>A value cannot end its line or its bracket.</summary>
    static string Safe(string value) => string.Concat(value.Where(c => !char.IsControl(c) && c is not ('[' or ']')));
}
