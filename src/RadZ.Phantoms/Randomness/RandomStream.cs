namespace RadZ.Phantoms.Randomness;

/// <summary>A stream of chance that is a pure function of its key: SplitMix64, the same on any machine.</summary>
sealed class RandomStream(ulong key)
{
    ulong _state = key;

    /// <summary>The stream for one named part of a phantom: parts do not disturb each other.</summary>
    public static RandomStream Create(ulong seed, string part)
    {
        ulong hash = 14695981039346656037;
        foreach (char letter in part)
            hash = (hash ^ letter) * 1099511628211;
        return new RandomStream(Mixed(seed ^ Mixed(hash)));
    }

    /// <summary>The stream for one purpose of one phantom of many.</summary>
    public static RandomStream Create(ulong seed, ulong index, string part) =>
        Create(Mixed(Mixed(seed + 0x9E3779B97F4A7C15) ^ index), part);

    /// <summary>64 bits in which every bit of the key counts.</summary>
    public static ulong Mixed(ulong key)
    {
        key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9;
        key = (key ^ (key >> 27)) * 0x94D049BB133111EB;
        return key ^ (key >> 31);
    }

    /// <summary>The next 64 bits.</summary>
    public ulong Next() => Mixed(_state += 0x9E3779B97F4A7C15);

    /// <summary>The next number from 0 to below 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Evenly from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public double Between(double from, double to) => from + (to - from) * Unit();

    /// <summary>Bell-shaped, mean 0, standard deviation 1, never beyond 3.5: the sum of four even ones.</summary>
    public double Bell() => (Unit() + Unit() + Unit() + Unit() - 2) * 1.7320508075688772;

    /// <summary>True with the given probability.</summary>
    public bool Coin(double probability) => Unit() < probability;

    /// <summary>0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)(Unit() * count);

    /// <summary>32 bits to key a noise field with.</summary>
    public uint Key() => (uint)(Next() >> 32);

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

    /// <summary>Brings a list into a random order.</summary>
    public void Shuffle<T>(IList<T> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
