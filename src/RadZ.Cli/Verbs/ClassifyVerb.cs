using System.CommandLine;
using RadZ.Cli.Arguments;
using RadZ.Cli.Text;
using RadZ.Model;
using RadZ.Recognition;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz classify</c>: ranked findings of images.</summary>
static class ClassifyVerb
{
    sealed record Request(
        string[] Paths, IReadOnlyList<string>? Diseases, ScoreKind Score, string? Model, string? Knowledge, RowFormat Format, int? Top, string? Explain, HeatMapMethod Method);

    public static Command Create()
    {
        var paths = Shared.Paths("Images (PNG, JPEG, TIFF, BMP) and folders of them, walked downwards");
        var diseases = Shared.Diseases("Diseases to tell apart: names, synonyms or free text (default: the model's list)");
        var file = new Option<string?>("--diseases-file") { Description = "The same from a file, a name a line", HelpName = "F" };
        var score = Choice.Of<ScoreKind>("--score", "What ranks: the image against the disease's name, both seen through the descriptions, against the description, or a question a disease, yes against no (vqa; needs a model that answers)");
        var (model, knowledge) = (Shared.Model(), Shared.Knowledge());
        var format = Choice.Of<RowFormat>("--format", "How results are written");
        var top = Choice.Number("--top", "Only the N likeliest diseases of each image", least: 1);
        var explain = new Option<string?>("--explain") { Description = "Folder for heat maps of each image's likeliest findings (three, or --top) and their table", HelpName = "DIR" };
        var method = Choice.Of<HeatMapMethod>("--explain-method", "How a heat map is made");
        var verb = new Verb("classify", "Recognises diseases in chest X-rays and ranks them.")
        {
            Examples =
            [
                "radz classify xray.png",
                "radz classify samples --top 3",
                "radz classify xray.png --diseases pneumonia,\"no finding\"",
                "radz classify xray.png --diseases \"rib fracture\",pneumothorax,\"no finding\" --score bank",
                "radz classify folder --format json > findings.json",
                "radz classify xray.png --explain maps",
            ],
            Notes =
            [
                "probability is the paper's: a softmax over the listed diseases, so it depends on the list.",
                "alone sets each disease against its own negation (vqa: P(yes) / (P(yes) + P(no))); it is not calibrated.",
                "An image that cannot be read stops no other; the exit code is then 2.",
            ],
        };
        foreach (var symbol in (Symbol[])[paths, diseases, file, score, model, format, knowledge, top, explain, method])
            if (symbol is Argument a) verb.Add(a);
            else verb.Add((Option)symbol);
        verb.Validators.Add(r =>
        {
            if (r.GetResult(diseases) is not null && r.GetResult(file) is not null) r.AddError("give either --diseases or --diseases-file, not both");
            if (r.GetResult(explain) is not null && r.GetValue(score) == ScoreKind.Vqa) r.AddError("--explain shows what moved a feature's score; --score vqa has none");
            if (r.GetResult(method) is { Implicit: false } && r.GetResult(explain) is null) r.AddError("--explain-method goes with --explain DIR");
        });
        verb.SetAction((parsed, cancel) => Run(new(parsed.GetRequiredValue(paths), DiseaseNames.Given(parsed.GetValue(diseases), parsed.GetValue(file)),
            parsed.GetValue(score), parsed.GetValue(model), parsed.GetValue(knowledge), parsed.GetValue(format), parsed.GetValue(top), parsed.GetValue(explain), parsed.GetValue(method)), cancel));
        return verb;
    }

    static async Task<int> Run(Request request, CancellationToken cancel)
    {
        var knowledge = Shared.KnowledgeOf(request.Knowledge, ModelLocation.Find(request.Model));
        var list = request.Diseases is { } names ? DiseaseList.Of(names, knowledge) : null;      // a slip is told before a model is loaded
        using var encoder = RadiologyEncoder.Load(ModelLocation.Of(request.Model));
        var settings = encoder.Folder.Settings;
        if (request.Score != ScoreKind.Vqa) Notices.WarnIfUntrained(settings);
        using var recognizer = new Recognizer(encoder, list ?? DiseaseList.Of(DiseaseNames.Standard(settings), knowledge), request.Score, TextFeatureCache.Default());
        using var output = ResultWriter.Of(request.Format, settings.Name, encoder.Hash, recognizer.Diseases.Entries.Count, request.Top);
        var files = ImageFiles.Of(request.Paths);
        var explanations = request.Explain is { } folder ? new Explanations(folder, encoder, recognizer, request.Method, request.Top ?? 3) : null;
        var failed = 0;
        using (var counter = new Counter("read", request.Format == RowFormat.Table && !Console.IsOutputRedirected ? 0 : files.Count))
            await foreach (var result in recognizer.Recognise(files, cancel: cancel).ConfigureAwait(false))
            {
                if (result is ImageResult.Failed) failed++;
                output.Add(result);
                if (result is ImageResult.Recognised recognised) explanations?.Add(recognised, cancel);
                counter.Step();
            }
        output.End();
        explanations?.End();
        if (failed > 0 && files.Count > 1) Console.Error.WriteLine($"{failed:N0} of {files.Count:N0} images could not be read.");
        return failed > 0 ? ExitCode.BadInput : ExitCode.Ok;
    }
}
