using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using RadZ.Export.Dicom;
using RadZ.Files;

namespace RadZ.Export.Fhir;

/// <summary>
/// Findings as FHIR R4: a collection of a DiagnosticReport, an Observation a finding, the Device that made them, and where the image is
/// of DICOM the Patient and the ImagingStudy. References are within the bundle; all is preliminary, and for research.
/// </summary>
static class FhirReport
{
    const string Snomed = "http://snomed.info/sct", Loinc = "http://loinc.org", Dicom = "http://dicom.nema.org/resources/ontology/DCM",
        Ucum = "http://unitsofmeasure.org";

    static readonly JsonSerializerOptions s_options = new JsonSerializerOptions { WriteIndented = true, NewLine = "\n" }.ForFhir();

    /// <summary>Our names of scores.</summary>
    public const string Scores = "urn:llava-radz:scores";

    /// <summary>The identifier system of patients' pseudonyms.</summary>
    public const string Pseudonym = "urn:llava-radz:pseudonym";

    /// <summary>Writes the bundle of some studies.</summary>
    public static void Write(IReadOnlyList<(StudyReport Report, ReportHeader Header)> studies, string path) =>
        AtomicFile.WriteText(path, Json(Bundle(studies)) + "\n");

    /// <summary>The JSON of a bundle.</summary>
    public static string Json(Bundle bundle) => JsonSerializer.Serialize(bundle, s_options);

    /// <summary>The bundle of some studies.</summary>
    public static Bundle Bundle(IReadOnlyList<(StudyReport Report, ReportHeader Header)> studies)
    {
        ArgumentNullException.ThrowIfNull(studies);
        var bundle = new Bundle
        {
            Type = Hl7.Fhir.Model.Bundle.BundleType.Collection,
            Timestamp = studies.Count > 0 ? studies[0].Report.Made : null
        };
        foreach (var (report, header) in studies) Add(bundle, report, header);
        return bundle;
    }

    static void Add(Bundle bundle, StudyReport report, ReportHeader header)
    {
        var patient = header["PatientID"].Length > 0 || report.Lead.Identity is not null ? Put(bundle, header, "patient", Patient(header))
            : null;
        var device = Put(bundle, header, "device", Device(report.Model));
        var study = report.Lead.Identity is not null && patient is not null
            ? Put(bundle, header, "imaging study", Study(report, header, patient)) : null;
        var observations = report.Findings.Select((f, i) =>
            Put(bundle, header, $"observation {i}", Observation(f, report, header, patient, device, study))).ToList();
        Put(bundle, header, "report", new DiagnosticReport
        {
            Status = DiagnosticReport.DiagnosticReportStatus.Preliminary,
            Category = [new("http://terminology.hl7.org/CodeSystem/v2-0074", "RAD", "Radiology")],
            Code = new(Loinc, "18748-4", "Diagnostic imaging study"),
            Subject = patient,
            Effective = Effective(header),
            Issued = report.Made,
            Performer = [device],
            Result = observations,
            ImagingStudy = study is null ? [] : [study],
            Conclusion = string.Join(' ', StructuredReport.Conclusions(report)),
        });
    }

