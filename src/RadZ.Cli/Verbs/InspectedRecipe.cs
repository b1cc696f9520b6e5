using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Data;
using RadZ.Data.Sets;
using RadZ.Files;
using RadZ.Training.Data;
using RadZ.Training.Recipes;

namespace RadZ.Cli.Verbs;

/// <summary>What <c>radz inspect</c> says of a recipe: it is read as training reads it, so all its mistakes come together.</summary>
static class InspectedRecipe
{
    public static int Show(string path, Format format, string? manifest)
    {
        var recipe = RecipeFile.Read(path);
        if (manifest is not null) Write(recipe, manifest);
        if (format == Format.Json)
        {
            Console.Write(RecipeFile.Write(recipe));
            return ExitCode.Ok;
        }
        var page = Page.OfOutput();
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

    /// <summary>The recipe's image files, divided as training divides them; phantoms lie in no file and are left out.</summary>
    static void Write(TrainingRecipe recipe, string manifest)
    {
        var knowledge = RecipeFile.KnowledgeOf(recipe);
        var data = TrainingData.Read(recipe.Data, knowledge);
        Sample[] training = [.. data.Training.Where(IsFilm).Select(s => s with { Split = "training" })],
        validation = [.. data.Validation.Where(IsFilm).Select(s => s with { Split = "validation" })];
        if (training.Length + validation.Length == 0)
            throw new InvalidInputException("--manifest", "phantoms",
                "the recipe draws all its pictures, and a table names files; radz phantom writes phantoms as files, with a manifest of " +
                "their own.");
        ManifestFile.Write(manifest, [.. training, .. validation], knowledge: knowledge);
        var drawn = data.Training.Count + data.Validation.Count - training.Length - validation.Length;
        Console.Error.WriteLine($"{manifest}: {training.Length:N0} training and {validation.Length:N0} validation images; " +
            $"{data.Skipped.Count:N0} skipped{(drawn > 0 ? $", {drawn:N0} phantoms left out (they lie in no file)" : "")}.");
    }

    static bool IsFilm(Sample sample) => sample.Origin is null;

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
