using System.Text.Json;
using System.Text.Json.Nodes;
using RadZ.Evaluation.Runs;
using RadZ.Experiments.Sweeps;
using RadZ.Files;
using RadZ.RunReports;
using RadZ.RunReports.Claims;

namespace RadZ.Experiments.Reproduction;

/// <summary>A reproduction as its folder holds it: verdicts and tables are made from the scores that lie there.</summary>
/// <param name="Folder">Where.</param>
/// <param name="Found">What the scores say.</param>
/// <param name="Sweeps">Its sweeps.</param>
sealed record StoredReproduction(string Folder, RunReports.Claims.Reproduction Found, IReadOnlyList<StoredSweep> Sweeps)
{
    /// <summary>What <c>record.json</c> says of a sweep.</summary>
    /// <param name="Name">Its folder.</param>
    /// <param name="Title">What its pictures are.</param>
    /// <param name="Warning">What must not be forgotten of them.</param>
    sealed record Part(string Name, string Title, string Warning);

    /// <summary>Reads a folder and computes everything.</summary>
    public static StoredReproduction Read(string folder)
    {
        var (quick, facts, parts) = Record(folder);
        var kept = parts.Select(p => (Part: p, Sweep: StoredSweep.Read(Path.Combine(folder, p.Name)))).ToList();
        try
        {
            return new(folder, new(quick, new(), facts,
                [.. kept.Select(k => new ReproducedSweep
                {
                    Name = k.Part.Name,
                    Title = k.Part.Title,
                    Warning = k.Part.Warning,
                    Facts = [.. Facts(k.Sweep)],
                    Claims = PaperClaims.Judge(k.Sweep.Record, k.Sweep.Folder, new(), new()),
                    Table = k.Sweep.Table,
                    Failed = k.Sweep.Failed,
                    Hashes = [.. k.Sweep.Record.Arms.Select(a => (a.Name, a.Recipes[0]))],
                })]), [.. kept.Select(k => k.Sweep)]);
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(folder, "not-comparable", e.Message, e);
        }
    }

    /// <summary>Writes <c>record.json</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="quick">Fewer pictures, one seed.</param>
    /// <param name="facts">Program, machine, time.</param>
    /// <param name="sweeps">Name, title and warning of each.</param>
    public static void WriteRecord(string folder, bool quick, IReadOnlyList<(string Name, string Value)> facts,
        IReadOnlyList<(string Name, string Title, string Warning)> sweeps)
    {
        JsonObject Sweep((string Name, string Title, string Warning) of)
        {
            var path = new SweepFolder(Path.Combine(folder, of.Name));
            var record = SweepRecord.Read(path);
            return new()
            {
                ["title"] = of.Title,
                ["warning"] = of.Warning,
                ["measure"] = record.Measure,
                ["runs"] = new JsonArray([
                    .. record.Seeds.Index().SelectMany(s => record.Arms.Select(a => (JsonNode)Run(path, s.Item, a, a.Recipes[s.Index])))]),
            };
        }
        AtomicFile.WriteText(Path.Combine(folder, RunKinds.SweepRecordFile), new JsonObject
        {
            ["kind"] = "reproduction",
            ["version"] = 1,
            ["facts"] = new JsonObject(facts.Select(f => KeyValuePair.Create(f.Name, (JsonNode?)f.Value))),
            ["research_use_only"] = true,
            ["quick"] = quick,
            ["sweeps"] = new JsonObject(sweeps.Select(s => KeyValuePair.Create(s.Name, (JsonNode?)Sweep(s)))),
        }.ToJsonString(new() { WriteIndented = true, NewLine = "\n" }) + "\n");
    }

    /// <summary>Writes verdicts, page and seal.</summary>
    public void Write()
    {
        ReproductionReport.Write(Folder, Found);
        string[] files = [RunKinds.SweepRecordFile, ReproductionReport.JsonFile, ReproductionReport.CsvFile,
            .. Sweeps.SelectMany(s => s.Sealed.Select(f => $"{Path.GetFileName(s.Folder.Path)}/{f}"))];
        AtomicFile.WriteText(Path.Combine(Folder, Seal.FileName), Seal.ComputeFromFiles(Folder, files).Json());
    }

    /// <summary>Writes the page.</summary>
    public string WritePage()
    {
        var path = Path.Combine(Folder, RunReport.PageFile);
        AtomicFile.WriteText(path, ReproductionReport.Files(Found)[RunReport.PageFile]);
        return path;
    }

