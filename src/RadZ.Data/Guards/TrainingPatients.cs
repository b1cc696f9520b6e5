using System.Security.Cryptography;
using System.Text;
using RadZ.Files;

namespace RadZ.Data.Guards;

/// <summary>
/// Who a model was trained on: a file beside its weights (an adapter's beside the adapter's) with the sources and a hash of every patient's
/// key, so that measuring on them is noticed. A hash hides a key only from who cannot guess it: keys of public sets can be guessed, and a
/// hospital's should be random.
/// </summary>
sealed class TrainingPatients
{
    /// <summary>The file's name, in a model folder and in a run folder.</summary>
    public const string FileName = "training-patients.txt";

    const string Heading = "# radz training patients 1: sources ";
    const string Salt = "radz-patient/1:";
    const int Digits = 20;                                              // 80 bits: no chance meeting among millions
    readonly HashSet<string> _hashes;

    TrainingPatients(IReadOnlyList<string> sources, HashSet<string> hashes) => (Sources, _hashes) = (sources, hashes);

    /// <summary>What stands before the colon of the patients' keys: <c>nih</c>, <c>kermany</c>.</summary>
    public IReadOnlyList<string> Sources { get; }

    /// <summary>How many patients.</summary>
    public int Count => _hashes.Count;

    /// <summary>The patients of some samples.</summary>
    public static TrainingPatients FromKeys(IEnumerable<string> patients)
    {
        var keys = patients.Distinct(StringComparer.Ordinal).ToList();
        return new([.. keys.Select(k => k.Split(':')[0]).Distinct().Order(StringComparer.Ordinal)], [.. keys.Select(Hash)]);
    }

    /// <summary>The file of a model folder; null where it has none (its training patients are not known).</summary>
    /// <exception cref="InvalidInputException">The file is there and is not of this form.</exception>
    public static TrainingPatients? Find(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return null;
        var lines = File.ReadAllLines(path);
        if (lines.Length == 0 || !lines[0].StartsWith(Heading, StringComparison.Ordinal))
            throw new InvalidInputException($"{path}:1", "bad-header", $"expected '{Heading}...'.");
        foreach (var (i, line) in lines.Index().Skip(1))
            if (line.Length != Digits || !line.All(char.IsAsciiHexDigitLower))
                throw new InvalidInputException($"{path}:{i + 1}", "bad-hash", $"expected {Digits} lower-case hexadecimal digits.");
        return new(lines[0][Heading.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries), [.. lines[1..]]);
    }

    /// <summary>All patients of some folders' files, of a base and its adapter; null where none has a file.</summary>
    /// <param name="folders">The folders; null stands for one that is not there.</param>
    public static TrainingPatients? FindAll(params IEnumerable<string?> folders)
    {
        TrainingPatients[] found = [.. folders.OfType<string>().Select(Find).OfType<TrainingPatients>()];
        return found.Length == 0 ? null
            : new([.. found.SelectMany(f => f.Sources).Distinct().Order(StringComparer.Ordinal)], [.. found.SelectMany(f => f._hashes)]);
    }

    /// <summary>Writes the file into a folder, sorted.</summary>
    public void Write(string folder) => AtomicFile.WriteText(Path.Combine(folder, FileName),
        $"{Heading}{string.Join(' ', Sources)}\n{string.Concat(_hashes.Order(StringComparer.Ordinal).Select(h => h + "\n"))}");

    /// <summary>True when the model was trained on images of the patient.</summary>
    public bool Contains(string patient) => _hashes.Contains(Hash(patient));

    static string Hash(string patient) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Salt + patient)))[..Digits];
}
