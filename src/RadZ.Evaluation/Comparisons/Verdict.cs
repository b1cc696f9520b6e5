using RadZ.Evaluation.Intervals;

namespace RadZ.Evaluation.Comparisons;

/// <summary>What a comparison says of a claim (docs/decisions/0017).</summary>
enum Verdict
{
    /// <summary>There is no telling: too few seeds, or an interval that holds both something and nothing.</summary>
    Undecided,

    /// <summary>Any advantage is smaller than what matters.</summary>
    NotSupported,

    /// <summary>The rival is better.</summary>
    Contradicted,

    /// <summary>The claim holds here.</summary>
    Supported,
}

/// <summary>The rule by which a difference becomes a verdict, stated before anything was run (docs/decisions/0017).</summary>
sealed record VerdictRule
{
    /// <summary>The smallest difference that matters; the authors' own reruns differ by about .004.</summary>
    public double Margin { get; init; } = 0.005;

    /// <summary>Holm's p must be below.</summary>
    public double Level { get; init; } = 0.05;

    /// <summary>With fewer nothing is decided.</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>The verdict of one comparison.</summary>
    /// <param name="difference">Default less rival, mean over the seeds.</param>
    /// <param name="interval">Its interval; null where nothing varies.</param>
    /// <param name="holmP">Its corrected p; null where nothing varies.</param>
    /// <param name="seeds">Seeds it rests on.</param>
    public Verdict Judge(double difference, Interval? interval, double? holmP, int seeds)
    {
        if (seeds < Seeds) return Verdict.Undecided;
        if (holmP < Level && difference >= Margin) return Verdict.Supported;
        if (holmP < Level && difference <= -Margin) return Verdict.Contradicted;
        return (interval?.High ?? difference) < Margin ? Verdict.NotSupported : Verdict.Undecided;
    }

    /// <summary>The verdict of a claim from those of its comparisons.</summary>
    public static Verdict Combine(IReadOnlyList<Verdict> comparisons) =>
        comparisons.Count == 0 ? Verdict.Undecided
        : comparisons.All(v => v == Verdict.Supported) ? Verdict.Supported
        : comparisons.Contains(Verdict.Contradicted) && !comparisons.Contains(Verdict.Supported) ? Verdict.Contradicted
        : comparisons.Any(v => v is Verdict.NotSupported or Verdict.Contradicted) ? Verdict.NotSupported
        : Verdict.Undecided;

    /// <summary>A verdict in words.</summary>
    public static string Word(Verdict verdict) =>
        verdict switch { Verdict.NotSupported => "not supported", _ => verdict.ToString().ToLowerInvariant() };
}
