using System.Text.Json;
using RadZ.Evaluation.Runs;
using RadZ.Files;

namespace RadZ.Experiments.Sweeps;

/// <summary>
/// What was run of a sweep: beside the scores of its runs all that its table follows from, so that it can be made again without the
/// recipes' own files.
/// </summary>
sealed record SweepRecord
{
    /// <summary>Always <c>sweep</c>.</summary>
    public string Kind { get; init; } = "sweep";

    /// <summary>Of this form.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The sweep's name.</summary>
    public required string Name { get; init; }

    /// <summary>The program's version.</summary>
    public required string Radz { get; init; }

    /// <summary>The validation task that is compared.</summary>
    public required string Measure { get; init; }

    /// <summary>The seeds that were asked for.</summary>
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>The arms that were asked for, in the order of the sweep.</summary>
    public required IReadOnlyList<SweepRecordArm> Arms { get; init; }

    /// <summary>Records a sweep.</summary>
    public static SweepRecord From(Sweep sweep) => new()
    {
        Name = sweep.Name,
        Radz = typeof(SweepRecord).Assembly.GetName().Version?.ToString(3) ?? "",
        Measure = sweep.Measure,
        Seeds = sweep.Seeds,
        Arms = [.. sweep.Arms.Select(a => new SweepRecordArm
        {
            Name = a.Name,
            Group = a.Group,
            IsTrunk = a.IsTrunk,
            Start = a.Start,
            Against = a.Against,
            Note = a.Note,
            LeaveOut = [.. a.Recipe.Data.LeaveOut],
            Recipes = [.. sweep.Seeds.Select(s => SweepFolder.HashOf(sweep, a, s))],
        })],
    };

    /// <summary>The record of a folder.</summary>
    /// <exception cref="InvalidInputException">There is none, or it is none of a sweep.</exception>
    public static SweepRecord Read(SweepFolder folder) => StrictJson.ReadFile<SweepRecord>(Path(folder),
        r => r is { Kind: "sweep", Version: 1 } && r.Seeds.Count > 0 && r.Arms.Count > 0
            && r.Arms.All(a => a.Recipes.Count == r.Seeds.Count)
        ? [] : ["is no record of a sweep (kind, version, seeds, arms with a recipe hash a seed)."]);

    /// <summary>Writes it.</summary>
    public void Write(SweepFolder folder) => AtomicFile.WriteText(Path(folder), JsonSerializer.Serialize(this, StrictJson.Options) + "\n");

    static string Path(SweepFolder folder) => System.IO.Path.Combine(folder.Path, RunKinds.SweepRecordFile);
}

/// <summary>An arm as it is recorded.</summary>
sealed record SweepRecordArm
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The question it belongs to.</summary>
    public required string Group { get; init; }

    /// <summary>Trained for others to start from.</summary>
    public required bool IsTrunk { get; init; }

    /// <summary>The arm that it starts from.</summary>
    public string? Start { get; init; }

    /// <summary>The arm that it is compared with.</summary>
    public string? Against { get; init; }

    /// <summary>For the reader of the table.</summary>
    public string? Note { get; init; }

    /// <summary>Diseases that it never saw.</summary>
    public required IReadOnlyList<string> LeaveOut { get; init; }

    /// <summary>Hash of its recipe, by seed.</summary>
    public required IReadOnlyList<string> Recipes { get; init; }
}
