using System.Text.Json;
using System.Text.Json.Nodes;
using RadZ.Files;

namespace RadZ.Model.Config;

/// <summary>One JSON object of a config file: typed look-ups whose errors name file and key.</summary>
sealed class ConfigSection(string path, JsonObject json, string prefix = "")
{
    static readonly (string Name, Activation Value)[] Activations =
        [("quick_gelu", Config.Activation.QuickGelu), ("gelu", Config.Activation.Gelu), ("silu", Config.Activation.Silu)];

    public string Path { get; } = path;

    public static string NameOf(Activation activation) => Activations.First(a => a.Value == activation).Name;

    public InvalidInputException Error(string key, string found, string expected) =>
        new(Path, "bad-config", $"{prefix}{key} is {found}, expected {expected}.");

    public ConfigSection Section(string key) => json[key] switch
    {
        JsonObject section => new(Path, section, $"{prefix}{key}."),
        null => new(Path, [], $"{prefix}{key}."),
        var other => throw Error(key, Quote(other), "an object"),
    };

    /// <summary>Whether the key is there and says something.</summary>
    public bool Has(string key) => json[key] is not null;

    /// <summary>The text of a key that is a text; null of any other.</summary>
    public string? TextOrNull(string key) =>
        json[key] is JsonValue v && v.GetValueKind() == JsonValueKind.String ? v.GetValue<string>() : null;

    public string Text(string key, string absent) =>
        json[key] is null ? absent : TextOrNull(key) ?? throw Error(key, Quote(json[key]!), "a text");

    public double Double(string key, double absent) => json[key] is not { } node ? absent
        : node is JsonValue v && v.TryGetValue(out double number) && double.IsFinite(number) ? number
        : throw Error(key, Quote(node), "a finite number");

    public int Int(string key, int absent)
    {
        var number = Double(key, absent);
        return number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue ? (int)number
            : throw Error(key, $"{number}", "a whole number");
    }

    public int Positive(string key, int absent)
    {
        var number = Int(key, absent);
        return number is > 0 and < 100_000_000 ? number : throw Error(key, $"{number}", "a positive size");
    }

    /// <summary>A positive size where the key has one, null where it says null.</summary>
    public int? PositiveOrNull(string key, int absent) => json.ContainsKey(key) && json[key] is null ? null : Positive(key, absent);

    public bool Bool(string key, bool absent) => json[key] is not { } node ? absent
        : node is JsonValue v && v.TryGetValue(out bool value) ? value : throw Error(key, Quote(node), "true or false");

    public void MustBeFalse(string key)
    {
        if (Bool(key, false)) throw Error(key, "true", "false (biases in the decoder are not computed)");
    }

    /// <summary>Refuses any value but <paramref name="known"/>; absent means <paramref name="absent"/>.</summary>
    public void MustBe(string key, string known, string absent)
    {
        var value = Text(key, absent);
        if (value != known) throw Error(key, $"\"{value}\"", $"\"{known}\"");
    }

    public Activation Activation(string key, string absent, params Activation[] allowed)
    {
        var name = Text(key, absent);
        foreach (var (known, value) in Activations)
            if (known == name && allowed.Contains(value)) return value;
        throw Error(key, $"\"{name}\"", string.Join(" or ", allowed.Select(NameOf)));
    }

    /// <summary>Refuses a key that is anything but absent, null, false or empty.</summary>
    public void MustBeUnset(string key, string why)
    {
        if (json[key] is { } node && node is not JsonObject { Count: 0 } and not JsonArray { Count: 0 }
            && !(node is JsonValue v && v.GetValueKind() == JsonValueKind.False))
            throw Error(key, Quote(node), $"nothing ({why})");
    }

    /// <summary>rope_theta in either place; any scaling but none is refused, since it would silently turn every angle.</summary>
    public double RopeTheta()
    {
        var theta = Double("rope_theta", 10_000);
        foreach (var place in (string[])["rope_scaling", "rope_parameters"])
        {
            if (json[place] is null) continue;
            var rope = Section(place);
            foreach (var key in (string[])["rope_type", "type"])
                if (rope.Text(key, "default") is not "default" and var kind)
                    throw rope.Error(key, $"\"{kind}\"", "\"default\" (no scaling is computed)");
            rope.OnlyDefaultRope();
            theta = rope.Double("rope_theta", theta);
        }
        if (Double("partial_rotary_factor", 1) is not 1 and var part)
            throw Error("partial_rotary_factor", $"{part}", "1 (whole heads are turned)");
        return theta > 1 ? theta : throw Error("rope_theta", $"{theta}", "a number above 1");
    }

    void OnlyDefaultRope()
    {
        foreach (var (key, value) in json)
            if (key is not ("rope_type" or "type" or "rope_theta") && value is not null
                && !(key is "factor" or "partial_rotary_factor" && Double(key, 1) == 1))
                throw Error(key, Quote(value), "nothing (no scaling is computed)");
    }

    static string Quote(JsonNode node)
    {
        var text = node.ToJsonString();
        return text.Length <= 60 ? text : text[..57] + "...";
    }
}
