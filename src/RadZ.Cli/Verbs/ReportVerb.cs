using RadZ.Cli.Arguments;
using RadZ.Cli.Text;
using RadZ.Evaluation;
using RadZ.Evaluation.Report;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz report</c>: the pictures, the page and the model card of an evaluation.</summary>
static class ReportVerb
{
    public static Verb Create()
    {
        var folder = Shared.Word("RUN", "The folder that evaluate --dataset --out has left");
        var verb = new Verb("report", "Writes the report of an evaluation: one self-contained page, a model card, and figures with their data.")
        {
            Examples = ["radz report run"],
            Notes =
            [
                "report.html opens offline and prints; figures/ holds each picture as SVG and its data as CSV.",
                "Abstention, calibration and conformal sets need a run with --convention locked: they are fitted on validation.",
            ],
        };
        verb.Add(folder);
        verb.SetAction((parsed, cancel) => Task.FromResult(Run(parsed.GetValue(folder)!, cancel)));
        return verb;
    }

    static int Run(string folder, CancellationToken cancel)
    {
        var run = KeptRun.Read(folder);
        foreach (var name in RunReport.Write(run, cancel)) Console.WriteLine(Path.Combine(folder, name));
        Notices.ResearchUseOnError();
        return ExitCode.Ok;
    }
}
