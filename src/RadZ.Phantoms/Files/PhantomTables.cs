using System.Globalization;
using RadZ.Data;
using RadZ.Data.Sets;
using RadZ.Files;
using RadZ.Phantoms.Plan;
using RadZ.Text.Knowledge;

namespace RadZ.Phantoms.Files;

/// <summary>The tables of a folder of phantoms.</summary>
static class PhantomTables
{
    public static void Write(string folder, IReadOnlyList<PhantomTruth> truths)
    {
        // TermKey of a header finds it again: the names are the knowledge base's own
        DiseaseColumn[] columns = [.. ChestXray14.Findings.Append(Disease.NoFinding).Select(d => new DiseaseColumn(d, d))];
        CsvFile.Write(Path.Combine(folder, "manifest.csv"), ["image", "patient", "source", .. columns.Select(c => c.Name)],
            truths.Select(t => (string[])[PhantomTruth.ImageOf(t.Index), t.Patient, $"phantom-{t.Site}",
                .. columns.Select(c => HasFinding(t, c.Name) ? "1" : "0")]));
        CsvFile.Write(Path.Combine(folder, "reports.csv"), ["image", "patient", "source", "report"],
            truths.Select(t => (string[])[PhantomTruth.ImageOf(t.Index), t.Patient, $"phantom-{t.Site}", t.Report]));
        CsvFile.Write(Path.Combine(folder, "boxes.csv"),
            ["image", "patient", "finding", "side", "zone", "severity", "size_cm", "x", "y", "width", "height", "area", "mask"],
            truths.SelectMany(t => t.Findings.Select(f => (string[])
            [
                PhantomTruth.ImageOf(t.Index), t.Patient, f.Disease, Word(f.Side), Word(f.Zone), Word(f.Severity),
                Number(f.SizeCentimetres, "0.00"), Number(f.Box.Left), Number(f.Box.Top),
                Number(f.Box.Right - f.Box.Left), Number(f.Box.Bottom - f.Box.Top), Number(f.Area), PhantomTruth.MaskOf(t.Index, f.Disease),
            ])));
        CsvFile.Write(Path.Combine(folder, "patients.csv"),
            ["image", "patient", "site", "sex", "age", "body_mass_index", "height_cm", "view", "rotation_degrees", "inspiration", "devices",
                "cardiothoracic_ratio", "millimetres_per_pixel"],
            truths.Select(t => (string[])
            [
                PhantomTruth.ImageOf(t.Index), t.Patient, t.Site, Word(t.Sex), Number(t.Age), Number(t.BodyMassIndex, "0.0"),
                Number(t.Height, "0.0"), t.View.ToString(), Number(t.Rotation, "0.0"),
                Number(t.Inspiration, "0.00"), DeviceNames(t.Devices), Number(t.CardiothoracicRatio, "0.000"),
                Number(t.MillimetresPerPixel, "0.0000"),
            ]));
    }

    static bool HasFinding(PhantomTruth truth, string disease) =>
        disease == Disease.NoFinding ? truth.Findings.Count == 0 : truth.Findings.Any(f => f.Disease == disease);

    static string DeviceNames(Devices devices) => string.Join(';', new[]
    {
        (Devices.EndotrachealTube, "endotracheal tube"), (Devices.CentralLine, "central line"), (Devices.Pacemaker, "pacemaker"),
    }.Where(d => devices.HasFlag(d.Item1)).Select(d => d.Item2));

    static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    static string Number(double value, string format = "0") => value.ToString(format, CultureInfo.InvariantCulture);
}
