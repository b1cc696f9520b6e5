using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using RadZ.Export;
using RadZ.Export.Fhir;
using RadZ.TestKit;

#nullable disable warnings // the SDK's members are all nullable; a null here fails the test as it should

namespace RadZ.Tests.Reporting;

public class FhirReportTests
{
    static string Phi => Fixtures.At("dicom", "files", "dx-phi.dcm");

    static Bundle Read(string json) =>
        (Bundle)new FhirJsonDeserializer(new DeserializerSettings().UsingMode(DeserializationMode.Strict)).DeserializeResource(json);

    static Bundle Written(bool identified = false)
    {
        using var folder = new TempFolder();
        var report = Reports.Of(Phi);
        FhirReport.Write([(report, ReportHeader.Create(report, Reports.Key, identified))], folder.At("f.json"));
        if (!identified) Reports.Private(folder.At("f.json"));
        return Read(File.ReadAllText(folder.At("f.json")));
    }

    [Fact]
    public void A_strict_reader_takes_the_bundle_and_every_reference_leads_within_it()
    {
        var bundle = Written();
        Assert.Equal(Bundle.BundleType.Collection, bundle.Type);
        var urls = bundle.Entry.Select(e => e.FullUrl).ToHashSet();
        Assert.Equal(bundle.Entry.Count, urls.Count);
        Assert.All(urls, u => Assert.Matches("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", u));
        var references = bundle.Entry.SelectMany(e => References(e.Resource)).ToList();
        Assert.True(references.Count > 10);
        Assert.All(references, r => Assert.Contains(r.Reference, urls));
    }

    [Fact]
    public void The_report_lists_the_findings_in_order_with_codes_and_units()
    {
        var bundle = Written();
        var report = Assert.Single(bundle.Entry.Select(e => e.Resource).OfType<DiagnosticReport>());
        Assert.Equal(DiagnosticReport.DiagnosticReportStatus.Preliminary, report.Status);
        Assert.Equal(("http://loinc.org", "18748-4"), (report.Code.Coding[0].System, report.Code.Coding[0].Code));
        Assert.Contains("Research use only", report.Conclusion, StringComparison.Ordinal);
        var observations = report.Result.Select(r => (Observation)bundle.Entry.Single(e => e.FullUrl == r.Reference).Resource).ToList();
        Assert.Equal(["pneumonia", "Erguß <links> & \"rechts\"", "no finding"], observations.Select(o => o.Code.Text));
        Assert.Equal(("http://snomed.info/sct", "233604007"), (observations[0].Code.Coding[0].System, observations[0].Code.Coding[0].Code));
        Assert.Empty(observations[1].Code.Coding);
        Assert.All(observations, o =>
        {
            Assert.Equal(ObservationStatus.Preliminary, o.Status);
            var value = Assert.IsType<Quantity>(o.Value);
            Assert.Equal(("http://unitsofmeasure.org", "1"), (value.System, value.Code));
            Assert.Equal([FhirReport.Scores, FhirReport.Scores], o.Component.Select(c => c.Code.Coding[0].System));
        });
        Assert.Equal(0.751234568m, ((Quantity)observations[0].Value).Value);
    }

    [Fact]
    public void Calibrated_probabilities_and_answers_are_components()
    {
        var report = Reports.Of(Phi);
        report = report with
        {
            Calibration = "calibrated: platt.",
            Findings = [.. report.Findings.Zip([FindingAnswer.Present, FindingAnswer.Unsure, FindingAnswer.Absent],
                (f, a) => f with { Calibrated = 0.25, Answer = a })]
        };
        var bundle = Read(FhirReport.Json(FhirReport.Bundle([(report, ReportHeader.Create(report, Reports.Key, false))])));
        Assert.Contains("calibrated: platt.", bundle.Entry.Select(e => e.Resource).OfType<DiagnosticReport>().Single().Conclusion);
        var components = bundle.Entry.Select(e => e.Resource).OfType<Observation>().Select(o => o.Component).ToList();
        Assert.All(components, c => Assert.Equal(["score", "alone", "calibrated", "answer"], c.Select(p => p.Code.Coding[0].Code)));
        Assert.All(components, c => Assert.Equal(0.25m, ((Quantity)c[2].Value).Value));
        Assert.Equal(["52101004", "82334004", "2667000"], components.Select(c => ((CodeableConcept)c[3].Value).Coding[0].Code));
        Assert.Equal(["present", "unsure", "absent"], components.Select(c => ((CodeableConcept)c[3].Value).Text));
    }

    [Fact]
    public void By_default_the_patient_is_a_pseudonym_and_dates_are_years()
    {
        var bundle = Written();
        var patient = Assert.Single(bundle.Entry.Select(e => e.Resource).OfType<Patient>());
        Assert.Equal((FhirReport.Pseudonym, null, 0), (Assert.Single(patient.Identifier).System, patient.BirthDate, patient.Name.Count));
        Assert.Equal("PSEUDED", Assert.Single(patient.Meta.Security).Code);
        var study = Assert.Single(bundle.Entry.Select(e => e.Resource).OfType<ImagingStudy>());
        Assert.Equal("2001", study.Started);
        Assert.StartsWith("urn:oid:2.25.", Assert.Single(study.Identifier).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Identified_it_names_the_patient_of_the_file()
    {
        var patient = Assert.Single(Written(identified: true).Entry.Select(e => e.Resource).OfType<Patient>());
        Assert.Equal(("TEST-ID-4711", "TEST", "1901-02-03"), (patient.Identifier[0].Value, patient.Name[0].Family, patient.BirthDate));
    }

    [Fact]
    public void A_plain_picture_has_findings_and_no_patient()
    {
        var report = Reports.Of(Phi);
        report = report with { Views = [report.Views[0] with { Source = new("x.png", "x.png", null, null, []) }] };
        var bundle = Read(FhirReport.Json(FhirReport.Bundle([(report, ReportHeader.Create(report, Reports.Key, false))])));
        Assert.Equal(["Device", "DiagnosticReport", "Observation", "Observation", "Observation"],
            bundle.Entry.Select(e => e.Resource.TypeName).Order());
    }

    static IEnumerable<ResourceReference> References(Base element) =>
        element.EnumerateElements().SelectMany(pair => pair.Value switch
        {
            ResourceReference reference => [reference],
            Base inner => References(inner),
            System.Collections.IEnumerable list and not string =>
                list.OfType<Base>().SelectMany(b => b is ResourceReference r ? [r] : References(b)),
            _ => [],
        });
}
