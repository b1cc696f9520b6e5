using System.Globalization;
using System.Xml.Linq;
using RadZ.Data.Studies;
using RadZ.Files;

namespace RadZ.Export.Dicom;

/// <summary>
/// Findings as a DICOM Comprehensive SR of template 2000, Basic Diagnostic Imaging Report (PS3.16 TID 2000): a program observed, each
/// finding is a code of SNOMED CT (or a text where there is none) with its scores as properties, inferred from the images. Unverified,
/// preliminary, and for research.
/// </summary>
static class StructuredReport
{
    const string SopClass = "1.2.840.10008.5.1.4.1.1.88.33";

    /// <summary>The designator of our own score names (PS3.16 8.2: 99 begins private schemes).</summary>
    public const string OwnScheme = "99RADZ";

    /// <summary>Writes the report.</summary>
    /// <exception cref="InvalidInputException">DCMTK is not installed, or an image is no DICOM file.</exception>
    public static void Write(StudyReport report, ReportHeader header, string path)
    {
        var bytes = Bytes(report, header);
        AtomicFile.Write(path, to => to.Write(bytes));
    }

    /// <summary>The report as the bytes of a DICOM file.</summary>
    /// <exception cref="InvalidInputException">As <see cref="Write"/>.</exception>
    public static byte[] Bytes(StudyReport report, ReportHeader header)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.Views.FirstOrDefault(v => v.Source.Identity is null) is { } plain)
            throw new InvalidInputException(plain.Source.Shown, "no-dicom-source",
                "a structured report refers to DICOM images, and this picture is none; give ‹fhir› or ‹format json› in its place.");
        using var folder = new DcmtkFolder();
        Xml(report, header).Save(folder.At("report.xml"));
        DcmtkFolder.Run("xml2dsr", folder.At("report.xml"), folder.At("report.dcm"));
        if (header.IsDeidentified)
            DcmtkFolder.Run("dcmodify", "-nb", "-i", "(0012,0062)=YES", "-i", $"(0012,0063)={ReportHeader.Method}", "-i",
                "(0028,0303)=MODIFIED",
                "-i", $"(0010,1010)={header["PatientAge"]}", folder.At("report.dcm"));
        return folder.Read("report.dcm");
    }

    /// <summary>The report in the form of DCMTK's xml2dsr.</summary>
    internal static XDocument Xml(StudyReport report, ReportHeader header)
    {
        var (day, time) = (Dashed(header.Day), $"{report.Made:HH:mm:ss}");
        return new(new XElement("report", new XAttribute("type", "Comprehensive SR"),
            new XElement("sopclass", new XAttribute("uid", SopClass), "ComprehensiveSRStorage"),
            new XElement("charset", "ISO_IR 192"),
            new XElement("modality", "SR"),
            new XElement("device", new XElement("manufacturer", "LLaVA-RadZ for .NET"), new XElement("model", Cut(report.Model.Name)),
                new XElement("version", Cut(report.Model.Version))),
            new XElement("referringphysician", Name(header["ReferringPhysicianName"])),
            new XElement("patient", new XElement("id", header["PatientID"]), Name(header["PatientName"]),
                header["PatientBirthDate"] is { Length: 8 } born ? new XElement("birthday", new XElement("date", Dashed(born))) : null,
                header["PatientSex"] is { Length: > 0 } sex ? new XElement("sex", sex) : null),
            new XElement("study", new XAttribute("uid", header.Study), new XElement("id", header["StudyID"]),
                header["StudyDate"] is { Length: 8 } date ? new XElement("date", Dashed(date)) : null,
                header["StudyTime"] is { Length: >= 6 } at ? new XElement("time", $"{at[..2]}:{at[2..4]}:{at[4..6]}") : null,
                new XElement("accession", new XElement("number", header["AccessionNumber"])),
                header["StudyDescription"] is { Length: > 0 } described ? new XElement("description", described) : null),
            new XElement("series", new XAttribute("uid", header.New("sr series")), new XElement("number", 9901),
                new XElement("description", "Findings by a program, research use only")),
            new XElement("instance", new XAttribute("uid", header.New("sr instance")), new XElement("number", 1),
                new XElement("creation", new XElement("date", day), new XElement("time", time))),
            new XElement("coding", new XElement("scheme", new XAttribute("designator", OwnScheme),
                new XElement("name", "Scores of LLaVA-RadZ for .NET"), new XElement("organization", "LLaVA-RadZ for .NET authors"))),
            new XElement("evidence", new XAttribute("type", "Current Requested Procedure"),
                new XElement("study", new XAttribute("uid", header.Study), header.BySeries.Select(series =>
                new XElement("series", new XAttribute("uid", series.Key),
                    series.Select(image => new XElement("value", Reference(image, header))))))),
            new XElement("document",
                new XElement("preliminary", new XAttribute("flag", "PRELIMINARY")),
                new XElement("completion", new XAttribute("flag", "PARTIAL"),
                    new XElement("description", "made by a program, read by nobody")),
                new XElement("verification", new XAttribute("flag", "UNVERIFIED")),
                new XElement("content", new XElement("date", day), new XElement("time", time), Root(report, header)))));
    }

    static XElement Root(StudyReport report, ReportHeader header) => new("container", new XAttribute("flag", "SEPARATE"),
        new XElement("template", new XElement("resource", new XAttribute("uid", "1.2.840.10008.8.1.1"), "DCMR"),
            new XElement("id", "2000")),
        Concept("18748-4", "LN", "Diagnostic imaging report"),
        Code("HAS CONCEPT MOD", ("121049", "DCM", "Language of Content Item and Descendants"), ("en", "RFC5646", "English")),
        Code("HAS OBS CONTEXT", ("121005", "DCM", "Observer Type"), ("121007", "DCM", "Device")),
        Item("uidref", "HAS OBS CONTEXT", ("121012", "DCM", "Device Observer UID"), header.New("observer")),
        Item("text", "HAS OBS CONTEXT", ("121013", "DCM", "Device Observer Name"), $"LLaVA-RadZ for .NET, model {report.Model.Name}"),
        Item("text", "HAS OBS CONTEXT", ("121014", "DCM", "Device Observer Manufacturer"), "LLaVA-RadZ for .NET authors"),
        Item("text", "HAS OBS CONTEXT", ("121015", "DCM", "Device Observer Model Name"), report.Model.Name),
        Item("text", "HAS OBS CONTEXT", ("121016", "DCM", "Device Observer Serial Number"), $"weights sha256:{report.Model.Hash}"),
        Section(("121070", "DCM", "Findings"), report.Findings.Select(f => Finding(f, report, header))),
        Section(("121076", "DCM", "Conclusions"),
            Conclusions(report).Select(text => Item("text", "CONTAINS", ("121077", "DCM", "Conclusion"), text))));

    /// <summary>What must be read beside the scores.</summary>
    internal static IEnumerable<string> Conclusions(StudyReport report)
    {
        yield return StudyReport.ResearchUse;
        yield return $"Scores of model {report.Model.Name} ({report.Model.ScoreKind}). probability is a softmax over the " +
            $"{report.Findings.Count} listed findings and depends on the list; alone sets each finding against its own negation. " +
            $"{report.Rule}";
        if (report.Calibration is { } calibration) yield return calibration;
        foreach (var view in report.Views.Where(v => v.Source.Gate.Count > 0))
            yield return $"An image is doubted: {string.Join("; ", view.Source.Gate)}.";
    }

    static XElement Finding(ReportedFinding finding, StudyReport report, ReportHeader header)
    {
        object[] children =
        [
            Number("score", $"Score ({report.Model.ScoreKind})", finding.Score),
            Number("probability", "Softmax over the listed findings", finding.Probability),
            Number("alone", "Against its own negation", finding.Standalone),
            .. finding.Calibrated is { } calibrated ? [Number("calibrated", "Calibrated probability", calibrated)]
                : Array.Empty<XElement>(),
            .. finding.Answer is { } answer
                ? [Code("HAS PROPERTIES", ("answer", OwnScheme, "Answer by the calibration"),
                    (answer.Snomed().Code, "SCT", answer.Snomed().Meaning))] : Array.Empty<XElement>(),
            .. report.Views.Where(v => v.Used)
                .Select(v => new XElement("image", new XElement("relationship", "INFERRED FROM"),
                    Concept("121112", "DCM", "Source of Measurement"), new XElement("value", Reference(v.Source, header)))),
        ];
        var concept = Concept("121071", "DCM", "Finding");
        return finding.Snomed is { } code
            ? new("code", new XElement("relationship", "CONTAINS"), concept, children, Parts(code, "SCT", finding.Disease))
            : new("text", new XElement("relationship", "CONTAINS"), concept, children, new XElement("value", finding.Disease));
    }

    static XElement Number(string name, string meaning, double value) =>
        new("num", new XElement("relationship", "HAS PROPERTIES"), Concept(name, OwnScheme, meaning),
        new XElement("value", Decimal(value)), new XElement("unit", Parts("1", "UCUM", "no units")));

    /// <summary>A decimal string: at most 16 characters (PS3.5 6.2).</summary>
    internal static string Decimal(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.Length <= 16 ? text
            : value.ToString(Math.Abs(value) is >= 1e-4 and < 1e6 ? "0.00000000" : "0.00000000E+0", CultureInfo.InvariantCulture);
    }

    static XElement[] Reference(SourceImage image, ReportHeader header) =>
        [new("sopclass", new XAttribute("uid", ReportHeader.ClassOf(image)), ""),
            new("instance", new XAttribute("uid", header.InstanceOf(image)))];

    static XElement Section((string, string, string) concept, IEnumerable<XElement> items) =>
        new("container", new XAttribute("flag", "SEPARATE"), new XElement("relationship", "CONTAINS"),
            Concept(concept.Item1, concept.Item2, concept.Item3), items);

    static XElement Code(string relationship, (string, string, string) concept, (string, string, string) value) =>
        new("code", new XElement("relationship", relationship), Concept(concept.Item1, concept.Item2, concept.Item3),
            Parts(value.Item1, value.Item2, value.Item3));

    static XElement Item(string kind, string relationship, (string, string, string) concept, string value) =>
        new(kind, new XElement("relationship", relationship), Concept(concept.Item1, concept.Item2, concept.Item3),
            new XElement("value", value));

    static XElement Concept(string value, string scheme, string meaning) => new("concept", Parts(value, scheme, meaning));

    static XElement[] Parts(string value, string scheme, string meaning) =>
        [new("value", value), new("scheme", new XElement("designator", scheme)), new("meaning", Cut(meaning))];

    /// <summary>A person's name in its parts: family^given^middle^prefix^suffix.</summary>
    static XElement Name(string name)
    {
        var parts = name.Split('=')[0].Split('^');
        string[] tags = ["last", "first", "middle", "prefix", "suffix"];
        return new("name", tags.Zip(parts).Where(p => p.Second.Length > 0).Select(p => new XElement(p.First, p.Second)));
    }

    static string Dashed(string date) => $"{date[..4]}-{date[4..6]}-{date[6..8]}";

    static string Cut(string text) => text.Length <= 64 ? text : text[..64];
}
