using System.CommandLine;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Experiments;
using RadZ.RunReports;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz verify</c>: whether what a run prints follows from its scores, and whether it was changed.</summary>
static class VerifyVerb
{
    public static Verb Create()
    {
        var folder = SharedOptions.Word("RUN", "The folder that evaluate --dataset, robustness, sweep or reproduce has left by --out");
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
            Verification verification;
            using (var stage = new StageProgress("verifying"))
                verification = RunFolders.Verify(parsed.GetRequiredValue(folder), parsed.GetValue(seal), stage.At, cancel);
            Console.Write(verification);
            return Task.FromResult(verification.Holds ? ExitCode.Ok : ExitCode.BadInput);
        });
        return verb;
    }
}
