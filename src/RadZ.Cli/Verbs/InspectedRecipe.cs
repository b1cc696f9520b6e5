using RadZ.Cli.Arguments;
using RadZ.Cli.Text;
using RadZ.Datasets;
using RadZ.Training;

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
            ["data", string.Join("; ", recipe.Data.Sources.Select(s => $"{s.Name} ({(s.Phantoms is { } p ? $"{p.Count} phantoms of site {string.Join(" and ", p.Sites)}, seed {p.Seed}" : s.Path)}{(s.Validation > 0 ? $", {s.Validation * 100:0.#} % of patients held out" : "")})"))],
            ["left out", recipe.Data.LeaveOut.Count > 0 ? string.Join(", ", recipe.Data.LeaveOut) : "nothing"],
            .. recipe.Phases.Select((p, i) => new Cell[] { $"phase {i + 1}", Phase(p) }),
            ["validation", recipe.Validation.Count > 0 ? string.Join("; ", recipe.Validation.Select(v => v.Name)) : "none"],
            ["arithmetic", $"{recipe.Precision}, seed {recipe.Seed}, a checkpoint every {recipe.CheckpointSteps} steps".ToLowerInvariant()],
        ]);
        return ExitCode.Ok;
    }

    /// <summary>The recipe's images, divided as training divides them.</summary>
    static void Write(TrainingRecipe recipe, string manifest)
    {
        if (recipe.Data.Sources.Any(s => s.Kind == SourceKind.Phantoms)) throw new InvalidInputException("--manifest", "phantoms", "the recipe draws phantoms, which lie in no file; radz phantom writes some.");
        var knowledge = RecipeFile.KnowledgeOf(recipe);
        var data = TrainingData.Read(recipe.Data, knowledge);
        ManifestFile.Write(manifest, [.. data.Training.Select(s => s with { Split = "training" }), .. data.Validation.Select(s => s with { Split = "validation" })], knowledge: knowledge);
        Console.Error.WriteLine($"{manifest}: {data.Training.Count:N0} training and {data.Validation.Count:N0} validation images; {data.Skipped.Count:N0} skipped.");
    }

    static string Model(ModelRecipe model) => model switch
    {
        { New: { } n } => $"new, {n.ImageSize} px in patches of {n.PatchSize}, vision {n.VisionWidth} x {n.VisionLayers}, decoder {n.Width} x {n.Layers}, {n.ImageTokens} and {n.TextTokens} modality tokens, features by {n.Pooling.ToString().ToLowerInvariant()} of layer {n.FeatureLayer}, head {n.Head.ToString().ToLowerInvariant()}{(model.Start is { } start ? $"; starts from {start}" : "")}",
        { Lora: { } lora } => $"{model.Folder}, adapters of rank {lora.Rank}",
        _ => $"{model.Folder}, all weights",
    };

    static string Phase(PhaseRecipe p) => $"{p.Kind}, {p.Epochs:0.##} epochs of batches of {p.Batch * p.Accumulate}, rate {p.Rate}".ToLowerInvariant();
}
