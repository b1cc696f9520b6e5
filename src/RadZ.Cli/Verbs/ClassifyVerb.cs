using System.CommandLine;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Imaging.Gate;
using RadZ.Recognition.Archives;
using RadZ.Recognition.Calibration;
using RadZ.Recognition.Reporting;
using RadZ.Recognition.Results;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz classify</c>: ranked findings of images and studies.</summary>
static class ClassifyVerb
{
    public static Command Create()
    {
        var paths =
            SharedOptions.Paths("Images (PNG, JPEG, TIFF, BMP, DICOM whatever its name), a DICOMDIR, and folders of them, walked " +
                "downwards");
        var diseases = SharedOptions.Diseases("Diseases to tell apart: names, synonyms or free text (default: the model's list)");
        var file = new Option<string?>("--diseases-file") { Description = "The same from a file, a name a line", HelpName = "F" };
        var score = Choice.Option<ScoreKind>("--score",
            "What ranks: the image against the disease's name, both seen through the descriptions, against the description, or a " +
            "question a disease, yes against no (vqa; needs a model that answers)");
        var (model, knowledge) = (new ModelOptions(), SharedOptions.Knowledge());
        var format = Choice.Option<RowFormat>("--format", "How results are written");
        var top = Choice.Number("--top", "Only the N likeliest diseases of each image", least: 1);
        var by = Choice.Option<AnswerKind>("--by", "What an answer is of: each image, or each study with its views combined");
        var gate = Choice.Option<GatePolicy>("--gate", "What is done with a picture that is probably no upright frontal chest radiograph");
        var output = new Option<string?>("--out")
        {
            Description = "Write results into FILE and not to standard output (csv, json)",
            HelpName = "FILE",
        };
        var resume = new Option<bool>("--resume")
        {
            Description = "Go on with --out FILE of a run that was stopped or killed: no result is lost or comes twice",
        };
        var sr = new Option<string?>("--dicom-sr")
        {
            Description = "Also write a DICOM Structured Report a study; a folder where there are several",
            HelpName = "OUT.dcm",
        };
        var sc = new Option<string?>("--dicom-sc")
        {
            Description = "Also write a Secondary Capture of the picture with its findings; a folder where there are several",
            HelpName = "OUT.dcm",
        };
        var fhir = new Option<string?>("--fhir")
        {
            Description = "Also write DiagnosticReport and Observations (FHIR R4)",
            HelpName = "OUT.json",
        };
        var window = Arguments.View.Window();
        var key = new Option<string?>("--key")
        {
            Description = "File with the secret that pseudonyms are made with (default: RADZ_KEY, else this installation's own)",
            HelpName = "FILE",
        };
        var identified = new Option<bool>("--identified")
        {
            Description = "Reports for your own archive: true patient and UIDs in --dicom-sr, --dicom-sc, --fhir; paths as they are",
        };
        var explain = new Option<string?>("--explain")
        {
            Description = "Folder for heat maps of each image's likeliest findings (three, or --top) and their table",
            HelpName = "DIR",
        };
        var method = SharedOptions.ExplainMethod();
        var calibration = new Option<string?>("--calibration")
        {
            Description = "Calibration of this model, for probabilities that hold (default: calibration.json in its folder, if it is " +
                "there)",
            HelpName = "FILE",
        };
        var abstain = new Option<int?>("--abstain")
        {
            Description = "Answer present or absent only where that is sure, as the calibration knows: level of the conformal sets, or " +
                "share of images answered; whole percents, 0.5 to 0.99",
            HelpName = "0.9",
            CustomParser = result =>
            {
                var word = result.Tokens[^1].Value;
                if (double.TryParse(word, System.Globalization.NumberStyles.AllowDecimalPoint,
                    System.Globalization.CultureInfo.InvariantCulture, out var level) && level is >= 0.5 and <= 0.99
                        && Math.Abs(level * 100 - Math.Round(level * 100)) < 1e-9) return (int)Math.Round(level * 100);
                result.AddError($"--abstain is '{word}', expected 0.50, 0.51, ... 0.99");
                return null;
            },
        };
        var rule = Choice.Option<AbstainRule>("--abstain-rule",
            "What --abstain holds: at most so many wrong of each kind (conformal), or so many answered (coverage)");
        var verb = new Verb("classify", "Recognises diseases in chest X-rays and ranks them.")
        {
            Examples =
            [
                "radz classify xray.png",
                "radz classify samples --top 3",
                "radz classify xray.png --diseases pneumonia,\"no finding\"",
                "radz classify xray.png --diseases \"rib fracture\",pneumothorax,\"no finding\" --score bank",
                "radz classify folder --format json > findings.json",
                "radz classify archive --format csv --out findings.csv --resume",
                "radz classify study/DICOMDIR --by study --dicom-sr reports/ --fhir findings.json",
                "radz classify xray.png --explain maps",
                "radz classify xray.png --calibration calibration.json --abstain 0.9",
            ],
            Notes =
            [
                "probability is the paper's: a softmax over the listed diseases, so it depends on the list.",
                "alone sets each disease against its own negation (vqa: P(yes) / (P(yes) + P(no))); it is not calibrated.",
                "A study's answer is the mean over its frontal views; views from the side count only where there is no other.",
                "Names, dates, identifiers and UIDs of DICOM files are in no output: pseudonyms, years and ages up to 90 take their place.",
                "An image that cannot be read stops no other; the exit code is then 2.",
            ],
        };
        foreach (var symbol in (Symbol[])[paths, diseases, file, score, format, knowledge, top, by, gate, output, resume, explain, method,
            calibration, abstain, rule, window, sr, sc, fhir, key, identified])
            if (symbol is Argument a) verb.Add(a);
            else verb.Add((Option)symbol);
        model.AddTo(verb);
        verb.Validators.Add(r =>
        {
            if (r.GetResult(diseases) is not null && r.GetResult(file) is not null)
                r.AddError("give either --diseases or --diseases-file, not both");
            if (r.GetResult(output) is not null && r.ValueOrDefault(format) == RowFormat.Table)
                r.AddError("--out takes --format csv or json");
            if (r.GetResult(resume) is not null && r.GetResult(output) is null) r.AddError("--resume goes on with a file; give --out FILE");
            if (r.GetResult(resume) is not null && r.ValueOrDefault(fhir) is { } bundle && !ReportTargets.IsFolder(bundle))
                r.AddError("--resume with --fhir needs a folder (a name that ends in /): one bundle of all studies cannot be continued");
            if (r.GetResult(explain) is not null && r.ValueOrDefault(score) == ScoreKind.Vqa)
                r.AddError("--explain shows what moved a feature's score; --score vqa has none");
            if (r.GetResult(explain) is not null && r.GetResult(resume) is not null)
                r.AddError("--explain writes its table at the end and cannot be continued; leave --resume out");
            if (r.GetResult(rule) is { Implicit: false } && r.GetResult(abstain) is null) r.AddError("--abstain-rule goes with --abstain");
            if (r.GetResult(method) is { Implicit: false } && r.GetResult(explain) is null)
                r.AddError("--explain-method goes with --explain DIR");
        });
        verb.SetAction(async (parsed, cancel) =>
        {
            var (chosen, written) = (model.Read(parsed), parsed.GetValue(format));
            var run = new ArchiveRun
            {
                Paths = parsed.GetRequiredValue(paths),
                Diseases = DiseaseNames.Given(parsed.GetValue(diseases), parsed.GetValue(file)),
                Score = parsed.GetValue(score),
                Knowledge = SharedOptions.KnowledgeOf(parsed.GetValue(knowledge), chosen.Folder, chosen.Adapter),
                Load = () => chosen.Load(),
                Adapter = chosen.Adapter,
                Texts = Installation.Texts(),
                Pseudonyms = Installation.PseudonymsOf(parsed.GetValue(key)),
                Top = parsed.GetValue(top),
                By = parsed.GetValue(by),
                Gate = parsed.GetValue(gate),
                Form = written switch { RowFormat.Json => AnswerForm.Json, RowFormat.Csv => AnswerForm.Csv, _ => null },
                Writer = head => new TableAnswers(Page.ForOutput(), head),
                Tell = OptionNames.Tell,
                Out = parsed.GetValue(output),
                Output = Console.OpenStandardOutput,
                Resume = parsed.GetValue(resume),
                Reports = new(parsed.GetValue(sr), parsed.GetValue(sc), parsed.GetValue(fhir)),
                Identified = parsed.GetValue(identified),
                View = Arguments.View.Create(parsed.GetValue(window)),
                Explain = parsed.GetValue(explain),
                Method = parsed.GetValue(method),
                CalibrationFile = parsed.GetValue(calibration),
                Abstain = parsed.GetValue(abstain) is { } percent ? new(percent, parsed.GetValue(rule)) : null,
            };
            using var told = new ClassificationTexts(run, written);
            return ClassificationTexts.Tell(await run.RunAsync(told, cancel).ConfigureAwait(false));
        });
        return verb;
    }
}
