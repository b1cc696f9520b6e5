using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using RadZ.Files;

namespace RadZ.Data.Splits;

/// <summary>
/// Divides patients, never images, by a rule that can be written down: u = the first four bytes (big-endian) of
/// SHA-256(utf8(salt + patient key)) / 2^32; the patient is for validation if u is below the fraction of the source.
/// </summary>
/// <param name="Salt">Text before the key; another salt is another split.</param>
/// <param name="Fractions">
/// The fraction for validation by source. The source is what stands before the colon of the patient key, so that a patient whose images
/// come in several tables is on one side.
/// </param>
sealed record PatientSplit(string Salt, IReadOnlyDictionary<string, double> Fractions)
{
    /// <summary>Where the patient falls, 0 to below 1.</summary>
    public double Position(string patient) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(Salt + patient))) / 4294967296.0;

    /// <summary>True when the patient's images are for validation and must never be trained on.</summary>
    public bool IsValidation(string patient)
    {
        var source = patient.Split(':')[0];
        return Fractions.TryGetValue(source, out var fraction)
            ? Position(patient) < fraction
            : throw new ArgumentException($"patient '{patient}' is of source '{source}', for which the split has no fraction; it has " +
                $"{string.Join(", ", Fractions.Keys.Order())}.", nameof(patient));
    }

    /// <summary>Both sides, each in the given order.</summary>
    public (IReadOnlyList<Sample> Training, IReadOnlyList<Sample> Validation) Divide(IEnumerable<Sample> samples)
    {
        var bySide = samples.ToLookup(s => IsValidation(s.Patient));
        return ([.. bySide[false]], [.. bySide[true]]);
    }

    /// <summary>Throws an <see cref="InvalidInputException"/> if a patient is in two of the splits, however they were made.</summary>
    public static void Guard(params (string Name, IReadOnlyList<Sample> Samples)[] splits)
    {
        var seen = new Dictionary<string, string>();
        foreach (var (name, samples) in splits)
            foreach (var sample in samples)
                if (!seen.TryAdd(sample.Patient, name) && seen[sample.Patient] != name)
                    throw new InvalidInputException(sample.Image, "patient-in-two-splits",
                        $"patient '{sample.Patient}' is in '{seen[sample.Patient]}' and in '{name}'; results would be too good. Split by " +
                        "patient.");
    }
}
