using RadZ.Evaluation.Runs;
using RadZ.Experiments.Reproduction;
using RadZ.Experiments.Sweeps;
using RadZ.Files;
using RadZ.RunReports;

namespace RadZ.Experiments;

/// <summary>Whatever an experiment has left, by the kind of its folder.</summary>
static class RunFolders
{
    /// <summary>Writes pages, cards and figures.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="told">Told what is written next.</param>
    /// <param name="cancel">Stops between parts.</param>
    /// <returns>The names of the files, below the folder.</returns>
    /// <exception cref="InvalidInputException">It holds no run.</exception>
    public static IReadOnlyList<string> WriteReport(string folder, Action<string> told, CancellationToken cancel) =>
        RunKinds.Detect(folder) switch
        {
            RunKind.Evaluation => RunReport.Write(StoredRun.Read(folder), cancel),
            RunKind.Protocol => ProtocolReport.Write(folder, told, cancel),
            RunKind.Robustness => RobustnessReport.Write(folder),
            RunKind.Sweep => [Path.GetRelativePath(folder, StoredSweep.Read(folder).WritePage())],
            RunKind.Reproduction => [Path.GetRelativePath(folder, StoredReproduction.Read(folder).WritePage())],
            var other => throw new ArgumentOutOfRangeException(nameof(folder), other, "no such kind of run."),
        };

    /// <summary>Computes every number again from the scores.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="seal">The seal as it was written down elsewhere; null: not compared.</param>
    /// <param name="told">Told what is looked at next.</param>
    /// <param name="cancel">Stops between parts.</param>
    /// <exception cref="InvalidInputException">It holds no run.</exception>
    public static Verification Verify(string folder, string? seal, Action<string> told, CancellationToken cancel) =>
        RunKinds.Detect(folder) switch
        {
            RunKind.Sweep => StoredSweep.Verify(folder, seal, told),
            RunKind.Reproduction => StoredReproduction.Verify(folder, seal, told),
            _ => Verification.Run(folder, seal, told, cancel),
        };
}
