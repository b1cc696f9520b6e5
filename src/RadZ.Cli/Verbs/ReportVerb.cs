using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Experiments;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz report</c>: the pictures, the page and the model card of a run.</summary>
static class ReportVerb
{
    public static Verb Create()
    {
        var folder = SharedOptions.Word("RUN", "The folder that evaluate --dataset, robustness, sweep or reproduce has left by --out");
        var verb = new Verb("report", "Writes the report of a run: one self-contained page, a model card, and figures with their data.")
        {
            Examples = ["radz report run", "radz report runs/reproduced"],
            Notes =
            [
                "report.html opens offline and prints; figures/ holds each picture as SVG and its data as CSV.",
                "Of a protocol, every member gets a report of its own; of a sweep and a reproduction there is a page, of robustness a " +
                "page and figures.",
                "Abstention, calibration and conformal sets need a run with --convention locked: they are fitted on validation.",
            ],
        };
        verb.Add(folder);
        verb.SetAction((parsed, cancel) => Task.FromResult(Run(parsed.GetValue(folder)!, cancel)));
        return verb;
    }

    static int Run(string folder, CancellationToken cancel)
    {
        using var stage = new StageProgress("reporting");
        var names = RunFolders.WriteReport(folder, stage.At, cancel);
        foreach (var name in names) Console.WriteLine(Path.Combine(folder, name));
        Notices.ResearchUseOnError();
        return ExitCode.Ok;
    }
}
