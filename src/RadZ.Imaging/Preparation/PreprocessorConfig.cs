using System.Collections.Immutable;
using System.Text.Json;
using RadZ.Files;

namespace RadZ.Imaging.Preparation;

/// <summary>
/// A Hugging Face <c>preprocessor_config.json</c>. What it does not say is not guessed, and what it asks beyond CLIP is refused.
/// </summary>
static class PreprocessorConfig
{
    /// <summary>Pillow's number for bicubic.</summary>
    const int Bicubic = 3;

    public static ClipPreparation Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object ? Read(path, document.RootElement)
                : throw Invalid(path, $"it holds a JSON {document.RootElement.ValueKind}, expected an object");
        }
        catch (JsonException e)
        {
            throw Invalid(path, $"it is not JSON ({e.Message})", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException(path, "missing",
                "there is no such file, expected the preprocessor_config.json of a CLIP model; check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, "unreadable", $"the file cannot be read ({e.Message}); check its permissions.", e);
        }
    }

    static ClipPreparation Read(string path, JsonElement config)
    {
        if (Integer(path, "resample", Required(path, config, "resample")) is not Bicubic and var resample)
            throw Invalid(path, $"key \"resample\" is {resample}, expected {Bicubic} (bicubic)");
        foreach (var key in (string[])["do_resize", "do_normalize", "do_rescale"])
            if (config.TryGetProperty(key, out var step) && step.ValueKind != JsonValueKind.True)
                throw Invalid(path, $"key \"{key}\" is {step.GetRawText()}, expected true");
        if (config.TryGetProperty("rescale_factor", out var factor)
            && (factor.ValueKind != JsonValueKind.Number || Math.Abs(factor.GetDouble() * 255 - 1) > 1e-6))
            throw Invalid(path, $"key \"rescale_factor\" is {factor.GetRawText()}, expected 1/255");

        var size = Side(path, config, "size");
        if (config.TryGetProperty("crop_size", out _) && Side(path, config, "crop_size") is var crop && crop != size)
            throw Invalid(path, $"key \"crop_size\" is {crop}, expected {size} as key \"size\" says (the whole square is used)");
        return new()
        {
            Size = size,
            Mean = Triple(path, config, "image_mean", least: 0, most: 1),
            Std = Triple(path, config, "image_std", least: 1e-6, most: 1e6),
        };
    }

    /// <summary>A side in pixels: a number, {"shortest_edge": n}, or {"height": n, "width": n}.</summary>
    static int Side(string path, JsonElement config, string key)
    {
        var value = Required(path, config, key);
        if (value.ValueKind != JsonValueKind.Object)
            return Integer(path, key, value);
        if (value.TryGetProperty("shortest_edge", out var edge))
            return Integer(path, key + ".shortest_edge", edge);
        var height = Integer(path, key + ".height", Required(path, value, "height", key + ".height"));
        var width = Integer(path, key + ".width", Required(path, value, "width", key + ".width"));
        return height == width ? height : throw Invalid(path, $"key \"{key}\" is {height} x {width}, expected a square");
    }

    static ImmutableArray<double> Triple(string path, JsonElement config, string key, double least, double most)
    {
        var value = Required(path, config, key);
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 3
            && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number && v.GetDouble() >= least && v.GetDouble() <= most))
            return [.. value.EnumerateArray().Select(v => v.GetDouble())];
        throw Invalid(path, $"key \"{key}\" is {value.GetRawText()}, expected three numbers of {least} to {most}");
    }

    static int Integer(string path, string key, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number is >= 0 and <= 16384
            && (number > 0 || key == "resample") ? number
        : throw Invalid(path, $"key \"{key}\" is {value.GetRawText()}, expected a whole number from 1 to 16384");

    static JsonElement Required(string path, JsonElement config, string key, string? name = null) =>
        config.TryGetProperty(key, out var value) ? value : throw Invalid(path, $"key \"{name ?? key}\" is missing");

    static InvalidInputException Invalid(string path, string found, Exception? cause = null) =>
        new(path, "invalid-config", $"{found}; use the preprocessor_config.json that came with the model.", cause);
}
