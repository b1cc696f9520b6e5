using RadZ.Data.Studies;
using RadZ.Export;
using RadZ.Export.Fhir;
using RadZ.Export.Pictures;
using RadZ.Files;
using RadZ.Imaging.Dicom;
using RadZ.Imaging.Pictures;
using RadZ.Recognition.Calibration;
using RadZ.Recognition.Results;
using RadZ.Text.Knowledge;

namespace RadZ.Recognition.Reporting;

/// <summary>A report with who it is about.</summary>
/// <param name="Report">The findings.</param>
/// <param name="Header">Patient, study and UIDs, or their pseudonyms.</param>
/// <param name="Identified">True where the header repeats what the files say.</param>
sealed record HeadedReport(StudyReport Report, ReportHeader Header, bool Identified)
{
    /// <summary>As FHIR R4, the JSON of a bundle, ending in a line feed.</summary>
    public string Fhir() => FhirReport.Json(FhirReport.Bundle([(Report, Header)])) + "\n";

    /// <summary>As a DICOM Structured Report.</summary>
    /// <exception cref="InvalidInputException"><c>no-dicom-source</c>: an image is no DICOM file; <c>missing-program</c>: no
    /// DCMTK.</exception>
    public byte[] StructuredReport() => Export.Dicom.StructuredReport.Bytes(Report, Header);

    /// <summary>The leading picture with its findings beside it, as a DICOM Secondary Capture.</summary>
    /// <exception cref="InvalidInputException">As <see cref="StructuredReport"/>, and <c>burned-in</c>: the picture itself shows a
    /// name.</exception>
    public byte[] SecondaryCapture()
    {
        var source = Report.Lead;
        if (!Identified && source.Identity is { BurnedIn: true })
            throw new InvalidInputException(source.Shown, "burned-in",
                "the header says that a name is burned into the picture, so no capture of it is written; give ‹identified› for an " +
                "archive that may see it.");
        var raster = source.Identity is null ? ImageFile.Read(source.Content) : DicomImage.Read(source.Content).Display();
        return Export.Dicom.SecondaryCapture.Bytes(AnnotatedPicture.Draw(raster, Report), source, Report, Header);
    }
}

/// <summary>Makes reports of studies' answers. Safe to share.</summary>
/// <param name="model">What made the answers.</param>
/// <param name="knowledge">Codes of diseases.</param>
/// <param name="pseudonyms">In place of names.</param>
/// <param name="identified">True repeats what the files say.</param>
/// <param name="time">When reports are made.</param>
sealed class StudyReporter(ReportingModel model, KnowledgeBase knowledge, Pseudonyms pseudonyms, bool identified, TimeProvider time)
{
    /// <summary>The report of an answer.</summary>
    /// <param name="images">All that came of the study's images.</param>
    /// <param name="answer">Its findings.</param>
    /// <param name="calibrated">Makes probabilities of scores; null: nothing does.</param>
    public HeadedReport Report(IReadOnlyList<ImageResult> images, StudyAnswer answer, Calibrated? calibrated)
    {
        var report = new StudyReport(model,
            [.. answer.Ranked.Select(f => new ReportedFinding(f.Disease,
                knowledge.TryFind(f.Disease, out var d) ? d.Codes.GetValueOrDefault("SNOMED CT") : null, f.Score, f.Probability,
                f.Standalone)
            {
                Calibrated = calibrated?.Calibrate(f).Probability,
                Answer = calibrated?.Calibrate(f).Answer is { } said ? Enum.Parse<FindingAnswer>(said, ignoreCase: true) : null,
            })],
            [.. images.OfType<ImageResult.Recognized>().Select(i => new ReportedView(i.Source!, answer.Used.Contains(i)))],
            answer.Rule, time.GetUtcNow())
        {
            Calibration = calibrated is null ? null : string.Join(' ', calibrated.Notes(ofStudies: true)),
        };
        return new(report, ReportHeader.Create(report, pseudonyms, identified), identified);
    }
}
