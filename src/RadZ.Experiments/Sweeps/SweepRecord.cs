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
    public static SweepRecord Of(Sweep sweep) => new()
    {
        Name = sweep.Name,
        Radz = typeof(SweepRecord).Assembly.GetName().Version?.ToString(3) ?? "",
        Measure = sweep.Measure,
        Seeds = sweep.Seeds,
        Arms = [.. sweep.Arms.Select(a => new SweepRecordArm(a.Name, a.Group, a.IsTrunk, a.Start, a.Against, a.Note,
            [.. a.Recipe.Data.LeaveOut], [.. sweep.Seeds.Select(s => SweepFolder.HashOf(sweep, a, s))]))],
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
/// <param name="Name">Its name.</param>
/// <param name="Group">The question it belongs to.</param>
/// <param name="IsTrunk">Trained for others to start from.</param>
/// <param name="Start">The arm that it starts from.</param>
/// <param name="Against">The arm that it is compared with.</param>
/// <param name="Note">For the reader of the table.</param>
/// <param name="LeaveOut">Diseases that it never saw.</param>
/// <param name="Recipes">Hash of its recipe, by seed.</param>
sealed record SweepRecordArm(string Name, string Group, bool IsTrunk, string? Start, string? Against, string? Note,
    IReadOnlyList<string> LeaveOut, IReadOnlyList<string> Recipes);
