using System.Diagnostics;
using RadZ.Data.Studies;
using RadZ.Export;
using RadZ.Imaging;
using RadZ.Imaging.Dicom.DataSets;
using RadZ.Imaging.Gate;

namespace RadZ.Tests.Reporting;

/// <summary>A study's answer to write out, and the programs that judge what was written.</summary>
static class Reports
{
    public static Pseudonyms Key { get; } = new("sixteen bytes or more"u8.ToArray());

    public static StudyReport Of(params string[] files)
    {
        var deidentification = new Deidentification(Key);
        var views = files.Select((f, i) =>
        {
            var dataset = DicomFile.Read(f).Dataset;
            return new ReportedView(new(f, f, deidentification.Record(dataset), ImageIdentity.Read(dataset),
                i == 0 ? [new(GateReasons.Cropped, 0.75, GateReason.Pixels, "only a part")] : []), i == 0);
        });
        ReportedFinding[] findings =
        [
            new("pneumonia", "233604007", 12.25, 0.7512345678901234, 0.9), new("Erguß <links> & \"rechts\"", null, -1.5, 1.5e-17, 0.25),
            new("no finding", null, 0, 0.2487654321098765, 1),
        ];
        return new(new("radz-small", new string('a', 64), "direct", "0.1.0"), findings, [.. views], "Mean of the scores of 1 frontal view.",
            new(2026, 11, 24, 9, 8, 7, TimeSpan.Zero));
    }

    public static Raster Picture { get; } = new(64, 80, 1, [.. Enumerable.Range(0, 64 * 80).Select(i => (byte)(i % 251))]);

    /// <summary>What a program says, on both outputs.</summary>
    public static string Said(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + error.Result;
    }

    /// <summary>Throws where dciodvfy finds an error.</summary>
    public static void Valid(string path) =>
        Assert.DoesNotContain(Said("dciodvfy", path).Split('\n'), l => l.StartsWith("Error", StringComparison.Ordinal));

    /// <summary>Throws where the bytes hold a private text of the fixture.</summary>
    public static void Private(string path)
    {
        var bytes = File.ReadAllBytes(path);
        Assert.All(Dicom.DicomCases.Private,
            text => Assert.True(bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) < 0, text));
    }
}
