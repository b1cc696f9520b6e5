using System.Text.Json.Nodes;
using RadZ.Model.Config;
using RadZ.Model.Weights;

namespace RadZ.Model.RandomCheckpoints;

/// <summary>The checkpoints that can be written with random weights: sizes, names, order and dtype of the published files.</summary>
/// <param name="Name">As the command line says it.</param>
/// <param name="ConfigText">Its <c>config.json</c>, as published.</param>
/// <param name="Type">The dtype of every weight.</param>
/// <param name="Original">Names and order of the original LLaVA code; else of Hugging Face files of 2023.</param>
/// <param name="Vocabulary">Pieces of its tokenizer.</param>
sealed record CheckpointShape(string Name, string ConfigText, ScalarType Type, bool Original, int Vocabulary)
{
    /// <summary>LLaVA-Med v1.5 on Mistral-7B: original names, bfloat16, its own vision tower stored; 15.1 GB.</summary>
    public static CheckpointShape LlavaMed7B { get; } =
        new("llava-med-7b", Embedded("llava-med-7b.json"), ScalarType.BFloat16, Original: true, 32_000);

    /// <summary>LLaVA-1.5-7B as Hugging Face has it: names of 2023, float16, vocabulary padded to 32,064; 14.1 GB.</summary>
    public static CheckpointShape Llava15Of7B { get; } =
        new("llava-1.5-7b", Embedded("llava-1.5-7b.json"), ScalarType.Float16, Original: false, 32_000);

    /// <summary>Everything a LLaVA has, in 2 MB: width 64, four layers, 56 px.</summary>
    public static CheckpointShape Tiny { get; } = new("tiny", Embedded("tiny.json"), ScalarType.Float32, Original: false, 2_000);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<CheckpointShape> All { get; } = [LlavaMed7B, Llava15Of7B, Tiny];

    /// <summary>The same with another number of decoder layers, at least 2.</summary>
    public CheckpointShape WithLayers(int layers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 2);
        var json = JsonNode.Parse(ConfigText)!.AsObject();
        (json["text_config"]?.AsObject() ?? json)["num_hidden_layers"] = layers;
        return this with { ConfigText = json.ToJsonString(new() { WriteIndented = true }) + "\n" };
    }

    /// <summary>Names and shapes in the files' order.</summary>
    /// <param name="config">Sizes, read from <see cref="ConfigText"/>.</param>
    public IReadOnlyList<(string Name, long[] Shape)> Weights(LlavaConfig config) => Original
        ? [
            .. Decoder(config.Decoder, CheckpointNames.Original.Decoder),
            .. Vision(config.Vision, CheckpointNames.Original.Vision),
            .. Projector(config, CheckpointNames.Original),
            ($"{CheckpointNames.Original.Head}weight", [config.Decoder.VocabSize, config.Decoder.HiddenSize]),
        ]
        : [
            .. Vision(config.Vision, CheckpointNames.Own.Vision),
            .. Projector(config, CheckpointNames.Own),
            .. Decoder(config.Decoder, CheckpointNames.Own.Decoder),
            ($"{CheckpointNames.Own.Head}weight", [config.Decoder.VocabSize, config.Decoder.HiddenSize]),
        ];

    static IEnumerable<(string, long[])> Decoder(DecoderConfig c, string at)
    {
        yield return ($"{at}embed_tokens.weight", [c.VocabSize, c.HiddenSize]);
        for (var i = 0; i < c.NumHiddenLayers; i++)
        {
            var layer = $"{at}layers.{i}.";
            yield return ($"{layer}self_attn.q_proj.weight", [c.NumAttentionHeads * c.HeadDim, c.HiddenSize]);
            yield return ($"{layer}self_attn.k_proj.weight", [c.NumKeyValueHeads * c.HeadDim, c.HiddenSize]);
            yield return ($"{layer}self_attn.v_proj.weight", [c.NumKeyValueHeads * c.HeadDim, c.HiddenSize]);
            yield return ($"{layer}self_attn.o_proj.weight", [c.HiddenSize, c.NumAttentionHeads * c.HeadDim]);
            yield return ($"{layer}mlp.gate_proj.weight", [c.IntermediateSize, c.HiddenSize]);
            yield return ($"{layer}mlp.up_proj.weight", [c.IntermediateSize, c.HiddenSize]);
            yield return ($"{layer}mlp.down_proj.weight", [c.HiddenSize, c.IntermediateSize]);
            yield return ($"{layer}input_layernorm.weight", [c.HiddenSize]);
            yield return ($"{layer}post_attention_layernorm.weight", [c.HiddenSize]);
        }
        yield return ($"{at}norm.weight", [c.HiddenSize]);
    }

    static IEnumerable<(string, long[])> Vision(VisionConfig c, string at)
    {
        yield return ($"{at}embeddings.class_embedding", [c.HiddenSize]);
        yield return ($"{at}embeddings.patch_embedding.weight", [c.HiddenSize, c.NumChannels, c.PatchSize, c.PatchSize]);
        yield return ($"{at}embeddings.position_embedding.weight", [c.Patches + 1, c.HiddenSize]);
        foreach (var weight in Biased($"{at}pre_layrnorm", c.HiddenSize)) yield return weight;
        for (var i = 0; i < c.NumHiddenLayers; i++)
        {
            var layer = $"{at}encoder.layers.{i}.";
            foreach (var name in (string[])["k_proj", "v_proj", "q_proj", "out_proj"])
                foreach (var weight in Biased($"{layer}self_attn.{name}", c.HiddenSize, c.HiddenSize)) yield return weight;
            foreach (var weight in Biased($"{layer}layer_norm1", c.HiddenSize)) yield return weight;
            foreach (var weight in Biased($"{layer}mlp.fc1", c.IntermediateSize, c.HiddenSize)) yield return weight;
            foreach (var weight in Biased($"{layer}mlp.fc2", c.HiddenSize, c.IntermediateSize)) yield return weight;
            foreach (var weight in Biased($"{layer}layer_norm2", c.HiddenSize)) yield return weight;
        }
        foreach (var weight in Biased($"{at}post_layernorm", c.HiddenSize)) yield return weight;
    }

    static IEnumerable<(string, long[])> Projector(LlavaConfig c, CheckpointNaming naming) =>
        [.. Biased(naming.First.TrimEnd('.'), c.Decoder.HiddenSize, c.Vision.HiddenSize),
            .. Biased(naming.Second.TrimEnd('.'), c.Decoder.HiddenSize, c.Decoder.HiddenSize)];

    static IEnumerable<(string, long[])> Biased(string name, params long[] shape) =>
        [($"{name}.weight", shape), ($"{name}.bias", [shape[0]])];

    static string Embedded(string name)
    {
        using var stream = typeof(CheckpointShape).Assembly.GetManifestResourceStream($"RadZ.Model.RandomCheckpoints.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
