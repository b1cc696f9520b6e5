using RadZ.Files;
using RadZ.Imaging;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Engine;
using RadZ.Recognition.Reporting;

namespace RadZ.Recognition;

/// <summary>
/// What a model reads in a film, or in the views of a study: gated, calibrated, and able to say why. Research use only: not a medical
/// device. Safe to share; it holds the film's prepared pixels, for <see cref="HeatMap"/>, and a film that did not come from a file.
/// </summary>
public sealed class Reading
{
    readonly RecognitionEngine _engine;
    readonly DiseaseList _list;
    readonly float[] _lead;
    readonly HeadedReport? _report;

    internal Reading(RecognitionEngine engine, DiseaseList list, float[] lead, HeadedReport? report) =>
        (_engine, _list, _lead, _report) = (engine, list, lead, report);

    /// <summary>The film as outputs may call it, without what says who the patient is; the first of several views that was used.</summary>
    public required string Name { get; init; }

    /// <summary>All listed diseases, likeliest first; none of a film that the gate refused.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>What the gate says: of several views the most that it says of any that was used.</summary>
    public required GateVerdict Gate { get; init; }

    /// <summary>The model that read.</summary>
    public required ModelInfo Model { get; init; }

    /// <summary>What should be known beside the findings, in sentences: views that were left out, a model without training.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>
    /// Where in the film (of several views, the first that was used) the model found what speaks for a disease. A map shows what moved the
    /// score, or with a model that was taught so where the finding is taken to be; how often that is right is measured, not promised. It
    /// takes passes through the model, one after another caller's.
    /// </summary>
    /// <param name="disease">One of <see cref="Findings"/>, whatever its case.</param>
    /// <exception cref="InvalidInputException"><c>unknown-disease</c>: it is not among the findings; <c>refused</c>: there are
    /// none.</exception>
    /// <exception cref="ObjectDisposedException">The recognizer is disposed.</exception>
    public HeatMap HeatMap(string disease)
    {
        ArgumentNullException.ThrowIfNull(disease);
        RequireFindings();
        for (var place = 0; place < _list.Entries.Count; place++)
            if (_list.Entries[place].Name.Equals(disease, StringComparison.OrdinalIgnoreCase)) return _engine.Explain(_lead, _list, place);
        throw new InvalidInputException("‹disease›", "unknown-disease",
            $"'{disease}' is not among the findings{NameSuggestion.Hint(disease, _list.Entries.Select(e => e.Name))}; there are " +
            $"{string.Join(", ", _list.Entries.Select(e => e.Name))}.");
    }

    /// <summary>FHIR R4: a bundle of DiagnosticReport, an Observation a finding, Device, and of DICOM films Patient and
    /// ImagingStudy.</summary>
    /// <exception cref="InvalidInputException"><c>refused</c>: there are no findings.</exception>
    public string ToFhir() => RequireFindings().Fhir();

    /// <summary>A DICOM Comprehensive SR (TID 2000) of the findings.</summary>
    /// <exception cref="InvalidInputException"><c>no-dicom-source</c>: a film is no DICOM file; <c>missing-program</c>: DCMTK is not
    /// installed; <c>refused</c>: there are no findings.</exception>
    public byte[] ToDicomSr() => RequireFindings().StructuredReport();

    /// <summary>A DICOM Secondary Capture: the film with its findings beside it.</summary>
    /// <exception cref="InvalidInputException">As <see cref="ToDicomSr"/>, and <c>burned-in</c>: the film shows a name.</exception>
    public byte[] ToDicomSc() => RequireFindings().SecondaryCapture();

    HeadedReport RequireFindings() =>
        _report ?? throw new InvalidInputException(Name, "refused", $"the gate refused the film ({string.Join("; ", Gate.Reasons)}), so " +
            "there are no findings; give ‹gate warn› to have it recognized all the same.");
}
