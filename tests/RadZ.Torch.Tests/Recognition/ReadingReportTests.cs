using System.Text;
using System.Text.Json;
using RadZ.Files;
using RadZ.Imaging.Dicom.DataSets;
using RadZ.Recognition;
using RadZ.TestKit;
using RadZ.Torch.Tests.Cli;

namespace RadZ.Torch.Tests.Recognition;

/// <summary>What goes back to an archive or a record system, made of a film that came as a stream.</summary>
[Collection(SharedWorld.Name)]
public sealed class ReadingReportTests(CliWorld world)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static JsonElement Case => JsonDocument.Parse(File.ReadAllText(Fixtures.At("dicom", "index.json"))).RootElement.GetProperty("cases")
        .EnumerateArray().First(c => c.TryGetProperty("phi", out _));

    static string[] Private => [.. Case.GetProperty("phi").EnumerateArray().Select(t => t.GetString()!)];

    static byte[] Film => File.ReadAllBytes(Fixtures.At("dicom", Case.GetProperty("file").GetString()!));

    [Fact]
    public async Task A_structured_report_a_capture_and_a_bundle_name_nobody()
    {
        using var radz = Recognizer.Load(new() { Model = world.Model });
        var reading = await radz.RecognizeAsync([FilmSource.FromStream(new Dribble(Film, 999), "TEST^PATIENT/1.dcm")], cancel: Cancel);
        Assert.StartsWith("hidden-", reading.Name, StringComparison.Ordinal);
        var (sr, sc, fhir) = (reading.ToDicomSr(), reading.ToDicomSc(), reading.ToFhir());
        foreach (var bytes in (byte[][])[sr, sc, Encoding.UTF8.GetBytes(fhir)])
            Assert.All(Private, t => Assert.DoesNotContain(t, Encoding.Latin1.GetString(bytes), StringComparison.OrdinalIgnoreCase));
        File.WriteAllBytes(world.At("face-sr.dcm"), sr);
        File.WriteAllBytes(world.At("face-sc.dcm"), sc);
        Assert.Equal("SR", DicomFile.Read(world.At("face-sr.dcm")).Dataset.Text(DicomTag.Modality));
        Assert.Equal("DX", DicomFile.Read(world.At("face-sc.dcm")).Dataset.Text(DicomTag.Modality));
        var entries = JsonDocument.Parse(fhir).RootElement.GetProperty("entry").EnumerateArray()
            .Select(e => e.GetProperty("resource").GetProperty("resourceType").GetString()).ToList();
        Assert.Equal(reading.Findings.Count, entries.Count(e => e == "Observation"));
        Assert.Contains("ImagingStudy", entries);
    }

    [Fact]
    public async Task The_key_decides_the_pseudonyms_and_identified_repeats_the_film()
    {
        async Task<string> Patient(RecognizerOptions options)
        {
            using var radz = Recognizer.Load(options);
            var fhir = JsonDocument.Parse((await radz.RecognizeAsync(Film, cancel: Cancel)).ToFhir()).RootElement;
            return fhir.GetProperty("entry").EnumerateArray().Select(e => e.GetProperty("resource"))
                .First(r => r.GetProperty("resourceType").GetString() == "Patient").GetProperty("identifier")[0].GetProperty("value")
                .GetString()!;
        }
        var key = await Patient(new() { Model = world.Model, PseudonymKey = "a key of this very test" });
        Assert.Equal(key, await Patient(new() { Model = world.Model, PseudonymKey = "a key of this very test" }));
        Assert.NotEqual(key, await Patient(new() { Model = world.Model }));
        Assert.Contains(await Patient(new() { Model = world.Model, Identified = true }), Private);
    }

    [Fact]
    public async Task Films_without_a_header_have_reports_of_their_own()
    {
        using var radz = Recognizer.Load(new() { Model = world.Model, PseudonymKey = "a key of this very test" });
        var (a, b) = (File.ReadAllBytes(world.At("xrays", "a.png")), File.ReadAllBytes(world.At("xrays", "b.jpg")));
        string[] ids = [await Id(a), await Id(b)];
        Assert.NotEqual(ids[0], ids[1]);
        var plain = await radz.RecognizeAsync(a, cancel: Cancel);
        Assert.Equal("no-dicom-source", Assert.Throws<InvalidInputException>(plain.ToDicomSr).Kind);

        async Task<string> Id(byte[] film) => JsonDocument.Parse((await radz.RecognizeAsync(film, cancel: Cancel)).ToFhir()).RootElement
            .GetProperty("entry")[0].GetProperty("fullUrl").GetString()!;
    }
}
