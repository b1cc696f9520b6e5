using System.Security.Cryptography;
using System.Text;
using RadZ.Files;

namespace RadZ.Data;

/// <summary>
/// A fingerprint of the data of a run: the same images, patients and labels give the same text, whatever folder or order.
/// </summary>
static class DataHash
{
    /// <summary>
    /// SHA-256, in lower-case hex, over the sorted lines "image name, patient, labels, file size (, report)". File contents are not read;
    /// a size that changes is noticed. A drawn picture is what its name says.
    /// </summary>
    public static string Compute(IEnumerable<Sample> samples)
    {
        var lines = samples.Select(Line).Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    /// <summary>Null where labels are read without their images.</summary>
    static long? Length(string image) => File.Exists(image) ? FileSize.Get(image) : null;

    static string Line(Sample sample)
    {
        var labels = sample.Labels.ByDisease.Where(l => l.Value != Label.Unknown).OrderBy(l => l.Key, StringComparer.Ordinal)
            .Select(l => $"{l.Key}={l.Value switch { Label.Present => 1, Label.Absent => 0, _ => -1 }}");
        var report = sample.Report is { } text ? $"\t{text.ReplaceLineEndings(" ")}" : "";
        return $"{Path.GetFileName(sample.Image)}\t{sample.Patient}\t{string.Join(';', labels)}\t" +
            $"{(sample.Origin is null ? Length(sample.Image) : 0)}{report}\n";
    }
}
