using RadZ.Data;
using RadZ.Files;
using RadZ.Training.Data;
using RadZ.Training.Recipes;

namespace RadZ.Training.Gate;

/// <summary>The films that a gate is fitted to or measured on.</summary>
/// <param name="Samples">Films.</param>
/// <param name="Skipped">Rows that could not be used, a sentence each.</param>
/// <param name="Drawn">Phantoms that were left out: no gate should learn that they are films.</param>
sealed record GateSamples(IReadOnlyList<Sample> Samples, IReadOnlyList<string> Skipped, int Drawn)
{
    /// <summary>A recipe's films.</summary>
    /// <param name="path">The recipe; its phases are not looked at.</param>
    /// <param name="root">In place of its data root; null: its own.</param>
    /// <exception cref="InvalidInputException">It is wrong, or has no film.</exception>
    public static GateSamples Read(string path, string? root)
    {
        var recipe = RecipeFile.Read(path);
        var data = TrainingData.Read(root is null ? recipe.Data : recipe.Data with { Root = root }, RecipeFile.KnowledgeOf(recipe));
        Sample[] films = [.. data.Training.Concat(data.Validation).Where(s => s.Origin is null)];
        var drawn = data.Training.Count + data.Validation.Count - films.Length;
        return films.Length > 0 ? new(films, [.. data.Skipped.Select(s => $"{s.Path}:{s.Line}: {s.Reason}")], drawn)
            : throw new InvalidInputException(path, "phantoms",
                $"all its {drawn:N0} pictures are phantoms; a gate is fitted to films and measured on them, so name a source of films.");
    }
}
