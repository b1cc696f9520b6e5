using System.Security.Cryptography;
using System.Text;

namespace RadZ.Model;

/// <summary>
/// Random weights for a model that is trained from scratch. Each weight has a generator of its own, seeded by (seed, name):
/// adding a module changes no other weight.
/// </summary>
sealed class FreshWeights(int seed, Device device, ScalarType type = ScalarType.Float32) : WeightSource
{
    protected override Parameter Make(string name, long[] shape)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        return new(Draw(name, shape).to(type).to(device).MoveToOuterDisposeScope(), requires_grad: true);
    }

    /// <summary>Norms are one, biases zero; tables and projections are normal with a deviation that keeps the scale through the layers.</summary>
    Tensor Draw(string name, long[] shape)
    {
        if (name.EndsWith(".bias", StringComparison.Ordinal)) return zeros(shape);
        if (name.Contains("norm", StringComparison.Ordinal) || name.Contains("layrnorm", StringComparison.Ordinal)) return ones(shape);
        var inputs = shape.Skip(1).Aggregate(1L, (a, b) => a * b);
        var deviation = name.Contains("embed", StringComparison.Ordinal) && !name.Contains("patch_embedding", StringComparison.Ordinal) || name.StartsWith("specials", StringComparison.Ordinal)
            ? 0.02
            : Math.Sqrt(1.0 / inputs);
        if (name.EndsWith("o_proj.weight", StringComparison.Ordinal) || name.EndsWith("down_proj.weight", StringComparison.Ordinal)
            || name.EndsWith("out_proj.weight", StringComparison.Ordinal) || name.EndsWith("fc2.weight", StringComparison.Ordinal))
            deviation *= 0.5;                                                       // what is added to the residual stream starts small
        using var generator = GeneratorOf(seed, name);
        return randn(shape, generator: generator) * deviation;
    }

    /// <summary>The generator of one weight.</summary>
    public static Generator GeneratorOf(int seed, string name) =>
        new(BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}:{name}"))) >> 1);
}

/// <summary>No weights, only names and shapes: what a config's model would hold.</summary>
sealed class MetaWeights : WeightSource
{
    protected override Parameter Make(string name, long[] shape) =>
        new(empty(shape, device: META), requires_grad: false);
}
