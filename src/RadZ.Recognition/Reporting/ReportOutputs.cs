using RadZ.Export;
using RadZ.Export.Fhir;
using RadZ.Files;
using RadZ.Recognition.Calibration;
using RadZ.Recognition.Results;

namespace RadZ.Recognition.Reporting;

/// <summary>Writes what goes back to an archive or a record system, a study at a time.</summary>
/// <param name="targets">Where to.</param>
/// <param name="reporter">Makes reports.</param>
/// <param name="calibrated">Makes probabilities of scores; null: nothing does.</param>
/// <param name="refused">Told of each report that a study's pictures do not allow.</param>
sealed class ReportOutputs(ReportTargets targets, StudyReporter reporter, Calibrated? calibrated, Action<InvalidInputException> refused)
{
    readonly List<(StudyReport, ReportHeader)> _fhir = [];

    /// <summary>Studies without an answer, of which nothing was written.</summary>
    public int Silent { get; private set; }

    /// <summary>Reports that a study's pictures do not allow.</summary>
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
        var made = reporter.Report(result.Images, answer, calibrated);
        if (targets.StructuredReport is { } sr) Allowed(Place(sr, made, "sr.dcm"), made.StructuredReport);
        if (targets.SecondaryCapture is { } sc) Allowed(Place(sc, made, "sc.dcm"), made.SecondaryCapture);
        if (targets.Fhir is not { } fhir) return;
        if (ReportTargets.IsFolder(fhir)) AtomicFile.WriteText(Place(fhir, made, "fhir.json"), made.Fhir());
        else _fhir.Add((made.Report, made.Header));
    }

    /// <summary>One study of another kind of picture must not end the run: it is told and counted.</summary>
    void Allowed(string path, Func<byte[]> make)
    {
        try
        {
            var bytes = make();
            AtomicFile.Write(path, to => to.Write(bytes));
        }
        catch (InvalidInputException e) when (e.Kind is "no-dicom-source" or "burned-in")
        {
            Refused++;
            refused(e);
        }
    }

    /// <summary>After the last.</summary>
    public void End()
    {
        if (targets.Fhir is { } fhir && !ReportTargets.IsFolder(fhir) && _fhir.Count > 0) FhirReport.Write(_fhir, fhir);
    }

    static string Place(string target, HeadedReport made, string ending) =>
        ReportTargets.IsFolder(target) ? Path.Combine(target, $"{made.Header.Study}.{ending}") : target;
}
