namespace RadZ.Phantoms;

/// <summary>
/// Chance that is the same on every machine: SplitMix64 (Steele, Lea, Flood 2014) over integers, and nothing of the platform's
/// mathematics beyond + - * /, which IEEE 754 defines to the bit.
/// </summary>
struct SplitMix(ulong state)
{
    const ulong Golden = 0x9E3779B97F4A7C15;
    ulong _state = state;

    /// <summary>A stream of its own for each purpose of each phantom: streams do not move when another takes more numbers.</summary>
    public static SplitMix Of(ulong seed, ulong index, ulong purpose) => new(Mixed(Mixed(Mixed(seed + Golden) ^ index) + purpose * Golden));

    /// <summary>The next 64 bits.</summary>
    public ulong Next() => Mixed(_state += Golden);

    /// <summary>0 to below 1, 53 bits.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / 9007199254740992);

    /// <summary>A number between two.</summary>
    public double Between(double least, double most) => least + (most - least) * Unit();

    /// <summary>0 to below <paramref name="end"/>.</summary>
    public int Below(int end) => (int)(Unit() * end);

    /// <summary>True with the given probability.</summary>
    public bool Chance(double probability) => Unit() < probability;

    /// <summary>One of a list.</summary>
    public T Pick<T>(IReadOnlyList<T> of) => of[Below(of.Count)];

    /// <summary>One of a list by weights that need not sum to 1.</summary>
    public T Weighted<T>(IReadOnlyList<(T Value, double Weight)> of)
    {
        var left = Unit() * of.Sum(o => o.Weight);
        foreach (var (value, weight) in of)
            if ((left -= weight) < 0) return value;
        return of[^1].Value;
    }

    /// <summary>Bell-shaped: the sum of twelve uniform numbers, which needs no logarithm; never beyond six deviations.</summary>
    public double Bell(double mean, double deviation)
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++) sum += Unit();
        return mean + deviation * sum;
    }

    /// <summary>Brings a list into a random order.</summary>
    public void Shuffle<T>(IList<T> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    static ulong Mixed(ulong z)
    {
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }
}
