using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RadZ.Files;

namespace RadZ.Evaluation.Runs;

/// <summary>
/// The seal of a run (<c>seal.json</c>): hashes of every file and of every field of the record, and one hash over all of them. It tells
/// what was changed after the run was written. It has no key: who changes a run can seal it again, but not to the value that was written
/// down elsewhere.
/// </summary>
sealed record Seal
{
    /// <summary>The file's name.</summary>
    public const string FileName = "seal.json";

    /// <summary>Always <c>seal</c>.</summary>
    public string Kind { get; init; } = "seal";

    /// <summary>Of this form.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The files, the record among them.</summary>
    public required IReadOnlyList<HashedFile> Files { get; init; }

    /// <summary>SHA-256 of each field of the record as it is written there.</summary>
    public required IReadOnlyDictionary<string, string> Record { get; init; }

    /// <summary>SHA-256 over the lines "name, hash" of files and fields, sorted: the one value to write down.</summary>
    public string Value { get; init; } = "";

    /// <summary>Seals a record that is about to be written.</summary>
    /// <param name="record">Its text.</param>
    /// <param name="files">The files that it lists.</param>
    public static Seal Compute(string record, IReadOnlyList<HashedFile> files)
    {
        var bytes = Encoding.UTF8.GetBytes(record);
        var seal = new Seal { Files = [.. files, new(EvaluationRun.RecordFile, bytes.Length, Hash(bytes))], Record = Fields(record) };
        return seal with { Value = seal.Computed() };
    }

    /// <summary>Seals files that lie in a folder, where no record is sealed field by field.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="names">Their paths below it.</param>
    public static Seal ComputeFromFiles(string folder, IEnumerable<string> names)
    {
        var seal = new Seal
        {
            Files = [.. names.Select(n => HashedFile.Read(Path.Combine(folder, n), n))],
            Record = new Dictionary<string, string>()
        };
        return seal with { Value = seal.Computed() };
    }

    /// <summary>The seal of a folder.</summary>
    /// <exception cref="InvalidInputException">There is none, or it is none.</exception>
    public static Seal Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new InvalidInputException(path, "no-seal", "there is no seal: whether the run was changed cannot be told.");
        try
        {
            return JsonSerializer.Deserialize<Seal>(File.ReadAllText(path), EvaluationRun.JsonForm) is { Kind: "seal", Version: 1 } seal
                ? seal
                : throw new InvalidInputException(path, "no-seal", "is no seal of an evaluation (kind, version).");
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(path, "bad-json", e.Message, e);
        }
    }

    /// <summary>As <see cref="FileName"/> holds it.</summary>
    public string Json() => JsonSerializer.Serialize(this, EvaluationRun.JsonForm) + "\n";

    /// <summary>What was changed since, a sentence each; empty where all is as it was sealed.</summary>
    /// <param name="folder">The run.</param>
    public IReadOnlyList<string> Broken(string folder)
    {
        List<string> broken = [];
        if (Computed() != Value) broken.Add($"{FileName}: its value is {Value}, but its own lines give {Computed()}: the seal was edited.");
        foreach (var sealedFile in Files)
        {
            var path = Path.Combine(folder, sealedFile.Path);
            if (!File.Exists(path)) broken.Add($"{sealedFile.Path}: is missing; it was sealed with {sealedFile.Bytes} bytes.");
            else if (HashedFile.Read(path, sealedFile.Path) is var found && found.Sha256 != sealedFile.Sha256)
                broken.Add($"{sealedFile.Path}: is not what was sealed: SHA-256 {found.Sha256[..12]}..., sealed " +
                    $"{Short(sealedFile.Sha256)}...; {found.Bytes} bytes, sealed {sealedFile.Bytes}.");
        }
        var record = Path.Combine(folder, EvaluationRun.RecordFile);
        if (Record.Count == 0 || !File.Exists(record)) return broken;
        Dictionary<string, string> fields;
        try
        {
            fields = Fields(File.ReadAllText(record));
        }
        catch (JsonException e)
        {
            broken.Add($"{EvaluationRun.RecordFile}: {e.Message}");
            return broken;
        }
        foreach (var name in Record.Keys.Union(fields.Keys))
            if (!fields.TryGetValue(name, out var found))
                broken.Add($"{EvaluationRun.RecordFile}: field '{name}' is missing; it was sealed.");
            else if (!Record.TryGetValue(name, out var was))
                broken.Add($"{EvaluationRun.RecordFile}: field '{name}' was added after it was sealed.");
            else if (found != was) broken.Add($"{EvaluationRun.RecordFile}: field '{name}' is not what was sealed.");
        return broken;
    }

    string Computed() => Hash(Encoding.UTF8.GetBytes(string.Concat(Files.Select(f => $"file\t{f.Path}\t{f.Bytes}\t{f.Sha256}\n")
        .Concat(Record.Select(f => $"field\t{f.Key}\t{f.Value}\n")).Order(StringComparer.Ordinal))));

    static Dictionary<string, string> Fields(string record)
    {
        using var json = JsonDocument.Parse(record);
        return json.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => Hash(Encoding.UTF8.GetBytes(p.Value.GetRawText())));
    }

    static string Short(string hash) => hash[..Math.Min(12, hash.Length)];

    static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
