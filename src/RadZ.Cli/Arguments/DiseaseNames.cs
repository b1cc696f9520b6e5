using RadZ.Files;
using RadZ.Model.Checkpoints;
using RadZ.Recognition.Diseases;

namespace RadZ.Cli.Arguments;

/// <summary>Which diseases a user asks for.</summary>
static class DiseaseNames
{
    /// <summary>
    /// Of <c>--diseases</c> or <c>--diseases-file</c> (a name a line, <c>#</c> begins a comment); null where neither is given.
    /// </summary>
    public static IReadOnlyList<string>? Given(string? list, string? file)
    {
        if (list is not null) return SharedOptions.Split(list);
        if (file is null) return null;
        if (!File.Exists(file))
            throw new InvalidInputException(file, "missing",
                "there is no such file, expected a text file with a disease a line; check --diseases-file.");
        return [.. File.ReadLines(file).Select(l => l.Split('#')[0].Trim()).Where(l => l.Length > 0)];
    }

    /// <summary>The model's own list, else the findings of ChestX-ray14 and "no finding".</summary>
    public static IReadOnlyList<string> Standard(ModelSettings settings) => DiseaseList.StandardNames(settings);
}
