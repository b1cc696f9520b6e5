using RadZ.Files;
using RadZ.Model.Config;

namespace RadZ.Model.Weights;

/// <summary>The weight files of a folder: one, or the shards that an index names.</summary>
static class CheckpointFiles
{
    /// <summary>Names a checkpoint's weights have, the preferred first.</summary>
    static readonly string[] s_names =
        ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"];

    /// <summary>What is named, for errors.</summary>
    public static string Expected => string.Join(", ", s_names);

    /// <summary>Whether the folder holds weights at all.</summary>
    public static bool In(string folder) => s_names.Any(n => File.Exists(Path.Combine(folder, n)));

    /// <summary>Opens them; a path to a file is that file.</summary>
    /// <exception cref="InvalidInputException">There is none, or a file or the index is damaged.</exception>
    public static IReadOnlyList<IWeightFile> Open(string folder)
    {
        if (File.Exists(folder)) return [WeightFile.Open(folder)];
        if (s_names.FirstOrDefault(n => File.Exists(Path.Combine(folder, n))) is not { } name)
            throw new InvalidInputException(folder, "missing",
                $"holds no weights ({Expected}); expected a LLaVA checkpoint folder. Check ‹model›.");
        return name.EndsWith(".json", StringComparison.Ordinal) ? Shards(folder, Path.Combine(folder, name))
            : [WeightFile.Open(Path.Combine(folder, name))];
    }

    static List<IWeightFile> Shards(string folder, string index)
    {
        var read = ForeignJson.Read(index, "bad-weights", "a shard index, {\"weight_map\": {name: file}}");
        if (read["weight_map"] is not System.Text.Json.Nodes.JsonObject map || map.Count == 0)
            throw Bad("has no weight_map; expected {\"weight_map\": {name: file}}.");
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (weight, value) in map)
        {
            var file = value is System.Text.Json.Nodes.JsonValue v && v.TryGetValue(out string? text) ? text
                : throw Bad($"places {weight} in {value?.ToJsonString() ?? "nothing"}, expected the name of a file.");
            RefuseOutside(folder, index, weight, file);
            places.Add(weight, file);
        }
        var opened = new List<IWeightFile>();
        try
        {
            foreach (var name in places.Values.Distinct().Order(StringComparer.Ordinal))
            {
                var path = Path.Combine(folder, name);
                if (!File.Exists(path))
                    throw new InvalidInputException(path, "missing",
                        $"no such file, and {Path.GetFileName(index)} places {places.Values.Count(p => p == name)} weights in it; the " +
                        "checkpoint is not whole.");
                opened.Add(WeightFile.Open(path));
            }
            foreach (var file in opened)
            {
                var name = Path.GetFileName(file.Path);
                if (places.FirstOrDefault(p => p.Value == name && !file.Tensors.ContainsKey(p.Key)).Key is { } absent)
                    throw Bad($"places {absent} in {name}, which does not hold it.");
                if (file.Tensors.Keys.FirstOrDefault(k => !places.TryGetValue(k, out var place) || place != name) is { } stray)
                    throw Bad(places.TryGetValue(stray, out var place) ? $"places {stray} in {place}, and {name} holds it too."
                        : $"does not name {stray}, which {name} holds.");
            }
            return opened;
        }
        catch
        {
            foreach (var file in opened) file.Dispose();
            throw;
        }

        InvalidInputException Bad(string message) => new(index, "bad-weights", message);
    }

    /// <summary>
    /// A shard lies in the folder itself. A link may lead into the <c>blobs</c> of the hub's cache the folder belongs to, and nowhere else.
    /// </summary>
    static void RefuseOutside(string folder, string index, string weight, string file)
    {
        InvalidInputException Bad(string what) =>
            new(index, "bad-weights", $"places {weight} in \"{file}\", {what}; a shard must lie in the folder itself.");
        if (file.Length == 0 || file is "." or ".." || file.Any(c => c is '/' or '\\' or ':' || char.IsControl(c))
            || !(file.EndsWith(".safetensors", StringComparison.Ordinal) || file.EndsWith(".bin", StringComparison.Ordinal)))
            throw Bad("which is no name of a weight file");
        if (new FileInfo(Path.Combine(folder, file)).LinkTarget is not { } link) return;
        try
        {
            var home = Resolved(folder);                                           // a relative link counts from where the folder really is
            var target = new FileInfo(Path.Combine(home, file)).ResolveLinkTarget(returnFinalTarget: true)!.FullName;
            string[] allowed = [home, Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(home) ?? home) ?? home, "blobs")];
            if (!allowed.Contains(Resolved(Path.GetDirectoryName(target)!), StringComparer.Ordinal)) throw Bad($"a link to {target}");
        }
        catch (IOException)
        {
            throw Bad($"a link to {link}, which leads nowhere");
        }
    }

    /// <summary>A folder's path with every link on the way followed.</summary>
    static string Resolved(string folder)
    {
        var whole = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (Path.GetDirectoryName(whole) is not { } parent) return whole;
        var here = Path.Combine(Resolved(parent), Path.GetFileName(whole));
        return new DirectoryInfo(here).ResolveLinkTarget(returnFinalTarget: true) is { } target ? Resolved(target.FullName) : here;
    }
}
