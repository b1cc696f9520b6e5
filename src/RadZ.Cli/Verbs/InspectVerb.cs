using System.CommandLine;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Files;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz inspect</c>: what a model folder, an image or a recipe is.</summary>
static class InspectVerb
{
    public static Command Create()
    {
        var path = SharedOptions.Word("PATH", "A model folder, an image, or a recipe (.json)");
        var format = Choice.Option<Format>("--format", "How it is written");
        var tower = ModelOptions.Tower();
        var manifest = new Option<string?>("--manifest")
        {
            Description = "Of a recipe: also write its images and labels as a table with a column split (training, validation), for " +
                "evaluate --dataset FILE.csv",
            HelpName = "FILE.csv",
        };
        var verb = new Verb("inspect", "Says what a model folder, an image or a recipe holds, and whether it can be used.")
        {
            Examples = ["radz inspect models/radz-small", "radz inspect xray.dcm --format json", "radz inspect recipes/radz-small.json",
                "radz inspect recipes/radz-small.json --manifest data.csv"],
            Notes = ["Of a DICOM file it tells how pixels are stored and shown, and nothing of the patient.",
                "A checkpoint that does not fit its config lists all that is missing or unexpected; the exit code is then 2."],
        };
        verb.Add(path);
        verb.Add(format);
        verb.Add(tower);
        verb.Add(manifest);
        verb.Validators.Add(r =>
        {
            if (r.GetResult(manifest) is not null && r.ValueOrDefault(path)?.EndsWith(".json", StringComparison.OrdinalIgnoreCase) != true)
                r.AddError("--manifest is of a recipe (.json)");
        });
        verb.SetAction(parsed =>
            Run(parsed.GetRequiredValue(path), parsed.GetValue(format), parsed.GetValue(tower), parsed.GetValue(manifest)));
        return verb;
    }

    static int Run(string path, Format format, string? tower, string? manifest) =>
        Directory.Exists(path) ? ModelTexts.Show(path, format, tower)
        : path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? RecipeTexts.Show(path, format, manifest)
        : path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) && File.Exists(path)
            ? throw new InvalidInputException(path, "not-a-folder",
                "weights alone say little; inspect the folder that holds them and their config.json.")
        : ImageTexts.Show(path, format);
}
