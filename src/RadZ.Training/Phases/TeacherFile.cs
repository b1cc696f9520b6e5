using System.Text.Json;
using RadZ.Files;
using RadZ.Model.Weights;
using RadZ.Training.Recipes;
using RadZ.Training.Teachers;

namespace RadZ.Training.Phases;

/// <summary>A teacher on disk: weights, scale, and in the metadata its sizes.</summary>
static class TeacherFile
{
    const string Sizes = "teacher";

    public static void Write(string path, TeacherNet teacher) =>
        SafetensorsFile.Write(path, teacher.State,
            new Dictionary<string, string> { [Sizes] = JsonSerializer.Serialize(teacher.Net.Recipe, StrictJson.Options) });

    /// <summary>Reads one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sizes">Its sizes where the file is of a version that did not say them.</param>
    /// <param name="context">Its diseases and where it runs.</param>
    public static TeacherNet Read(string path, TeacherRecipe? sizes, PhaseContext context)
    {
        using var file = new SafetensorsFile(path);
        var own = file.Header.Metadata.TryGetValue(Sizes, out var text)
            ? JsonSerializer.Deserialize<TeacherRecipe>(text, StrictJson.Options) : sizes;
        return TeacherNet.Load(file,
            own ?? throw new InvalidInputException(path, "bad-weights", "does not say its sizes, and no recipe does."),
            context.Data.Diseases.Count, context.Encoder.ComputeType, context.Encoder.Device);
    }
}
