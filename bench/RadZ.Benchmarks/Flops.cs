using RadZ.Model.Config;
using RadZ.Model.Features;

namespace RadZ.Benchmarks;

/// <summary>Floating-point operations that a feature needs: products only, attention over the keys that a position may see.</summary>
static class Flops
{
    /// <summary>The vision tower up to the state that is read.</summary>
    public static double Vision(LlavaConfig config)
    {
        var v = config.Vision;
        double d = v.HiddenSize, positions = v.Patches + 1;
        var layer = 2 * positions * (4 * d * d + 2 * d * v.IntermediateSize) + 4 * positions * positions * d;
        return config.VisionLayersNeeded * layer + 2.0 * v.Patches * v.NumChannels * v.PatchSize * v.PatchSize * d;
    }

    /// <summary>Tower, projector and decoder.</summary>
    public static double Image(LlavaConfig config, int positions, bool globalOnly)
    {
        double d = config.Decoder.HiddenSize;
        return Vision(config) + 2.0 * config.Vision.Patches * (config.Vision.HiddenSize * d + d * d)
            + Decoder(config, positions, globalOnly, last: 4);
    }

    /// <summary>
    /// Global features of texts whose shared beginnings are computed once: the positions of their rows, each looking back to the first of
    /// its text.
    /// </summary>
    public static double Texts(LlavaConfig config, IReadOnlyList<PackedTexts> rows, int last)
    {
        var c = config.Decoder;
        double d = c.HiddenSize, n = c.NumAttentionHeads * c.HeadDim, k = c.NumKeyValueHeads * c.HeadDim, i = c.IntermediateSize;
        double positions = rows.Sum(r => r.Row.Length), seen = rows.Sum(r => r.Places.Sum(p => p + 1.0));
        double read = last * rows.Sum(r => r.Numbers.Count), seenLast = last * rows.Sum(r => r.Positions.Sum(p => (double)p.Length));
        return (config.DecoderLayersNeeded - 1) * (2 * positions * (2 * d * n + 2 * d * k + 3 * d * i) + 4 * n * seen)
            + 4 * positions * d * k + 2 * read * (2 * d * n + 3 * d * i) + 4 * n * seenLast;
    }

    /// <summary>
    /// The decoder's layers up to the penultimate state; for the global feature alone, the last one run has keys and values of all
    /// positions and the rest of <paramref name="last"/>.
    /// </summary>
    public static double Decoder(LlavaConfig config, int positions, bool globalOnly, int last)
    {
        var c = config.Decoder;
        double d = c.HiddenSize, n = c.NumAttentionHeads * c.HeadDim, k = c.NumKeyValueHeads * c.HeadDim, i = c.IntermediateSize,
        t = positions;
        var layer = 2 * t * (2 * d * n + 2 * d * k + 3 * d * i) + 2 * n * t * (t + 1);
        // the last map is applied to two means
        if (!globalOnly) return (config.DecoderLayersNeeded - 1) * layer + layer - 2 * (t - 2) * d * i;
        return (config.DecoderLayersNeeded - 1) * layer + 2 * t * 2 * d * k + 2 * last * (2 * d * n + 3 * d * i) + 4 * n * last * t;
    }
}
