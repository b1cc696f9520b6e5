using RadZ.Model.Config;
using RadZ.Model.Decoder;
using RadZ.Model.Weights;

namespace RadZ.Torch.Tests.Model;

/// <summary>What a spec says is built, or refused by name.</summary>
public sealed class DecoderSpecTests
{
    static readonly DecoderSpec s_spec = DecoderSpec.From(new()
    {
        ModelType = "llama",
        HiddenSize = 32,
        IntermediateSize = 64,
        NumHiddenLayers = 2,
        NumAttentionHeads = 4,
        NumKeyValueHeads = 2,
        HeadDim = 8,
        VocabSize = 50,
    });

    static IReadOnlyList<string> Names(DecoderSpec spec)
    {
        var source = new MetaWeights();
        using var _ = new DecoderStack(new WeightScope(source), spec);
        return [.. source.Taken.Select(w => w.Name)];
    }

    [Fact]
    public void Biases_are_those_of_the_spec()
    {
        Assert.DoesNotContain(Names(s_spec), n => n.EndsWith(".bias", StringComparison.Ordinal));
        var biased = Names(s_spec with { Biases = new(Query: true, Key: true, Value: true, Output: false, Mlp: false) });
        Assert.Equal(["model.layers.0.self_attn.q_proj.bias", "model.layers.0.self_attn.k_proj.bias",
            "model.layers.0.self_attn.v_proj.bias"],
            biased.Where(n => n.StartsWith("model.layers.0.", StringComparison.Ordinal) && n.EndsWith(".bias", StringComparison.Ordinal)));
    }

    [Fact]
    public void Layers_may_turn_by_different_angles()
    {
        var two = s_spec with { Layers = [s_spec.Layers[0], s_spec.Layers[1] with { Rotary = new(1e6) }] };
        Tensor State(DecoderSpec spec)
        {
            using var stack = new DecoderStack(new WeightScope(new FreshWeights(3, CPU)), spec);
            return stack.Forward(ones(1, 5, 32), 2);
        }
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        Assert.True(State(s_spec).equal(State(s_spec)).all().item<bool>());
        Assert.False(State(s_spec).equal(State(two)).all().item<bool>());
    }

    [Fact]
    public void What_is_not_computed_is_refused_by_name()
    {
        var gemma = s_spec with { EmbeddingScale = 5.5, Norm = new() { Kind = NormKind.RmsPlusOne, QueryAndKey = true } };
        var e = Assert.Throws<NotSupportedException>(() => Names(gemma));
        Assert.Contains("norms of kind RmsPlusOne, norms of queries and keys, embeddings times 5.5", e.Message);
        var other = Assert.Throws<ArgumentException>(() => DecoderFamily.ForConfig(new()
        {
            ModelType = "gpt2",
            HiddenSize = 1,
            IntermediateSize = 1,
            NumHiddenLayers = 1,
            NumAttentionHeads = 1,
            NumKeyValueHeads = 1,
            HeadDim = 1,
            VocabSize = 1,
        }));
        Assert.Contains("'gpt2', expected llama or mistral", other.Message);
    }
}
