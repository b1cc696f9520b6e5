namespace RadZ.Imaging.Dicom.Gray;

/// <summary>How often each of the modality's values comes in a frame, padding left out.</summary>
sealed class ValueCounts
{
    readonly List<(double Value, long Count)> _sorted;
    readonly long _total;

    /// <param name="counts">In any order; values may repeat.</param>
    public ValueCounts(IEnumerable<(double Value, long Count)> counts)
    {
        _sorted = [.. counts.OrderBy(c => c.Value)];
        _total = _sorted.Sum(c => c.Count);
    }

    /// <summary>0 when all is padding.</summary>
    public double Lowest => _total == 0 ? 0 : _sorted[0].Value;

    /// <summary>0 when all is padding.</summary>
    public double Highest => _total == 0 ? 0 : _sorted[^1].Value;

    /// <summary>
    /// The value below which <paramref name="percent"/> of the pixels lie, between two pixels in proportion (NumPy's linear rule).
    /// </summary>
    public double Percentile(double percent)
    {
        if (_total == 0) return 0;
        var place = percent / 100 * (_total - 1);
        var (low, high) = (At((long)Math.Floor(place)), At((long)Math.Ceiling(place)));
        return low + (high - low) * (place - Math.Floor(place));
    }

    double At(long rank)
    {
        foreach (var (value, count) in _sorted)
        {
            if (rank < count) return value;
            rank -= count;
        }
        return _sorted[^1].Value;
    }
}
