using System.Text.Json;
using System.Text.Json.Serialization;
using RadZ.Cli.Arguments;
using RadZ.Data.Studies;
using RadZ.Imaging;
using RadZ.Imaging.Dicom;
using RadZ.Imaging.Dicom.Pixels;
using RadZ.Imaging.Gate;
using RadZ.Imaging.Preparation;

namespace RadZ.Cli.Output;

/// <summary>
/// What <c>radz inspect</c> says of an image. Of a DICOM file it tells how it is stored and seen, and nothing of the patient.
/// </summary>
static class ImageTexts
{
    /// <summary>A view that is not said is null, and not left out.</summary>
    static readonly JsonSerializerOptions s_json = new(JsonText.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    /// <summary>Prints it, and gives the exit code.</summary>
    public static int Show(string path, Format format)
    {
        var report = ImageReport.Inspect(path, Preparation());
        if (format == Format.Json) Console.WriteLine(JsonSerializer.Serialize(Json(report), s_json));
        else Table(path, report, Page.ForOutput());
        return ExitCode.Ok;
    }

    static object Json(ImageReport report)
    {
        var (h, dicom) = (report.Header, report.Dicom);
        return new
        {
            Kind = dicom is null ? "image" : "dicom",
            Format = FormatOf(report),
            h.Width,
            h.Height,
            h.Channels,
            Bits = h.BitsPerSample,
            Grey = report.IsGray,
            Rows = h.Height,
            Columns = h.Width,
            Frames = dicom?.Format.Frames ?? 1,
            Photometric = dicom?.Format.Photometric.Name(),
            BitsStored = h.BitsPerSample,
            BitsAllocated = dicom?.Format.BitsAllocated,
            Signed = dicom?.Format.IsSigned,
            TransferSyntax = dicom?.File.Syntax.Uid,
            TransferSyntaxName = dicom?.File.Syntax.Name,
            Modality = dicom?.Modality(),
            View = dicom is null ? null : RadZ.Imaging.Dicom.Views.Read(dicom.File.Dataset),
            Mapping = dicom?.Mapping,
            Warnings = dicom?.Warnings ?? [],
            Gate = GateOf(report),
            Levels = new { Min = report.Lowest, report.Mean, Max = report.Highest },
            Preparation = new { report.Square, Size = report.Prepared },
        };
    }

    static void Table(string path, ImageReport report, Page page)
    {
        var (h, dicom) = (report.Header, report.Dicom);
        page.Heading(dicom is null ? path : ShownFile.Create(path, dicom.File.Dataset, Pseudonyms.ForInstallation()).Shown);
        page.Table(["", ""],
        [
            ["format", $"{FormatOf(report)}, {h.Width} x {h.Height}, {h.Channels} channel(s) of " +
                $"{h.BitsPerSample} bits{(report.IsGray ? ", grey" : ", colour")}"],
            .. dicom is null ? [] : Rows(dicom),
            ["levels", $"{report.Lowest} to {report.Highest}, mean {report.Mean:0.0} (of 0 to 255)"],
            ["prepared", $"padded to {report.Square} x {report.Square} with the mean colour, resized to " +
                $"{report.Prepared} x {report.Prepared}"],
        ]);
        foreach (var reason in GateOf(report)) page.Line($"Doubted: {reason}.");
        foreach (var warning in dicom?.Warnings ?? []) page.Line($"Warning: {warning}.");
        if (Math.Min(h.Width, h.Height) < ImageLimits.Radiograph.MinSide)
            page.Line($"Too small to be recognised: classify takes at least {ImageLimits.Radiograph.MinSide} pixels a side.");
    }

    static IReadOnlyList<GateReason> GateOf(ImageReport report) => InputGate.Check(report.Dicom?.File.Dataset, report.Picture);

    static Cell[][] Rows(DicomImage dicom) =>
    [
        ["stored", $"{dicom.Format.Photometric.Name()}, {dicom.Format.BitsStored} of {dicom.Format.BitsAllocated} bits" +
            $"{(dicom.Format.IsSigned ? ", signed" : "")}, {dicom.Format.Frames} frame(s)"],
        ["syntax", $"{dicom.File.Syntax.Name}{(dicom.File.Syntax.IsLossy ? ", with loss" : "")}"],
        ["shown", dicom.Mapping == "colour" ? "as RGB" : $"by {dicom.Mapping}"],
        ["image",
            $"{dicom.Modality() ?? "modality not said"}, view {RadZ.Imaging.Dicom.Views.Read(dicom.File.Dataset) ?? "not said"}"],
    ];

    static string FormatOf(ImageReport report) => report.Header.Format.ToString().ToLowerInvariant();

    /// <summary>The standard model's, where there is one.</summary>
    static ClipPreparation Preparation() => ClipPreparation.OfModel(ModelLocation.Find(null));
}
