using System.CommandLine;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Evaluation.Runs;
using RadZ.RunReports;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz verify</c>: whether what a run prints follows from its scores, and whether it was changed.</summary>
static class VerifyVerb
{
    public static Verb Create()
    {
        var folder = Shared.Word("RUN", "The folder that evaluate --dataset, robustness, sweep or reproduce has left by --out");
        var seal = new Option<string?>("--seal")
        {
            Description = "The seal as it was written down when the run was made",
            HelpName = "HASH",
        };
        var verb = new Verb("verify", "Computes every number of a run again from its scores, and says what differs or was changed.")
        {
            Examples = ["radz verify run", "radz verify run --seal 3f0c..."],
            Notes =
            [
                "The exit code is 2 when anything differs.",
                "The seal has no key: who changes a run can seal it again. Write its value down elsewhere and give it by --seal.",
            ],
        };
        verb.Add(folder);
        verb.Add(seal);
        verb.SetAction((parsed, cancel) =>
        {
            var verification = Look(parsed.GetValue(folder)!, parsed.GetValue(seal), cancel);
            Console.Write(verification);
            return Task.FromResult(verification.Holds ? ExitCode.Ok : ExitCode.BadInput);
        });
        return verb;
    }

    static Verification Look(string folder, string? seal, CancellationToken cancel)
    {
        using var stage = new StageLine("verifying");
        return RunKinds.Of(folder) switch
        {
            RunKind.Sweep => KeptSweep.Verify(folder, seal, stage.At),
            RunKind.Reproduction => KeptReproduction.Verify(folder, seal, stage.At),
            _ => Verification.Of(folder, seal, stage.At, cancel),
        };
    }
}
