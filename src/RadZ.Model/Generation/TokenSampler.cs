namespace RadZ.Model.Generation;

/// <summary>
/// Chooses one token from scores, as Hugging Face's warpers do in their order: temperature, top-k, top-p. In double, by an own generator
/// (SplitMix64), so that a seed gives the same text with every release of .NET and libtorch. Of equal scores the lower id comes first.
/// </summary>
sealed class TokenSampler(GenerationOptions options)
{
    ulong _state = unchecked((ulong)options.Seed);

    /// <summary>The token.</summary>
    /// <exception cref="ArithmeticException">A score is no number.</exception>
    public int Choose(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i])) throw new ArithmeticException($"The score of token {i} is no number.");
            if (scores[i] > scores[best]) best = i;
        }
        if (options.Temperature == 0) return best;
        var (ids, weights) = Candidates(scores, scores[best]);
        var drawn = Draw() * weights.Sum();
        for (var i = 0; i < ids.Length - 1; i++)
            if ((drawn -= weights[i]) < 0) return ids[i];
        return ids[^1];
    }

    /// <summary>The tokens that are drawn from, likeliest first, with their weights.</summary>
    internal (int[] Ids, double[] Weights) Candidates(ReadOnlySpan<float> scores, float highest)
    {
        var (ids, order) = (new int[scores.Length], new double[scores.Length]);
        for (var i = 0; i < ids.Length; i++) (ids[i], order[i]) = (i, -(double)scores[i]);
        Array.Sort(order, ids, Comparer<double>.Default);
        InOrderOfIds(ids, order);
        var count = options.TopK > 0 ? Math.Min(options.TopK, ids.Length) : ids.Length;
        var weights = new double[count];
        for (var i = 0; i < count; i++) weights[i] = Math.Exp((-order[i] - highest) / options.Temperature);
        if (options.TopP < 1)
        {
            var (enough, sum) = (options.TopP * weights.Sum(), 0.0);
            for (var i = 0; i < count; i++)
                if ((sum += weights[i]) >= enough) count = i + 1;
        }
        return (ids[..count], weights[..count]);
    }

    /// <summary>The sort is not stable: equal scores are put into the order of their ids.</summary>
    static void InOrderOfIds(int[] ids, double[] order)
    {
        for (var from = 0; from < ids.Length;)
        {
            var to = from + 1;
            while (to < ids.Length && order[to].Equals(order[from])) to++;
            if (to - from > 1) Array.Sort(ids, from, to - from);
            from = to;
        }
    }

    /// <summary>Uniform in [0, 1): 53 bits of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    double Draw()
    {
        var z = unchecked(_state += 0x9E3779B97F4A7C15);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
