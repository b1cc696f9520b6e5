using System.Text.Json;
using RadZ.Text.Sequences;

namespace RadZ.Tests.Tokens;

/// <summary>The cases of multimodal.json by model and convention.</summary>
static class MultimodalCases
{
    static readonly Lazy<JsonElement> All = new(() => TokenizerCases.Json("multimodal.json"));

    public static TheoryData<string, string> Conventions => With("image_sequence");

    /// <summary>Models and conventions whose cases have a property.</summary>
    public static TheoryData<string, string> With(string property) => new(
        from model in All.Value.EnumerateArray()
        from convention in model.GetProperty("conventions").EnumerateObject()
        where convention.Value.TryGetProperty(property, out _)
        select (model.Text("tokenizer"), convention.Name));

    public static JsonElement Of(string model, string convention) =>
        All.Value.EnumerateArray().Single(m => m.Text("tokenizer") == model).GetProperty("conventions").GetProperty(convention);

    public static SpecialTokens Special(string model, string convention)
    {
        var ids = Of(model, convention).GetProperty("special_ids").EnumerateObject().Select(p => p.Name).ToList();
        var (image, text) = (ids.Count(n => n.StartsWith("<ImgCls", StringComparison.Ordinal)),
            ids.Count(n => n.StartsWith("<TxtCls", StringComparison.Ordinal)));
        var vocabulary = All.Value.EnumerateArray().Single(m => m.Text("tokenizer") == model).GetProperty("vocab_size_of_model_file")
            .GetInt32();
        return convention switch
        {
            "original" => SpecialTokens.Original(vocabulary, image, text),
            "hf" => SpecialTokens.HuggingFace(vocabulary, image, text),
            _ => throw new ArgumentException($"multimodal.json has a convention \"{convention}\" that the code does not know."),
        };
    }

    public static SequenceBuilder Builder(string model, string convention) => new(TokenizerCases.Models[model], Special(model, convention));
}
