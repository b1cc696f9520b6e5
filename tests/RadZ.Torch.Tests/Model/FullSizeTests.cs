using System.Text.Json.Nodes;
using RadZ.Model.Config;
using RadZ.Model.Features;
using RadZ.Model.Weights;
using RadZ.TestKit;
using RadZ.Text.Sequences;

namespace RadZ.Torch.Tests.Model;

/// <summary>Names and shapes of the full-size checkpoints, without a byte of weights.</summary>
public class FullSizeTests
{
    public static TheoryData<string, string> Checkpoints => new()
    {
        { "llava-1.5-7b.hf-2023-disk.json", "llava-1.5-7b.hf-2023.json" },
        { "llava-1.5-7b.hf-5-disk.json", "llava-1.5-7b.hf-5.json" },
        { "llava-1.5-7b.hf-5-memory.json", "llava-1.5-7b.hf-5.json" },
        { "llava-med-v1.5-mistral-7b.original.json", "llava-med-v1.5-mistral-7b.original.json" },
    };

    [Theory, MemberData(nameof(Checkpoints))]
    public void A_models_weights_are_the_files_entries_both_ways(string tensors, string configFile)
    {
        var config = LlavaConfigFile.Read(Fixtures.At("checkpoints", "configs", configFile));
        using var _ = NewDisposeScope();
        using var meta = new LlavaModel(new MetaWeights(), config,
            SpecialTokens.Create(config.ImageTokenIndex, 0, Enumerable.Range(40000, 4), Enumerable.Range(40004, 8)),
            t => zeros(12, t.shape[1]));
        var file = JsonNode.Parse(File.ReadAllText(Fixtures.At("checkpoints", "tensors", tensors)))!["tensors"]!.AsObject();
        var theirs = file.Where(t => CheckpointNames.InternalName(t.Key) is not null)
            .Select(t =>
                $"{CheckpointNames.InternalName(t.Key)} [{string.Join(", ", t.Value![1]!.AsArray().Select(s => s!.GetValue<long>()))}]")
            .Order(StringComparer.Ordinal);
        var ours = meta.Weights.Where(w => w.Name != "specials").Select(w => $"{w.Name} [{string.Join(", ", w.Value.shape)}]")
            .Order(StringComparer.Ordinal);
        Assert.Equal(theirs, ours);
    }
}
