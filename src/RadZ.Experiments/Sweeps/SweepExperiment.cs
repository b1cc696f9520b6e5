using RadZ.Experiments.Running;
using RadZ.Files;
using RadZ.Training.Phases;

namespace RadZ.Experiments.Sweeps;

/// <summary>A sweep from its file to its table.</summary>
static class SweepExperiment
{
    /// <summary>Reads a sweep, or a part of it.</summary>
    /// <param name="file">The sweep's file.</param>
    /// <param name="seeds">Only the first so many of its seeds; null: all.</param>
    /// <param name="only">Only these groups or variants, and what they need; null: all.</param>
    /// <exception cref="InvalidInputException">A recipe of it is wrong, or there is no such group.</exception>
    public static Sweep Read(string file, int? seeds, IReadOnlyList<string>? only)
    {
        var sweep = SweepFile.Read(file);
        if (seeds is { } count) sweep = sweep with { Seeds = [.. sweep.Seeds.Take(count)] };
        return only is null ? sweep : sweep.Only([.. only]);
    }

    /// <summary>
    /// Leaves the sweep in its folder, from where it can be read as it was; one that lies there already stays as it is.
    /// </summary>
    public static void KeepFile(string file, SweepFolder folder)
    {
        Directory.CreateDirectory(folder.Path);
        var kept = Path.Combine(folder.Path, "sweep.json");
        if (Path.GetFullPath(file) != Path.GetFullPath(kept)) AtomicFile.WriteText(kept, SweepFile.Resolved(file));
    }

    /// <summary>Runs what is not finished.</summary>
    /// <param name="sweep">What to run.</param>
    /// <param name="folder">Where.</param>
    /// <param name="resume">Go on.</param>
    /// <param name="observer">Who watches.</param>
    /// <param name="then">With the pictures, when all has run.</param>
    /// <param name="cancel">Stops after the step at hand.</param>
    /// <returns>The runs that failed.</returns>
    public static async Task<IReadOnlyList<FailedRun>> TrainAsync(Sweep sweep, SweepFolder folder, bool resume, ISweepObserver observer,
        Action<SharedPictures>? then, CancellationToken cancel)
    {
        var run = new SweepRun(sweep, folder, observer, TimeProvider.System, Devices.Best);
        var failed = await run.RunAsync(resume, cancel).ConfigureAwait(false);
        then?.Invoke(run.Pictures);
        return failed;
    }

    /// <summary>Writes what was run, and the table of its scores, into the folder.</summary>
    public static StoredSweep Keep(Sweep sweep, SweepFolder folder)
    {
        SweepRecord.From(sweep).Write(folder);
        var kept = StoredSweep.Read(folder.Path);
        kept.WriteTable();
        return kept;
    }
}
