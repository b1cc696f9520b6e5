using RadZ.Files;
using RadZ.Hub;

namespace RadZ.Cli.Arguments;

/// <summary>Which model is meant where none is named.</summary>
static class ModelLocation
{
    const string Variable = "RADZ_MODEL";
    static readonly string s_shipped = Path.Combine("models", "radz-small");

    /// <summary>The given folder, else <c>RADZ_MODEL</c>, else the shipped model in the folders above the program.</summary>
    /// <exception cref="InvalidInputException">There is none of them.</exception>
    public static string Resolve(string? given) => Find(given) ?? throw new InvalidInputException("‹model›", "missing",
        $"no model was named, {Variable} is not set, and there is no {s_shipped} above {AppContext.BaseDirectory}; give ‹model DIR›.");

    /// <summary>The same, or null where there is none.</summary>
    public static string? Find(string? given)
    {
        if (given is { Length: > 0 }) return Pulled(given);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named) return Pulled(named);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, s_shipped, "config.json"))) return Path.Combine(folder.FullName, s_shipped);
        return null;
    }

    /// <summary>A name of the hub stands for the folder that <c>radz pull</c> brought, unless there is a folder of that name.</summary>
    static string Pulled(string model) => !Path.Exists(model) && RepositoryName.TryParse(model, out var repository)
        ? HubCache.Find(Installation.Hub(), repository!) ?? throw new InvalidInputException(model, "missing",
            $"there is no such folder, and no pulled model of that name; check the path, or bring it with: radz pull {model}")
        : model;
}
