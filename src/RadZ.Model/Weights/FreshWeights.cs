using System.Security.Cryptography;
using System.Text;

namespace RadZ.Model.Weights;

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

    /// <summary>
    /// Norms are one, biases zero. The vision tower starts as is usual for it (deviation 0.02, positions as 2-D sines and cosines); the
    /// decoder's projections keep the scale of their input, and what is added to a residual stream starts smaller.
    /// </summary>
    Tensor Draw(string name, long[] shape)
    {
        if (name.EndsWith(".bias", StringComparison.Ordinal)) return zeros(shape);
        if (name.Contains("norm", StringComparison.Ordinal) || name.Contains("layrnorm", StringComparison.Ordinal)) return ones(shape);
        if (name.EndsWith("position_embedding.weight", StringComparison.Ordinal)) return Positions(shape[0] - 1, shape[1]);
        var inputs = shape.Skip(1).Aggregate(1L, (a, b) => a * b);
        var vision = WeightNames.IsVision(name);
        var deviation = name.EndsWith("embed_tokens.weight", StringComparison.Ordinal) ? 0.5
            : name.EndsWith("patch_embedding.weight", StringComparison.Ordinal) ? Math.Sqrt(1.0 / inputs)
            : vision ? 0.02
            : 0.7 * Math.Sqrt(1.0 / inputs);
        if (IntoResidual.Any(end => name.EndsWith(end, StringComparison.Ordinal))) deviation *= vision ? 0.3 : 0.5;
        using var generator = GeneratorOf(seed, name);
        return randn(shape, generator: generator) * deviation;
    }

    static readonly string[] IntoResidual = ["o_proj.weight", "down_proj.weight", "out_proj.weight", "fc2.weight"];

    /// <summary>
    /// Sines and cosines of row and column in 1 / 100^(i / n) steps, [V + 1, D] times one half; zero for the class token.
    /// </summary>
    static Tensor Positions(long patches, long width)
    {
        var (side, quarter) = ((long)Math.Round(Math.Sqrt(patches)), width / 4);
        var frequency = pow(full(quarter, 100.0, dtype: ScalarType.Float32), -arange(quarter, dtype: ScalarType.Float32) / quarter);
        var angle = outer(arange(side, dtype: ScalarType.Float32), frequency);
        var one = cat([angle.sin(), angle.cos()], 1);
        var both = cat([one.unsqueeze(1).expand(side, side, -1), one.unsqueeze(0).expand(side, side, -1)], 2).reshape(patches, 4 * quarter);
        var table = zeros(patches + 1, width);
        table.narrow(0, 1, patches).narrow(1, 0, 4 * quarter).copy_(both * 0.5);
        return table;
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
