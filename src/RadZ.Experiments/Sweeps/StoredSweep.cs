using System.Globalization;
using RadZ.Evaluation.Comparisons;
using RadZ.Evaluation.Runs;
using RadZ.Files;
using RadZ.RunReports;
using RadZ.RunReports.Sweeps;

namespace RadZ.Experiments.Sweeps;

/// <summary>A sweep as its folder holds it: its table is made from the scores that lie there.</summary>
/// <param name="Folder">Where.</param>
/// <param name="Record">What was asked for.</param>
/// <param name="Table">All arms.</param>
sealed record StoredSweep(SweepFolder Folder, SweepRecord Record, ArmTable Table)
{
    /// <summary>Reads a folder and computes its table.</summary>
    public static StoredSweep Read(string path)
    {
        var folder = new SweepFolder(path);
        var record = SweepRecord.Read(folder);
        try
        {
            return new(folder, record, ArmTable.Compute(record.Measure, SweepArms.Read(record, folder), new()));
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(path, "not-comparable", e.Message, e);
        }
    }

    /// <summary>Runs that failed, a sentence each.</summary>
    public IReadOnlyList<string> Failed =>
        [.. Record.Seeds.SelectMany(seed => Record.Arms.Select(a => (Seed: seed, a.Name, Error: Folder.FailureOf(seed, a.Name))))
            .Where(r => r.Error is not null).Select(r => $"seed {r.Seed}, {r.Name}: {r.Error}")];

    /// <summary>The table in all its forms, by the name of its file.</summary>
    public IReadOnlyDictionary<string, string> Files => new Dictionary<string, string>
    {
        [SweepTable.JsonFile] = SweepTable.Json(Table),
        [SweepTable.CsvFile] = SweepTable.Csv(Table),
        [SweepTable.TextFile] = SweepTable.Text(Table) + Disclaimer.Line + "\n",
    };

    /// <summary>The page.</summary>
    public string Page() => SweepReport.Page($"Sweep {Record.Name}",
    [
        ("program", $"radz {Record.Radz}"),
        ("arms", $"{Record.Arms.Count(a => !a.IsTrunk)}, and {Record.Arms.Count(a => a.IsTrunk)} trunks that they start from"),
        ("seeds", string.Join(", ", Record.Seeds)),
        ("judged by", $"validation task '{Record.Measure}'"),
    ], Table, Failed);

    /// <summary>Writes the table, and last the record.</summary>
    public void WriteTable()
    {
        foreach (var (name, text) in Files) AtomicFile.WriteText(Path.Combine(Folder.Path, name), text);
    }

    /// <summary>Writes the page.</summary>
    public string WritePage()
    {
        AtomicFile.WriteText(Path.Combine(Folder.Path, RunReport.PageFile), Page());
        return Path.Combine(Folder.Path, RunReport.PageFile);
    }

    /// <summary>What a seal covers, by path below the folder.</summary>
    public IReadOnlyList<string> Sealed =>
        [.. ((string[])["sweep.json", RunKinds.SweepRecordFile, .. Files.Keys]).Where(f => File.Exists(Path.Combine(Folder.Path, f))),
            .. Folder.Evidence(Record)];

    /// <summary>Seals it.</summary>
    public void Seal() => AtomicFile.WriteText(Path.Combine(Folder.Path, Evaluation.Runs.Seal.FileName),
        Evaluation.Runs.Seal.ComputeFromFiles(Folder.Path, Sealed).Json());

    /// <summary>Seal, recipes, table, page.</summary>
    public static Verification Verify(string path, string? written, Action<string> told)
    {
        List<VerifiedPart> parts = [];
        told("seal");
        var seal = Verification.Sealed(path, [], written, parts);
        told("scores");
        parts.AddRange(Compared(path, "", out var kept));
        if (kept is not null && File.Exists(Path.Combine(path, RunReport.PageFile)))
            parts.Add(VerifiedFile.Try(RunReport.PageFile, () => VerifiedFile.Lines(path, RunReport.PageFile, kept.Page())));
        return new(path, seal, parts);
    }

    /// <summary>Recipes and tables of a sweep against its scores.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="prefix">Before the name of each part.</param>
    /// <param name="kept">The sweep, where it could be read.</param>
    public static IReadOnlyList<VerifiedPart> Compared(string path, string prefix, out StoredSweep? kept)
    {
        StoredSweep? read = null;
        List<VerifiedPart> parts = [VerifiedFile.Try("recipes", () => (read = Read(path)).Recipes())];
        if (read is { } found)
            foreach (var (name, text) in found.Files)
                parts.Add(VerifiedFile.Try(name,
                    () => name == SweepTable.JsonFile ? VerifiedFile.Numbers(path, name, text, "the scores of the runs")
                        : VerifiedFile.Lines(path, name, text)));
        kept = read;
        return [.. parts.Select(p => p with { What = prefix + p.What })];
    }

    VerifiedPart Recipes()
    {
        List<string> wrong = [];
        var runs = 0;
        foreach (var (place, seed) in Record.Seeds.Index())
            foreach (var arm in Record.Arms)
            {
                if (Folder.Finished(seed, arm.Name) is not { } done) continue;
                runs++;
                if (done.Recipe != arm.Recipes[place])
                    wrong.Add(string.Create(CultureInfo.InvariantCulture,
                        $"seed {seed}, {arm.Name}: was trained by recipe {done.Recipe[..Math.Min(12, done.Recipe.Length)]}..., recorded " +
                        $"{arm.Recipes[place][..Math.Min(12, arm.Recipes[place].Length)]}..."));
            }
        return new("recipes", $"{runs:N0} finished runs", wrong);
    }
}
