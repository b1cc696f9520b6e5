using System.CommandLine;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Experiments.FeatureMaps;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz features</c>: the features of images as a safetensors file.</summary>
static class FeaturesVerb
{
    public static Command Create()
    {
        var paths = SharedOptions.Paths("Images and folders of them, walked downwards; with --figure one MANIFEST.csv");
        var (model, knowledge) = (new ModelOptions(), SharedOptions.Knowledge());
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
        verb.SetAction(async (parsed, cancel) =>
        {
            var (context, view) = (ExperimentConsole.ContextOf(model.Read(parsed)), View.Create(parsed.GetValue(window)));
            var named = parsed.GetRequiredValue(paths);
            if (parsed.GetValue(figure) is not { } folder)
                return Told(parsed.GetValue(output)!,
                    await FeatureExtraction.RunAsync(named, parsed.GetValue(output)!, view, context, cancel).ConfigureAwait(false));
            var map = new FeatureMapRequest
            {
                Manifest = named[0],
                Figure = folder,
                Against = parsed.GetValue(against),
                Knowledge = parsed.GetValue(knowledge),
                Points = parsed.GetValue(points) ?? 2000,
                Seed = parsed.GetValue(seed) ?? 1,
                View = view,
                AllowTrainingPatients = parsed.GetValue(allow),
            };
            var drawn = await new FeatureMapDrawing(map, context).RunAsync(cancel).ConfigureAwait(false);
            FeatureMapTexts.Show(map, drawn);
            return drawn.Failed > 0 ? ExitCode.BadInput : ExitCode.Ok;
        });
        return verb;
    }

    static int Told(string output, ExtractedFeatures features)
    {
        if (features.Written == 0)
        {
            Console.Error.WriteLine($"No image could be read; {output} was not written.");
            return ExitCode.BadInput;
        }
        Console.WriteLine($"{output}: global and local features [{features.Written}, {features.Width}] of {features.Written} images" +
            $"{(features.Failed > 0 ? $"; {features.Failed} could not be read" : "")}.");
        return features.Failed > 0 ? ExitCode.BadInput : ExitCode.Ok;
    }
}
