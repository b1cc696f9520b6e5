using System.CommandLine;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Experiments.Pointing;
using RadZ.Recognition.Results;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz localise</c>: whether heat maps point to where findings lie.</summary>
static class LocalizeVerb
{
    public static Command Create()
    {
        var boxes = SharedOptions.Word("BOXES.csv",
            "Columns image, finding, x, y, width, height (pixels), optionally mask, reference and patient; paths relative to it");
        var (model, knowledge) = (new ModelOptions(), SharedOptions.Knowledge());
        var method = SharedOptions.ExplainMethod();
        var score = Choice.Option<ScoreKind>("--score", "What is explained, as in classify");
        var diseases =
            SharedOptions.Diseases("Diseases that the score is taken among (default: the model's list); of others, boxes are left out");
        var format = Choice.Option<Format>("--format", "How figures are written");
        var output = new Option<string?>("--out") { Description = "Table of every image and finding", HelpName = "FILE.csv" };
        var faithfulness = new Option<bool>("--faithfulness") { Description = "Also deletion and insertion, beside a map of chance" };
        var resume = new Option<bool>("--resume")
        {
            Description = "Go on with --out after a stop: regions that were measured are not measured again",
        };
        var verb = new Verb("localise", "Measures whether heat maps point to where findings lie.")
        {
            Examples = ["radz localise phantoms/boxes.csv --model runs/phantoms/model",
                "radz localise boxes.csv --explain-method occlusion --faithfulness --out maps.csv"],
            Notes =
            [
                "pointing: the part of maps whose highest place lies inside (mask, else boxes), without tolerance; interval by patient;",
                "centre: the same of the picture's middle;",
                "chance: of a blind pointer; dice: of what lies above half of the map's highest value.",
                "Killed, it goes on with --resume to the same numbers; until it ends, FILE.csv.journal keeps what is done.",
                "Only findings that are there are asked for: it says nothing of false alarms.",
            ],
        };
        verb.Add(boxes);
        foreach (var option in (Option[])[.. model.All, method, score, diseases, knowledge, format, output, faithfulness, resume])
            verb.Add(option);
        verb.Validators.Add(r =>
        {
            if (r.ValueOrDefault(score) == ScoreKind.Vqa) r.AddError("localise explains a feature's score; --score vqa has none");
            if (r.GetResult(resume) is { Implicit: false } && r.GetResult(output) is null)
                r.AddError("--resume goes on with a file; give --out FILE.csv");
        });
        verb.SetAction((parsed, cancel) =>
        {
            var request = new LocalizationRequest
            {
                Boxes = parsed.GetRequiredValue(boxes),
                Method = parsed.GetValue(method),
                Score = parsed.GetValue(score),
                Diseases = parsed.GetValue(diseases) is { } list ? SharedOptions.Split(list) : null,
                Knowledge = parsed.GetValue(knowledge),
                Out = parsed.GetValue(output),
                Faithfulness = parsed.GetValue(faithfulness),
                Resume = parsed.GetValue(resume),
            };
            var outcome = LocalizationRun.Run(request, ExperimentConsole.ContextOf(model.Read(parsed)), cancel);
            LocalizationTexts.Show(request, outcome, parsed.GetValue(format));
            return Task.FromResult(outcome.Failed > 0 ? ExitCode.BadInput : ExitCode.Ok);
        });
        return verb;
    }
}
