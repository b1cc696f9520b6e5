using RadZ.Cli.Arguments;
using RadZ.Training.Data;
using RadZ.Training.Recipes;

namespace RadZ.Cli.Output;

/// <summary>What <c>radz inspect</c> says of a recipe: it is read as training reads it, so all its mistakes come together.</summary>
static class RecipeTexts
{
    /// <summary>Prints it, and gives the exit code.</summary>
    public static int Show(string path, Format format, string? manifest)
    {
        var recipe = RecipeFile.Read(path);
        if (manifest is not null) Write(recipe, manifest);
        if (format == Format.Json)
        {
            Console.Write(RecipeFile.Write(recipe));
            return ExitCode.Ok;
        }
        var page = Page.ForOutput();
        page.Heading($"{recipe.Name} ({path})");
        page.Table(["", ""],
        [
            ["model", Model(recipe.Model)],
            ["data", string.Join("; ", recipe.Data.Sources.Select(s => $"{s.Name} (" +
                (s.Phantoms is { } p ? $"{p.Count} phantoms of site {string.Join(" and ", p.Sites)}, seed {p.Seed}" : s.Path) +
                (s.Validation > 0 ? $", {s.Validation * 100:0.#} % of patients held out" : "") + ")"))],
            ["left out", recipe.Data.LeaveOut.Count > 0 ? string.Join(", ", recipe.Data.LeaveOut) : "nothing"],
            .. recipe.Phases.Select((p, i) => new Cell[] { $"phase {i + 1}", Phase(p) }),
            ["validation", recipe.Validation.Count > 0 ? string.Join("; ", recipe.Validation.Select(v => v.Name)) : "none"],
            ["arithmetic", $"{recipe.Precision}, seed {recipe.Seed}, a checkpoint every {recipe.CheckpointSteps} steps".ToLowerInvariant()],
        ]);
        return ExitCode.Ok;
    }

    static void Write(TrainingRecipe recipe, string manifest)
    {
        var written = RecipeManifest.Write(recipe, manifest);
        Console.Error.WriteLine($"{manifest}: {written.Training:N0} training and {written.Validation:N0} validation images; " +
            $"{written.Skipped:N0} skipped{(written.Drawn > 0 ? $", {written.Drawn:N0} phantoms left out (they lie in no file)" : "")}.");
    }

    static string Model(ModelRecipe model) => model switch
    {
        { New: { } n } => $"new, {n.ImageSize} px in patches of {n.PatchSize}, vision {n.VisionWidth} x {n.VisionLayers}, decoder " +
            $"{n.Width} x {n.Layers}, {n.ImageTokens} and {n.TextTokens} modality tokens, features by " +
            $"{n.Pooling.ToString().ToLowerInvariant()} of layer {n.FeatureLayer}, head {n.Head.ToString().ToLowerInvariant()}" +
            $"{(model.Start is { } start ? $"; starts from {start}" : "")}",
        { Lora: { } lora } => $"{model.Folder}, adapters of rank {lora.Rank}",
        _ => $"{model.Folder}, all weights",
    };

    static string Phase(PhaseRecipe p) =>
        $"{p.Kind}, {p.Epochs:0.##} epochs of batches of {p.Batch * p.Accumulate}, rate {p.Rate}".ToLowerInvariant();
}
