namespace RadZ.Evaluation.Comparisons;

/// <summary>One comparison that a claim rests on.</summary>
sealed record ClaimComparison
{
    /// <summary>What the method is compared with.</summary>
    public required string Rival { get; init; }

    /// <summary>By what.</summary>
    public required string Measure { get; init; }

    /// <summary>The method's figures; null where every seed failed.</summary>
    public SeededMeasure? A { get; init; }

    /// <summary>The rival's.</summary>
    public SeededMeasure? B { get; init; }

    /// <summary>The method less the rival; null where one of both has no figures.</summary>
    public SeedComparison? Comparison { get; init; }

    /// <summary>Corrected over all comparisons of all claims.</summary>
    public double? HolmP { get; init; }

    /// <summary>By the rule.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>What else is to be known; null: nothing.</summary>
    public string? Remark { get; init; }

    /// <summary>Which way a comparison without enough seeds leans.</summary>
    public string Lean => Comparison is not { } c ? "-" : c.Difference > 0 ? "for" : c.Difference < 0 ? "against" : "neither way";
}

/// <summary>A claim of the paper, with what the miniature says of it.</summary>
/// <param name="Id">Its letter.</param>
/// <param name="Text">What is claimed.</param>
/// <param name="Comparisons">What it rests on.</param>
/// <param name="Verdict">From theirs.</param>
sealed record ClaimResult(string Id, string Text, IReadOnlyList<ClaimComparison> Comparisons, Verdict Verdict)
{
    /// <summary>Corrects p over all comparisons and judges them all.</summary>
    /// <param name="claims">Letter, text, comparisons not yet judged.</param>
    /// <param name="rule">The rule.</param>
    public static IReadOnlyList<ClaimResult> Judge(
        IReadOnlyList<(string Id, string Text, IReadOnlyList<ClaimComparison> Comparisons)> claims, VerdictRule rule)
    {
        var holm = new Queue<double?>(Holm.Adjust([.. claims.SelectMany(c => c.Comparisons).Select(c => c.Comparison?.P)]));
        return [.. claims.Select(claim =>
        {
            ClaimComparison[] judged = [.. claim.Comparisons.Select(c =>
            {
                var p = holm.Dequeue();
                return c with { HolmP = p,
                    Verdict = c.Comparison is { } d ? rule.Judge(d.Difference, d.Interval, p, d.Seeds.Count) : Verdict.Undecided };
            })];
            return new ClaimResult(claim.Id, claim.Text, judged, VerdictRule.Combine([.. judged.Select(j => j.Verdict)]));
        })];
    }
}
