using System.CommandLine;
using System.Text.Json;
using RadZ.Cli.Arguments;
using RadZ.Cli.Text;
using RadZ.Imaging;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz inspect</c>: what a model folder, an image or a recipe is.</summary>
static class InspectVerb
{
    public static Command Create()
    {
        var path = Shared.Word("PATH", "A model folder, an image, or a recipe (.json)");
        var format = Choice.Of<Format>("--format", "How it is written");
        var tower = ModelOptions.Tower();
        var verb = new Verb("inspect", "Says what a model folder, an image or a recipe holds, and whether it can be used.")
        {
            Examples = ["radz inspect models/radz-small", "radz inspect xray.png --format json", "radz inspect recipes/radz-small.json"],
            Notes = ["A checkpoint that does not fit its config lists all that is missing or unexpected; the exit code is then 2."],
        };
        verb.Add(path);
        verb.Add(format);
        verb.Add(tower);
        verb.SetAction(parsed => Run(parsed.GetRequiredValue(path), parsed.GetValue(format), parsed.GetValue(tower)));
        return verb;
    }

    static int Run(string path, Format format, string? tower) =>
        Directory.Exists(path) ? InspectedModel.Show(path, format, tower)
        : path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? InspectedRecipe.Show(path, format)
        : path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) && File.Exists(path)
            ? throw new InvalidInputException(path, "not-a-folder", "weights alone say little; inspect the folder that holds them and their config.json.")
        : Image(path, format);

    static int Image(string path, Format format)
    {
        var report = ImageReport.Of(path, Preparation());
        var h = report.Header;
        var kind = h.Format.ToString().ToLowerInvariant();
        if (format == Format.Json)
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                Kind = "image",
                Format = kind,
                h.Width,
                h.Height,
                h.Channels,
                Bits = h.BitsPerSample,
                Grey = report.Decoded == 1,
                Levels = new { Min = report.Lowest, report.Mean, Max = report.Highest },
                Preparation = new { report.Square, Size = report.Prepared },
            }, JsonText.Options));
        else
        {
            var page = Page.OfOutput();
            page.Heading(path);
            page.Table(["", ""],
            [
                ["format", $"{kind}, {h.Width} x {h.Height}, {h.Channels} channel(s) of {h.BitsPerSample} bits{(report.Decoded == 1 ? ", grey" : ", colour")}"],
                ["levels", $"{report.Lowest} to {report.Highest}, mean {report.Mean:0.0} (of 0 to 255)"],
                ["prepared", $"padded to {report.Square} x {report.Square} with the mean colour, resized to {report.Prepared} x {report.Prepared}"],
            ]);
            if (Math.Min(h.Width, h.Height) < ImageLimits.Radiograph.MinSide) page.Line($"Too small to be recognised: classify takes at least {ImageLimits.Radiograph.MinSide} pixels a side.");
        }
        return ExitCode.Ok;
    }

    /// <summary>The standard model's, where there is one.</summary>
    static ClipPreparation Preparation() =>
        ModelLocation.Find(null) is { } model && Path.Combine(model, "preprocessor_config.json") is var file && File.Exists(file) ? ClipPreparation.Read(file) : ClipPreparation.Default;
}
