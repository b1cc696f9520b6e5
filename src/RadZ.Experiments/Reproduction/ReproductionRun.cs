using System.Diagnostics;
using System.Globalization;
using RadZ.Experiments.Running;
using RadZ.Experiments.Sweeps;
using RadZ.Files;
using RadZ.Training.Runs;

namespace RadZ.Experiments.Reproduction;

/// <summary>How much of the reproduction is run, and where. Errors name these properties.</summary>
sealed record ReproductionRequest
{
    /// <summary>Where runs, tables and report go.</summary>
    public required string Out { get; init; }

    /// <summary>The claims' arms alone, one seed, fewer pictures.</summary>
    public bool Quick { get; init; }

    /// <summary>A folder with real films; null: none.</summary>
    public string? Data { get; init; }

    /// <summary>Only so many seeds; null: the sweep's.</summary>
    public int? Seeds { get; init; }

    /// <summary>Go on: finished runs are skipped.</summary>
    public bool Resume { get; init; }

    /// <summary>The ablations are left out.</summary>
    public bool ClaimsOnly { get; init; }

    /// <summary>Another sweep in the place of the one on synthetic pictures; null: that one.</summary>
    public string? Sweep { get; init; }

    /// <summary>The command, for the record.</summary>
    public required string Command { get; init; }
}

/// <summary>Trains one sweep under the eyes of an observer that lives as long.</summary>
/// <param name="train">What is to be watched.</param>
delegate Task<IReadOnlyList<FailedRun>> WatchedSweep(Func<ISweepObserver, Task<IReadOnlyList<FailedRun>>> train);

/// <summary>The paper's claims in miniature: sweeps are trained, and verdicts made from their scores.</summary>
/// <param name="request">How much, and where.</param>
sealed class ReproductionRun(ReproductionRequest request)
{
    sealed record Part(string Name, string Title, string Warning, Sweep Sweep);

    /// <summary>Runs it.</summary>
    /// <param name="watch">Watches each sweep.</param>
    /// <param name="cancel">Stops after the step at hand.</param>
    /// <returns>The reproduction as its folder holds it, and the runs that failed.</returns>
    /// <exception cref="InvalidInputException">A sweep cannot be used.</exception>
    public async Task<(StoredReproduction Kept, IReadOnlyList<FailedRun> Failed)> RunAsync(WatchedSweep watch, CancellationToken cancel)
    {
        var (began, started) = (TimeProvider.System.GetUtcNow(), Stopwatch.StartNew());
        var parts = Parts();
        List<FailedRun> failed = [];
        foreach (var part in parts)
        {
            var folder = FolderOf(part);
            failed.AddRange(await watch(observer => SweepExperiment.TrainAsync(part.Sweep, folder, request.Resume, observer,
                shelf => PaperClaims.Measure(part.Sweep, folder, shelf, Devices.Best, observer.Message, cancel), cancel))
                .ConfigureAwait(false));
            SweepExperiment.Keep(part.Sweep, folder);
        }
        StoredReproduction.WriteRecord(request.Out, request.Quick,
        [
            ("begun", began.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
            ("program", $"radz {typeof(TrainingRun).Assembly.GetName().Version?.ToString(3)}, .NET {Environment.Version}, TorchSharp " +
                $"{typeof(torch).Assembly.GetName().Version?.ToString(3)}"),
            ("command", request.Command),
            ("machine", $"{Environment.ProcessorCount} processors, {get_num_threads()} threads"),
            ("training", string.Create(CultureInfo.InvariantCulture,
                $"{parts.Sum(p => Spent(p.Sweep, FolderOf(p))) / 60:0.0} minutes of processor time over all runs; this command took " +
                $"{started.Elapsed.TotalMinutes:0.0}")),
        ], [.. parts.Select(p => (p.Name, p.Title, p.Warning))]);
        var kept = StoredReproduction.Read(request.Out);
        kept.Write();
        return (kept, failed);
    }

    SweepFolder FolderOf(Part part) => new(Path.Combine(request.Out, part.Name));

    List<Part> Parts()
    {
        List<Part> parts = [request.Sweep is { } file
            ? new("sweep", $"Sweep {file}", "A sweep of your own: whether its pictures are of patients, only you know.",
                Shaped(SweepFile.Read(file)))
            : new("phantoms", "Synthetic pictures",
                "SYNTHETIC PICTURES, not patients: drawn radiographs of one hospital to train on, of another to be judged on.",
                Shaped(Shipped(ShippedSweep.Phantoms, "phantoms")))];
        if (request.Data is { } root)
            parts.Add(new("films", "Real films", "Real films: few patients, labels that were read from reports by a program.",
                Shaped(ShippedSweep.WithRoot(Shipped(ShippedSweep.Films, "films"), root))));
        return parts;
    }

    Sweep Shipped(string name, string folder) => SweepFile.Read(ShippedSweep.Write(name, Path.Combine(request.Out, folder)));

    /// <summary>As much of a sweep as was asked for.</summary>
    Sweep Shaped(Sweep sweep)
    {
        if (PaperClaims.Arms.FirstOrDefault(a => sweep.Arms.All(s => s.Name != a)) is { } missing)
            throw new InvalidInputException(request.Sweep ?? sweep.Name, "no-arm",
                $"has no variant '{missing}', which the claims need; they are {string.Join(", ", PaperClaims.Arms)}.");
        if (request.ClaimsOnly) sweep = sweep.Only(PaperClaims.Arms);
        if (request.Seeds is { } seeds)
            sweep = sweep with
            {
                Seeds = [.. Enumerable.Range(0, seeds)
                    .Select(i => i < sweep.Seeds.Count ? sweep.Seeds[i] : sweep.Seeds.Max() + 1 + i - sweep.Seeds.Count)],
            };
        return request.Quick ? ShippedSweep.Quick(sweep) : sweep;
    }

    static double Spent(Sweep sweep, SweepFolder folder) =>
        sweep.Seeds.SelectMany(s => sweep.Arms.Select(a => folder.Finished(s, a.Name)?.ProcessorSeconds ?? 0)).Sum();
}
