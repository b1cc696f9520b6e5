using System.Globalization;
using System.Text.Json.Nodes;

namespace RadZ.Experiments.Sweeps;

/// <summary>
/// JSON merge patches (RFC 7396): members of the patch replace those of the target, objects are merged, null takes a member away. One thing
/// more, since recipes have lists: an object whose names are all places (<c>"0"</c>) patches those elements of a list.
/// </summary>
static class MergePatch
{
    /// <summary>The target changed by the patch; neither is touched.</summary>
    /// <exception cref="FormatException">A place that the list has not; the message names it.</exception>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch) => Apply(target, patch, "");

    static JsonNode? Apply(JsonNode? target, JsonNode? patch, string at)
    {
        if (patch is not JsonObject changes) return patch?.DeepClone();
        if (target is JsonArray list && changes.Count > 0 && changes.All(c => Place(c.Key) is not null))
        {
            var elements = list.DeepClone().AsArray();
            foreach (var (name, change) in changes)
            {
                var place = Place(name)!.Value;
                if (place >= elements.Count)
                    throw new FormatException($"'{at}' has {elements.Count} element{(elements.Count == 1 ? "" : "s")}; there is no " +
                        $"number {place} (the first is 0).");
                elements[place] = Apply(elements[place], change, $"{at}[{place}]");
            }
            return elements;
        }
        var merged = target is JsonObject old ? old.DeepClone().AsObject() : [];
        foreach (var (name, change) in changes)
        {
            if (change is null) merged.Remove(name);
            else merged[name] = Apply(merged[name], change, at.Length == 0 ? name : $"{at}.{name}");
        }
        return merged;
    }

    static int? Place(string name) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : null;
}
