using RadZ.Data.Studies;
using RadZ.Export;
using RadZ.Export.Dicom;
using RadZ.Export.Fhir;
using RadZ.Export.Pictures;
using RadZ.Files;
using RadZ.Imaging.Dicom;
using RadZ.Imaging.Reading;
using RadZ.Recognition.Results;
using RadZ.Text.Knowledge;

namespace RadZ.Cli.Answers;

/// <summary>Where reports of studies go; null: nowhere.</summary>
/// <param name="StructuredReport"><c>--dicom-sr</c>: a file for one study, a folder for several.</param>
/// <param name="SecondaryCapture"><c>--dicom-sc</c>: the same.</param>
/// <param name="Fhir"><c>--fhir</c>: a file for all studies, or a folder.</param>
sealed record ReportTargets(string? StructuredReport, string? SecondaryCapture, string? Fhir)
{
    /// <summary>True where anything is wanted.</summary>
    public bool Any => StructuredReport is not null || SecondaryCapture is not null || Fhir is not null;

    /// <summary>Throws where several studies would go into one file.</summary>
    public void RequireRoom(int studies)
    {
        foreach (var (option, target) in ((string, string?)[])[("--dicom-sr", StructuredReport), ("--dicom-sc", SecondaryCapture)])
            if (target is not null && studies > 1 && !IsFolder(target))
                throw new InvalidInputException(option, "one-file",
                    $"{target} is one file, and these are {studies:N0} studies; give a folder (a name that ends in /), or one study.");
    }

    /// <summary>A folder that is there, or a name that ends as one.</summary>
    public static bool IsFolder(string target) => target.EndsWith('/') || Directory.Exists(target);
}

/// <summary>Writes what goes back to an archive or a record system, a study at a time.</summary>
sealed class ReportOutputs(ReportTargets targets, ReportingModel model, KnowledgeBase knowledge, Pseudonyms pseudonyms, bool identified,
    TimeProvider time, Calibrated? calibrated)
{
    readonly List<(StudyReport, ReportHeader)> _fhir = [];

    /// <summary>Studies without an answer, of which nothing was written.</summary>
    public int Silent { get; private set; }

    /// <summary>Reports that a study's pictures do not allow, told on stderr.</summary>
    public int Refused { get; private set; }

    /// <summary>One study.</summary>
    public void Add(StudyResult result)
    {
        if (!targets.Any) return;
        if (result.Answer is not { } answer)
        {
            Silent++;
            return;
        }
        var report = new StudyReport(model,
            [.. answer.Ranked.Select(f => new ReportedFinding(f.Disease,
                knowledge.TryFind(f.Disease, out var d) ? d.Codes.GetValueOrDefault("SNOMED CT") : null, f.Score, f.Probability,
                f.Standalone)
            {
                Calibrated = calibrated?.Of(f).Probability,
                Answer = calibrated?.Of(f).Answer is { } said ? Enum.Parse<FindingAnswer>(said, ignoreCase: true) : null,
            })],
            [.. result.Images.OfType<ImageResult.Recognised>().Select(i => new ReportedView(i.Source!, answer.Used.Contains(i)))],
            answer.Rule, time.GetUtcNow())
        {
            Calibration = calibrated is null ? null : string.Join(' ', calibrated.Notes(ofStudies: true)),
        };
        var header = ReportHeader.Of(report, pseudonyms, identified);
        if (targets.StructuredReport is { } sr) Allowed(() => StructuredReport.Write(report, header, Place(sr, header, "sr.dcm")));
        if (targets.SecondaryCapture is { } sc) Allowed(() => Capture(report, header, Place(sc, header, "sc.dcm")));
        if (targets.Fhir is not { } fhir) return;
        if (ReportTargets.IsFolder(fhir)) FhirReport.Write([(report, header)], Place(fhir, header, "fhir.json"));
        else _fhir.Add((report, header));
    }

    /// <summary>One study of another kind of picture must not end the run: it is told and counted.</summary>
    void Allowed(Action write)
    {
        try { write(); }
        catch (InvalidInputException e) when (e.Kind is "no-dicom-source" or "burned-in")
        {
            Refused++;
            Console.Error.WriteLine($"error: {e.Message}");
        }
    }

    /// <summary>After the last.</summary>
    public void End()
    {
        if (targets.Fhir is { } fhir && !ReportTargets.IsFolder(fhir) && _fhir.Count > 0) FhirReport.Write(_fhir, fhir);
    }

    static string Place(string target, ReportHeader header, string ending) =>
        ReportTargets.IsFolder(target) ? Path.Combine(target, $"{header.Study}.{ending}") : target;

    void Capture(StudyReport report, ReportHeader header, string path)
    {
        var source = report.Lead;
        if (!identified && source.Identity is { BurnedIn: true })
            throw new InvalidInputException(source.Shown, "burned-in",
                "the header says that a name is burned into the picture, so no capture of it is written; give --identified for an " +
                "archive that may see it.");
        var raster = source.Identity is null ? ImageFile.Read(source.Path) : DicomImage.Read(source.Path).Display();
        SecondaryCapture.Write(AnnotatedPicture.Draw(raster, report), source, report, header, path);
    }
}
