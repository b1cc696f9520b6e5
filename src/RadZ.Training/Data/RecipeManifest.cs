using RadZ.Data;
using RadZ.Data.Sets;
using RadZ.Files;
using RadZ.Training.Recipes;

namespace RadZ.Training.Data;

/// <summary>A recipe's image files as a table, divided as training divides them.</summary>
/// <param name="Training">Images to train on.</param>
/// <param name="Validation">Images held out.</param>
/// <param name="Skipped">Rows that could not be used.</param>
/// <param name="Drawn">Phantoms, which lie in no file and are left out.</param>
sealed record RecipeManifest(int Training, int Validation, int Skipped, int Drawn)
{
    /// <summary>Writes the table, with a column <c>split</c>.</summary>
    /// <exception cref="InvalidInputException">Data are missing, or all pictures are drawn.</exception>
    public static RecipeManifest Write(TrainingRecipe recipe, string path)
    {
        var knowledge = RecipeFile.KnowledgeOf(recipe);
        var data = TrainingData.Read(recipe.Data, knowledge);
        Sample[] training = [.. data.Training.Where(IsFilm).Select(s => s with { Split = "training" })],
            validation = [.. data.Validation.Where(IsFilm).Select(s => s with { Split = "validation" })];
        if (training.Length + validation.Length == 0)
            throw new InvalidInputException("‹manifest›", "phantoms",
                "the recipe draws all its pictures, and a table names files; radz phantom writes phantoms as files, with a manifest of " +
                "their own.");
        ManifestFile.Write(path, [.. training, .. validation], knowledge: knowledge);
        return new(training.Length, validation.Length, data.Skipped.Count,
            data.Training.Count + data.Validation.Count - training.Length - validation.Length);
    }

    static bool IsFilm(Sample sample) => sample.Origin is null;
}
