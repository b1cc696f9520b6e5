namespace RadZ.Evaluation;

/// <summary>Shares of images with percentile intervals by patient; a patient brings all images.</summary>
static class ResampledShares
{
    /// <summary>Each share; null where no image counts.</summary>
    /// <param name="shares">Of an image: counted and a hit, counted and none, or (null) not counted.</param>
    /// <param name="patients">The patient of each image.</param>
    /// <param name="options">Resamples, level, seed.</param>
    public static IReadOnlyList<Figure> Of(IReadOnlyList<Func<int, bool?>> shares, IReadOnlyList<string> patients, BootstrapOptions options)
    {
        options.Validate();
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] patientOf = [.. patients.Select(p => numbers.TryAdd(p, numbers.Count) ? numbers.Count - 1 : numbers[p])];
        var (hits, counted) = (new int[shares.Count][], new int[shares.Count][]);
        for (var s = 0; s < shares.Count; s++)
        {
            (hits[s], counted[s]) = (new int[numbers.Count], new int[numbers.Count]);
            for (var i = 0; i < patientOf.Length; i++)
            {
                if (shares[s](i) is not { } hit) continue;
                counted[s][patientOf[i]]++;
                if (hit) hits[s][patientOf[i]]++;
            }
        }
        int[][] of = [.. counted.Select(c => Enumerable.Range(0, c.Length).Where(p => c[p] > 0).ToArray())];        // a small group is a short walk
        var seeds = PatientBootstrap.Seeds(options);
        var values = new double[shares.Count, seeds.Length];
        Parallel.For(0, seeds.Length, new() { MaxDegreeOfParallelism = options.Threads ?? -1 }, () => new int[numbers.Count], (r, _, drawn) =>
        {
            PatientBootstrap.Draw(seeds[r], drawn);
            for (var s = 0; s < hits.Length; s++)
            {
                var (hit, all) = (0L, 0L);
                foreach (var p in of[s]) (hit, all) = (hit + (long)drawn[p] * hits[s][p], all + (long)drawn[p] * counted[s][p]);
                values[s, r] = all == 0 ? double.NaN : (double)hit / all;
            }
            return drawn;
        }, _ => { });
        return [.. Enumerable.Range(0, shares.Count).Select(s => counted[s].Sum() is var all && all == 0 ? default
            : Figure.Of((double)hits[s].Sum() / all, ResampledInterval.Of([.. Enumerable.Range(0, seeds.Length).Select(r => values[s, r])], options.Level)))];
    }
}
