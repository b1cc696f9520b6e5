using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace RadZ.Data.Splits;

/// <summary>
/// A share of the patients, drawn by a rule that can be written down: patients stand in the order of the first eight bytes (big-endian) of
/// SHA-256(utf8("radz-draw/1:SEED:" + key)), and the first ceil(percent / 100 * n) are taken. Under one seed a smaller share lies within a
/// larger one.
/// </summary>
/// <param name="Percent">Of the patients, above 0 to 100.</param>
/// <param name="Seed">Another seed is another draw.</param>
sealed record PatientDraw(double Percent, int Seed)
{
    /// <summary>The samples of the drawn patients, in the given order.</summary>
    public IReadOnlyList<Sample> Draw(IReadOnlyList<Sample> samples)
    {
        if (!(Percent is > 0 and <= 100)) throw new ArgumentException($"{Percent} percent of the patients; expected above 0, at most 100.");
        var patients = samples.Select(s => s.Patient).Distinct(StringComparer.Ordinal).OrderBy(Position)
            .ThenBy(p => p, StringComparer.Ordinal).ToList();
        var drawn = patients.Take((int)Math.Ceiling(Percent / 100 * patients.Count - 1e-9)).ToHashSet(StringComparer.Ordinal);
        return [.. samples.Where(s => drawn.Contains(s.Patient))];
    }

    ulong Position(string patient) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"radz-draw/1:{Seed}:{patient}")));
}
