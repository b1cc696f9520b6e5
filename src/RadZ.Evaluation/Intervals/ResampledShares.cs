namespace RadZ.Evaluation.Intervals;

/// <summary>Shares of images with percentile intervals by patient; a patient brings all images.</summary>
static class ResampledShares
{
    /// <summary>Each share; null where no image counts.</summary>
    /// <param name="shares">Of an image: counted and a hit, counted and none, or (null) not counted.</param>
    /// <param name="patients">The patient of each image.</param>
    /// <param name="options">Resamples, level, seed.</param>
    public static IReadOnlyList<Figure> Compute(IReadOnlyList<Func<int, bool?>> shares, IReadOnlyList<string> patients,
        BootstrapOptions options)
    {
        options.Validate();
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] patientOf = [.. patients.Select(p => numbers.TryAdd(p, numbers.Count) ? numbers.Count - 1 : numbers[p])];
        // only patients that a share counts: a small group is a short walk
        var all = new (int[] Patients, int[] Hits, int[] Counted)[shares.Count];
        ParallelOptions threads = new() { MaxDegreeOfParallelism = options.Threads ?? -1 };
        Parallel.For(0, shares.Count, threads, () => (Hits: new int[numbers.Count], Counted: new int[numbers.Count]), (s, _, own) =>
        {
            Array.Clear(own.Hits);
            Array.Clear(own.Counted);
            for (var i = 0; i < patientOf.Length; i++)
            {
                if (shares[s](i) is not { } hit) continue;
                own.Counted[patientOf[i]]++;
                if (hit) own.Hits[patientOf[i]]++;
            }
            int[] here = [.. Enumerable.Range(0, own.Counted.Length).Where(p => own.Counted[p] > 0)];
            all[s] = (here, [.. here.Select(p => own.Hits[p])], [.. here.Select(p => own.Counted[p])]);
            return own;
        }, _ => { });
        var seeds = PatientBootstrap.Seeds(options);
        var values = new double[shares.Count, seeds.Length];
        Parallel.For(0, seeds.Length, threads, () => new int[numbers.Count], (r, _, drawn) =>
        {
            PatientBootstrap.Draw(seeds[r], drawn);
            for (var s = 0; s < all.Length; s++)
            {
                var (own, hits, counted) = all[s];
                var (hit, sum) = (0L, 0L);
                for (var k = 0; k < own.Length; k++)
                {
                    var times = drawn[own[k]];
                    (hit, sum) = (hit + (long)times * hits[k], sum + (long)times * counted[k]);
                }
                values[s, r] = sum == 0 ? double.NaN : (double)hit / sum;
            }
            return drawn;
        }, _ => { });
        return [.. all.Select((share, s) => share.Patients.Length == 0 ? default
            : Figure.From((double)share.Hits.Sum() / share.Counted.Sum(),
                ResampledInterval.Compute([.. Enumerable.Range(0, seeds.Length).Select(r => values[s, r])], options.Level)))];
    }
}
