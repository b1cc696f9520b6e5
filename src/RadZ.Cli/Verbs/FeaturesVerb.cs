using System.CommandLine;
using RadZ.Cli.Arguments;
using RadZ.Cli.Text;
using RadZ.Gate;
using RadZ.Recognition;
using RadZ.Studies;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz features</c>: the features of images as a safetensors file.</summary>
static class FeaturesVerb
{
    public static Command Create()
    {
        var paths = Shared.Paths("Images and folders of them, walked downwards");
        var model = new ModelOptions();
        var output = new Option<string>("--out") { Description = "The safetensors file to write", HelpName = "F.safetensors", Required = true };
        var verb = new Verb("features", "Writes the global and local features of images, for programs that go on from there.")
        {
            Examples =
            [
                "radz features samples --out features.safetensors",
                "radz features a.png b.png --model models/radz-small --out features.safetensors",
            ],
            Notes =
            [
                "Tensors: global and local, [N, D] float32, not normalised.",
                "Metadata: files, a JSON array of the N file names; model, the hash of the weights.",
                "Images that cannot be read are reported and left out (exit code 2); if none can, nothing is written.",
            ],
        };
        verb.Add(paths);
        verb.Add(output);
        model.AddTo(verb);
        verb.SetAction((parsed, cancel) => Run(parsed.GetRequiredValue(paths), model.Of(parsed), parsed.GetRequiredValue(output), cancel));
        return verb;
    }

    static async Task<int> Run(string[] paths, ModelChoice model, string output, CancellationToken cancel)
    {
        using var encoder = model.Load();
        Notices.WarnIfUntrained(encoder.Folder.Settings);
        var files = ImageFiles.Of(paths);
        var intake = new ImageIntake(encoder.Folder.Preparation, GatePolicy.Pass, new(Pseudonyms.OfInstallation()));
        FeatureFile.Outcome outcome;
        using (var counter = new Counter("read", files.Count))
            outcome = await FeatureFile.Write(encoder, files, output, counter.Step, intake: intake, cancel: cancel).ConfigureAwait(false);
        foreach (var failed in outcome.Failed) Console.Error.WriteLine($"error: {failed.Message}");
        if (outcome.Written == 0)
        {
            Console.Error.WriteLine($"No image could be read; {output} was not written.");
            return ExitCode.BadInput;
        }
        Console.WriteLine($"{output}: global and local features [{outcome.Written}, {encoder.Width}] of {outcome.Written} images{(outcome.Failed.Count > 0 ? $"; {outcome.Failed.Count} could not be read" : "")}.");
        return outcome.Failed.Count > 0 ? ExitCode.BadInput : ExitCode.Ok;
    }
}
