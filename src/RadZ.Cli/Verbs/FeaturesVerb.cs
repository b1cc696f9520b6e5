using System.CommandLine;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Data.Studies;
using RadZ.Imaging.Dicom.Gray;
using RadZ.Imaging.Gate;
using RadZ.Recognition.Images;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz features</c>: the features of images as a safetensors file.</summary>
static class FeaturesVerb
{
    public static Command Create()
    {
        var paths = Shared.Paths("Images and folders of them, walked downwards; with --figure one MANIFEST.csv");
        var (model, knowledge) = (new ModelOptions(), Shared.Knowledge());
        var output = new Option<string?>("--out") { Description = "The safetensors file to write", HelpName = "F.safetensors" };
        var window = View.Window();
        var figure = new Option<string?>("--figure")
        {
            Description = "Folder for a map (t-SNE) of the features of labelled images and of their category sentences, as SVG and CSV, " +
                "with figures of the space",
            HelpName = "DIR",
        };
        var against = new Option<string?>("--against")
        {
            Description = "Another model folder, or a run's, whose map is drawn first: the state before",
            HelpName = "DIR",
        };
        var points = Choice.Number("--points", "At most so many images on the map, drawn by patient (default: 2000)", least: 4);
        var seed = Choice.Number("--seed", "Seed of the map (default: 1)", least: 0);
        var allow = new Option<bool>("--allow-training-patients")
        {
            Description = "Draw patients that a model was trained on; the table says so",
        };
        var verb = new Verb("features",
            "Writes the global and local features of images, for programs that go on from there, or draws a map of them.")
        {
            Examples =
            [
                "radz features samples --out features.safetensors",
                "radz features a.png b.png --model models/radz-small --out features.safetensors",
                "radz features manifest.csv --figure map",
                "radz features manifest.csv --model runs/second/model --against runs/first --figure map",
            ],
            Notes =
            [
                "Tensors: global and local, [N, D] float32, not normalised.",
                "Metadata: files, a JSON array of the N file names; model, the hash of the weights.",
                "Images that cannot be read are reported and left out (exit code 2); if none can, nothing is written.",
            ],
        };
        verb.Add(paths);
        foreach (var option in (Option[])[output, window, figure, against, points, seed, allow, knowledge]) verb.Add(option);
        model.AddTo(verb);
        verb.Validators.Add(r =>
        {
            var drawn = r.GetResult(figure) is not null;
            if (drawn == r.GetResult(output) is not null)
                r.AddError(drawn ? "features takes --out F.safetensors or --figure DIR, not both"
                    : "features needs --out F.safetensors or --figure DIR");
            if (drawn && r.GetResult(paths) is { Tokens.Count: not 1 }) r.AddError("--figure takes one MANIFEST.csv");
            if (!drawn)
                foreach (var option in ((Option[])[against, points, seed, allow, knowledge]).Where(o =>
                    r.GetResult(o) is { Implicit: false })) r.AddError($"{option.Name} goes with --figure DIR");
        });
        verb.SetAction((parsed, cancel) => parsed.GetValue(figure) is { } folder
            ? new FeatureMapDrawing(parsed.GetRequiredValue(paths)[0], folder, model.Of(parsed), parsed.GetValue(against),
                parsed.GetValue(knowledge), parsed.GetValue(points) ?? 2000, parsed.GetValue(seed) ?? 1, View.Of(parsed.GetValue(window)),
                parsed.GetValue(allow)).Run(cancel)
            : Run(parsed.GetRequiredValue(paths), model.Of(parsed), parsed.GetValue(output)!, View.Of(parsed.GetValue(window)), cancel));
        return verb;
    }

    static async Task<int> Run(string[] paths, ModelChoice model, string output, DicomView view, CancellationToken cancel)
    {
        using var encoder = model.Load();
        Notices.WarnIfUntrained(encoder.Folder.Settings);
        var files = ImageFiles.Of(paths);
        var intake = new ImageIntake(encoder.Folder.Preparation, GatePolicy.Pass, new(Pseudonyms.OfInstallation()), view: view);
        FeatureFile.Outcome outcome;
        using (var counter = new Counter("read", files.Count))
            outcome = await FeatureFile.Write(encoder, files, output, counter.Step, intake: intake, cancel: cancel).ConfigureAwait(false);
        foreach (var failed in outcome.Failed) Console.Error.WriteLine($"error: {failed.Message}");
        if (outcome.Written == 0)
        {
            Console.Error.WriteLine($"No image could be read; {output} was not written.");
            return ExitCode.BadInput;
        }
        Console.WriteLine($"{output}: global and local features [{outcome.Written}, {encoder.Width}] of {outcome.Written} images" +
            $"{(outcome.Failed.Count > 0 ? $"; {outcome.Failed.Count} could not be read" : "")}.");
        return outcome.Failed.Count > 0 ? ExitCode.BadInput : ExitCode.Ok;
    }
}