    /// <summary>Seal, recipes, tables, verdicts, page.</summary>
    public static Verification Verify(string folder, string? written, Action<string> told)
    {
        List<VerifiedPart> parts = [];
        told("seal");
        var seal = Verification.Sealed(folder, [], written, parts);
        List<Part> sweeps = [];
        parts.Add(VerifiedFile.Try(RunKinds.SweepRecordFile, () =>
        {
            sweeps.AddRange(Record(folder).Sweeps);
            return new(RunKinds.SweepRecordFile, $"{sweeps.Count} sweeps", []);
        }));
        foreach (var sweep in sweeps)
        {
            told($"{sweep.Name}: scores");
            parts.AddRange(StoredSweep.Compared(Path.Combine(folder, sweep.Name), sweep.Name + "/", out _));
        }
        told("claims");
        StoredReproduction? kept = null;
        parts.Add(VerifiedFile.Try(ReproductionReport.JsonFile,
            () => VerifiedFile.Numbers(folder, ReproductionReport.JsonFile,
                ReproductionReport.Files((kept = Read(folder)).Found)[ReproductionReport.JsonFile], "the scores of the runs")));
        if (kept is not null)
            foreach (var (name, text) in ReproductionReport.Files(kept.Found).Where(f => f.Key != ReproductionReport.JsonFile))
                parts.Add(VerifiedFile.Try(name, () => VerifiedFile.Lines(folder, name, text)));
        return new(folder, seal, parts);
    }

    static (bool Quick, IReadOnlyList<(string Name, string Value)> Facts, IReadOnlyList<Part> Sweeps) Record(string folder)
    {
        var path = Path.Combine(folder, RunKinds.SweepRecordFile);
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            if (json["kind"]?.GetValue<string>() != "reproduction" || json["version"]?.GetValue<int>() != 1)
                throw new InvalidInputException(path, "no-run", "is no record of a reproduction (kind, version).");
            Part[] sweeps = [.. json["sweeps"]!.AsObject()
                .Select(s => new Part(s.Key, s.Value!["title"]!.GetValue<string>(), s.Value["warning"]!.GetValue<string>()))];
            if (sweeps.FirstOrDefault(s => Path.GetFileName(s.Name) != s.Name || s.Name is "" or "." or "..") is { } outside)
                throw new InvalidInputException(path, "bad-sweep", $"sweep '{outside.Name}' is no folder beside it.");
            return (json["quick"]!.GetValue<bool>(), [.. json["facts"]!.AsObject().Select(f => (f.Key, f.Value!.GetValue<string>()))],
                sweeps);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            throw new InvalidInputException(path, "bad-json", $"is no whole record of a reproduction: {e.Message}", e);
        }
    }

    static JsonObject Run(SweepFolder folder, int seed, SweepRecordArm arm, string recipe)
    {
        var (done, facts) = (folder.Finished(seed, arm.Name), FactsOf(folder, seed, arm.Name));
        return new()
        {
            ["seed"] = seed,
            ["arm"] = arm.Name,
            ["starts_from"] = arm.Start,
            ["recipe"] = recipe,
            ["finished"] = done?.At.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
            ["seconds"] = done?.Seconds,
            ["training_hash"] = facts?["training_hash"]?.DeepClone(),
            ["validation_hash"] = facts?["validation_hash"]?.DeepClone(),
            ["knowledge_hash"] = facts?["knowledge_hash"]?.DeepClone(),
        };
    }

    static IEnumerable<(string, string)> Facts(StoredSweep sweep)
    {
        var (record, folder) = (sweep.Record, sweep.Folder);
        yield return ("arms", $"{record.Arms.Count(a => !a.IsTrunk)}, and {record.Arms.Count(a => a.IsTrunk)} trunks that they start from");
        yield return ("seeds", string.Join(", ", record.Seeds));
        if (FactsOf(folder, record.Seeds[0], Sweep.Default) is not { } facts) yield break;
        foreach (var (name, counts) in facts["sources"]!.AsObject())
            yield return ($"source '{name}'",
                $"{counts!["training_images"]} images of {counts["training_patients"]} patients to train on, " +
                $"{counts["validation_images"]} of {counts["validation_patients"]} to be judged on");
        yield return ("judged by", $"validation task '{record.Measure}'");
        yield return ("with each finding",
            string.Join(", ", facts["diseases"]!.AsObject().Select(d => $"{d.Key} {d.Value!["validation"]}")));
        yield return ("images judged on", facts["validation_hash"]!.GetValue<string>());
        yield return ("images trained on", facts["training_hash"]!.GetValue<string>());
    }

    static JsonNode? FactsOf(SweepFolder folder, int seed, string arm) =>
        folder.Run(seed, arm).Facts is var file && File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file)) : null;
}
