using System.Text.Json;
using RadZ.Cli.Arguments;
using RadZ.Model.Checkpoints;
using RadZ.Model.Config;
using RadZ.Model.Inspection;

namespace RadZ.Cli.Output;

/// <summary>What <c>radz inspect</c> says of a model folder.</summary>
static class ModelTexts
{
    const int Listed = 8;

    /// <summary>Prints it, and gives the exit code.</summary>
    public static int Show(string folder, Format format, string? tower = null)
    {
        var report = ModelReport.Read(folder, tower);
        if (format == Format.Json) Console.WriteLine(JsonSerializer.Serialize(Json(report), JsonText.Options));
        else Table(report, Page.ForOutput());
        if (report.Fits) return ExitCode.Ok;
        if (report.Fault is not null)
        {
            Console.Error.WriteLine($"error: {OptionNames.Tell(report.Fault)}");
            return ExitCode.BadInput;
        }
        Console.Error.WriteLine($"error: {folder}: the weights do not fit config.json ({report.Missing.Count} missing, " +
            $"{report.Unexpected.Count} unexpected, {report.Misshaped.Count} of another shape); is this the checkpoint that it describes?");
        return ExitCode.BadInput;
    }

    static object Json(ModelReport report) => new
    {
        Kind = "model",
        Name = NameOf(report),
        report.Layout,
        report.Parameters,
        Dtype = report.DType,
        report.BytesNeeded,
        VisionTower = new
        {
            Source = report.VisionTower switch { { Folder: not null } => "folder", { Stored: true } => "own", _ => "none" },
            report.VisionTower.Folder,
            report.VisionTower.Stored,
            report.VisionTower.Named
        },
        report.Missing,
        report.Unexpected,
        report.Misshaped,
        Fault = report.Fault is { } fault ? OptionNames.Tell(fault) : null,
        report.Config?.Vision,
        report.Config?.Decoder,
        report.Config?.ImageTokenIndex,
        report.Settings,
        report.Files,
    };

    static void Table(ModelReport report, Page page)
    {
        page.Heading($"{NameOf(report)} ({report.Path})");
        page.Table(["", ""],
        [
            ["layout", report.Layout],
            ["weights", $"{report.Parameters:N0} parameters, {report.DType}, {report.BytesNeeded / 1048576.0:N1} MiB"],
            ["tower", report.VisionTower.Text],
            .. report is { Config: { } config, Settings: { } settings } ? Sizes(config, settings) : [],
            ["files", string.Join(", ", report.Files.Select(f => f.Value ? f.Key : $"no {f.Key}"))],
        ]);
        List("missing", report.Missing, page);
        List("unexpected", report.Unexpected, page);
        List("of another shape", report.Misshaped, page);
    }

    static Cell[][] Sizes(LlavaConfig config, ModelSettings s)
    {
        var (v, d) = (config.Vision, config.Decoder);
        return
        [
            ["vision", $"{v.ImageSize} px in patches of {v.PatchSize} ({v.Patches}), width {v.HiddenSize}, {v.NumHiddenLayers} layers, " +
                $"{v.NumAttentionHeads} heads"],
            ["decoder", $"{d.ModelType}, width {d.HiddenSize}, {d.NumHiddenLayers} layers, {d.NumAttentionHeads} heads (" +
                $"{d.NumKeyValueHeads} key-value), {d.VocabSize:N0} tokens"],
            ["tokens", $"image {config.ImageTokenIndex}, ImgCls {Range(s.ImageTokens)}, TxtCls {Range(s.TextTokens)}, pad {s.PadToken}"],
            ["method", $"{(s.Trained ? "trained" : "not trained: modality tokens are new")}; tau {s.Temperature}, texts of at most " +
                $"{s.TextLimit} tokens{Form(s)}"],
            ["diseases", s.Diseases.Count > 0 ? string.Join(", ", s.Diseases) : "none named: ChestX-ray14 and no finding"],
            ["trained on", s.TrainedOn.Count > 0 ? string.Join(", ", s.TrainedOn) : "not said"],
        ];
    }

    /// <summary>How features are read, where it is not the method's way.</summary>
    static string Form(ModelSettings s) =>
        s.Form == new FeatureForm() ? "" : $"; features by {s.Pooling}, layer {s.FeatureLayer}, head {s.Head}".ToLowerInvariant();

    static string NameOf(ModelReport report) =>
        report.Settings?.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(report.Path)));

    static string Range(IReadOnlyList<int> ids) => ids.Count == 0 ? "none" : $"{ids[0]} to {ids[^1]}";

    static void List(string what, IReadOnlyList<string> names, Page page)
    {
        if (names.Count == 0) return;
        page.Line($"{names.Count} {what}:");
        foreach (var name in names.Take(Listed)) page.Line($"  {name}");
        if (names.Count > Listed) page.Line($"  and {names.Count - Listed} more (all in --format json)");
    }
}
