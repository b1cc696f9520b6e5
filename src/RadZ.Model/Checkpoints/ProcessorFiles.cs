using System.Text.Json.Nodes;
using RadZ.Imaging.Preparation;
using RadZ.Model.Config;
using RadZ.Text.Tokens;

namespace RadZ.Model.Checkpoints;

/// <summary>The texts that <c>transformers</c> wants beside a LLaVA checkpoint: image processor, processor and tokenizer.</summary>
static class ProcessorFiles
{
    public static string Preprocessor(ClipPreparation preparation) => Text(new()
    {
        ["image_processor_type"] = "CLIPImageProcessor",
        ["do_convert_rgb"] = true,
        ["do_resize"] = true,
        ["size"] = new JsonObject { ["shortest_edge"] = preparation.Size },
        ["resample"] = 3,
        ["do_center_crop"] = true,
        ["crop_size"] = new JsonObject { ["height"] = preparation.Size, ["width"] = preparation.Size },
        ["do_rescale"] = true,
        ["rescale_factor"] = 1 / 255.0,
        ["do_normalize"] = true,
        ["image_mean"] = Numbers(preparation.Mean),
        ["image_std"] = Numbers(preparation.Std),
    });

    public static string Processor(LlavaConfig config) => Text(new()
    {
        ["processor_class"] = "LlavaProcessor",
        ["image_token"] = "<image>",
        ["patch_size"] = config.Vision.PatchSize,
        ["num_additional_image_tokens"] = 1,
        ["vision_feature_select_strategy"] = "default",
    });

    public static string Tokenizer(LlavaConfig config, ModelSettings settings, ITokenizer tokenizer)
    {
        var tokens = new JsonObject();
        void Add(int id, string content) => tokens[$"{id}"] = new JsonObject
        {
            ["content"] = content,
            ["lstrip"] = false,
            ["normalized"] = false,
            ["rstrip"] = false,
            ["single_word"] = false,
            ["special"] = true,
        };
        if (tokenizer.UnknownId is { } unknown) Add(unknown, "<unk>");
        if (tokenizer.BeginId is { } begin) Add(begin, "<s>");
        Add(tokenizer.EndId, "</s>");
        foreach (var (name, id) in Added(config, settings).OrderBy(a => a.Id)) Add(id, name);
        return Text(new()
        {
            ["tokenizer_class"] = "LlamaTokenizer",
            ["add_bos_token"] = true,
            ["add_eos_token"] = false,
            ["legacy"] = true,
            ["bos_token"] = "<s>",
            ["eos_token"] = "</s>",
            ["unk_token"] = "<unk>",
            ["pad_token"] = config.ImageTokenIndex < 0 ? "<unk>" : "<pad>",
            ["padding_side"] = "right",
            ["split_special_tokens"] = false,
            ["added_tokens_decoder"] = tokens,
        });
    }

    public static string AddedTokens(LlavaConfig config, ModelSettings settings)
    {
        var json = new JsonObject();
        foreach (var (name, id) in Added(config, settings)) json[name] = id;
        return Text(json);
    }

    static IEnumerable<(string Name, int Id)> Added(LlavaConfig config, ModelSettings settings)
    {
        if (config.ImageTokenIndex >= 0)
        {
            yield return ("<image>", config.ImageTokenIndex);
            yield return ("<pad>", settings.PadToken);
        }
        for (var i = 0; i < settings.ImageTokens.Count; i++) yield return ($"<ImgCls{i}>", settings.ImageTokens[i]);
        for (var i = 0; i < settings.TextTokens.Count; i++) yield return ($"<TxtCls{i}>", settings.TextTokens[i]);
    }

    static JsonArray Numbers(IEnumerable<double> values) => [.. values.Select(v => (JsonNode)v)];

    static string Text(JsonObject json) =>
        json.ToJsonString(new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })
            + "\n";
}
