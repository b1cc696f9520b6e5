using System.Reflection;
using System.Text.Json;
using RadZ.Data.Guards;
using RadZ.Evaluation.Runs;
using RadZ.Files;

namespace RadZ.Evaluation.Protocols;

/// <summary>One run of a protocol: a whole folder of an evaluation by itself.</summary>
/// <param name="Folder">Below the protocol's folder: <c>percent-10/seed-1</c>.</param>
/// <param name="Percent">Of the patients.</param>
/// <param name="Seed">Of the draw.</param>
/// <param name="Seal">The seal of the member's folder.</param>
sealed record ProtocolMember(string Folder, double Percent, int Seed, string Seal);

/// <summary>What a protocol was: shares of the training patients, seeds, and the runs that came of it.</summary>
sealed record ProtocolRecord
{
    /// <summary>Always <c>protocol</c>.</summary>
    public string Kind { get; init; } = "protocol";

    /// <summary>Of this form.</summary>
    public int Version { get; init; } = 1;

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Version and commit of the program.</summary>
    public string Radz { get; init; } =
        typeof(ProtocolRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>Of the runtime.</summary>
    public string Dotnet { get; init; } = Environment.Version.ToString();

    /// <summary>The command's arguments, as given.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary><c>probe</c> or <c>finetune</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>What was measured on what.</summary>
    public required string Title { get; init; }

    /// <summary>The set.</summary>
    public required string Dataset { get; init; }

    /// <summary>The split that patients were drawn from.</summary>
    public required SplitRecord Training { get; init; }

    /// <summary>Of the intervals.</summary>
    public required int Resamples { get; init; }

    /// <summary>The intervals' level.</summary>
    public required double Level { get; init; }

    /// <summary>The bootstrap's seed.</summary>
    public required int Seed { get; init; }

    /// <summary>What was said with the results.</summary>
    public required IReadOnlyList<Notice> Notices { get; init; }

    /// <summary>The runs.</summary>
    public required IReadOnlyList<ProtocolMember> Members { get; init; }

    /// <summary>Every file of the folder that belongs to it, the members' among them, hashed when it was written.</summary>
    public IReadOnlyList<HashedFile> Files { get; init; } = [];
}

/// <summary>The folder that a protocol leaves: a member each share and seed, and the figures over them.</summary>
static class ProtocolRun
{
    /// <summary>The record of a folder.</summary>
    /// <exception cref="InvalidInputException">It is none of a protocol.</exception>
    public static ProtocolRecord Read(string folder)
    {
        var path = Path.Combine(folder, EvaluationRun.RecordFile);
        try
        {
            if (JsonSerializer.Deserialize<ProtocolRecord>(File.ReadAllText(path), EvaluationRun.JsonForm)
                is not { Kind: "protocol", Version: 1, Members.Count: > 0 } record)
                throw new InvalidInputException(path, "no-run", "is no record of a protocol (kind, version, members).");
            foreach (var member in record.Members)
                if (!Path.GetFullPath(Path.Combine(folder, member.Folder))
                    .StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                    throw new InvalidInputException(path, "bad-member", $"member '{member.Folder}' is not below the folder.");
            return record;
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(path, "bad-json", e.Message, e);
        }
    }

    /// <summary>The members' folders, read.</summary>
    public static IReadOnlyList<StoredRun> Members(string folder, ProtocolRecord record) =>
        [.. record.Members.Select(m => StoredRun.Read(Path.Combine(folder, m.Folder)))];

    /// <summary>The figures as <c>metrics.json</c>.</summary>
    public static string Json(ProtocolFigures figures) => JsonSerializer.Serialize(figures, EvaluationRun.JsonForm) + "\n";

    /// <summary>Writes figures, table, seal and last the record over members that are there.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="record">What it was.</param>
    /// <param name="figures">Over the members.</param>
    /// <param name="table">As printed.</param>
    public static void Write(string folder, ProtocolRecord record, ProtocolFigures figures, string table)
    {
        AtomicFile.WriteText(Path.Combine(folder, "metrics.json"), Json(figures));
        AtomicFile.WriteText(Path.Combine(folder, "table.txt"), table);
        IEnumerable<string> names = record.Members.SelectMany(m => EvaluationRun.Read(Path.Combine(folder, m.Folder)).Files
            .Select(f => f.Path).Concat([EvaluationRun.RecordFile, Seal.FileName]).Select(n => $"{m.Folder}/{n}"));
        HashedFile[] files = [.. names.Concat(["metrics.json", "table.txt"]).Select(n => HashedFile.Read(Path.Combine(folder, n), n))];
        var text = JsonSerializer.Serialize(record with { Files = files }, EvaluationRun.JsonForm) + "\n";
        AtomicFile.WriteText(Path.Combine(folder, Seal.FileName), Seal.Compute(text, files).Json());
        AtomicFile.WriteText(Path.Combine(folder, EvaluationRun.RecordFile), text);
    }
}