    static Patient Patient(ReportHeader header)
    {
        var patient = new Patient
        {
            Identifier = header["PatientID"] is { Length: > 0 } id
                ? [header.IsDeidentified ? new(Pseudonym, id) : new Identifier { Value = id }] : [],
            Gender = header["PatientSex"] switch
            {
                "M" => AdministrativeGender.Male,
                "F" => AdministrativeGender.Female,
                "O" => AdministrativeGender.Other,
                _ => null,
            },
        };
        if (header.IsDeidentified)
        {
            patient.Meta =
                new() { Security = [new("http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "PSEUDED", "pseudonymized")] };
            return patient;
        }
        var name = header["PatientName"].Split('=')[0].Split('^');
        if (name[0].Length > 0) patient.Name = [new() { Family = name[0], Given = [.. name.Skip(1).Take(2).Where(n => n.Length > 0)] }];
        if (header["PatientBirthDate"] is { Length: 8 } born) patient.BirthDate = $"{born[..4]}-{born[4..6]}-{born[6..8]}";
        return patient;
    }

    static Device Device(ReportingModel model) => new()
    {
        Manufacturer = "LLaVA-RadZ for .NET authors",
        DeviceName = [new() { Name = $"LLaVA-RadZ for .NET, model {model.Name}", Type = DeviceNameType.ModelName }],
        Version = [new() { Value = model.Version, Type = new() { Text = "program" } },
            new() { Value = $"sha256:{model.Hash}", Type = new() { Text = "weights" } }],
        Note = [new() { Text = StudyReport.ResearchUse }],
    };

    static ImagingStudy Study(StudyReport report, ReportHeader header, ResourceReference patient) => new()
    {
        Status = ImagingStudy.ImagingStudyStatus.Available,
        Identifier = [new("urn:dicom:uid", $"urn:oid:{header.Study}")],
        Subject = patient,
        StartedElement = Year(header) is { } started ? new(started) : null,
        NumberOfSeries = header.BySeries.Count(),
        NumberOfInstances = report.Views.Count,
        Series = [.. header.BySeries.Select(series => new ImagingStudy.SeriesComponent
        {
            Uid = series.Key,
            Modality = new(Dicom, series.First().Record?.Modality ?? "OT"),
            NumberOfInstances = series.Count(),
            Instance = [.. series.Select(image => new ImagingStudy.InstanceComponent
            {
                Uid = header.InstanceOf(image),
                SopClass = new("urn:ietf:rfc:3986", $"urn:oid:{ReportHeader.ClassOf(image)}"),
            })],
        })],
    };

    static Observation Observation(ReportedFinding finding, StudyReport report, ReportHeader header, ResourceReference? patient,
        ResourceReference device, ResourceReference? study) => new()
        {
            Status = ObservationStatus.Preliminary,
            Category = [new("http://terminology.hl7.org/CodeSystem/observation-category", "imaging", "Imaging")],
            Code = finding.Snomed is { } code ? new(Snomed, code, finding.Disease, finding.Disease) : new() { Text = finding.Disease },
            Subject = patient,
            Effective = Effective(header),
            Issued = report.Made,
            Device = device,
            DerivedFrom = study is null ? [] : [study],
            Value = Quantity(finding.Probability),
            Method = new()
            {
                Text =
                    $"softmax over {report.Findings.Count} listed findings, {report.Model.ScoreKind} score; not calibrated, research use " +
                "only",
            },
            Component = [Score("score", finding.Score), Score("alone", finding.Standalone), .. Calibrated(finding)],
        };

    static IEnumerable<Observation.ComponentComponent> Calibrated(ReportedFinding finding)
    {
        if (finding.Calibrated is { } probability) yield return Score("calibrated", probability);
        if (finding.Answer is { } answer)
            yield return new()
            {
                Code = new(Scores, "answer", null, "answer"),
                Value = new CodeableConcept(Snomed, answer.Snomed().Code, answer.Snomed().Meaning, $"{answer}".ToLowerInvariant())
            };
    }

    static Observation.ComponentComponent Score(string name, double value) =>
        new() { Code = new(Scores, name, null, name), Value = Quantity(value) };

    static Quantity Quantity(double value) => new() { Value = (decimal)Math.Round(value, 9), Unit = "1", System = Ucum, Code = "1" };

    static FhirDateTime? Effective(ReportHeader header) => Year(header) is { } when ? new(when) : null;

    /// <summary>The study's year, or its day where the report is identified.</summary>
    static string? Year(ReportHeader header) =>
        header["StudyDate"] is { Length: 8 } day ? header.IsDeidentified ? day[..4] : $"{day[..4]}-{day[4..6]}-{day[6..8]}" : null;

    static ResourceReference Put(Bundle bundle, ReportHeader header, string what, Resource resource)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(header.New(what)));
        hash[6] = (byte)(hash[6] & 0x0F | 0x80);                                    // a UUID of version 8: made of a hash
        hash[8] = (byte)(hash[8] & 0x3F | 0x80);
        var url = $"urn:uuid:{new Guid(hash.AsSpan(0, 16), bigEndian: true)}";
        bundle.AddResourceEntry(resource, url);
        return new(url);
    }
}
