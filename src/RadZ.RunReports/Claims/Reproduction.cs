using RadZ.Evaluation.Comparisons;

namespace RadZ.RunReports.Claims;

/// <summary>One sweep of a reproduction with what it says of the claims.</summary>
sealed record ReproducedSweep
{
    /// <summary>Its folder below the reproduction's.</summary>
    public required string Name { get; init; }

    /// <summary>What the pictures are.</summary>
    public required string Title { get; init; }

    /// <summary>What a reader must not forget of them.</summary>
    public required string Warning { get; init; }

    /// <summary>How many images, steps, and so on.</summary>
    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }

    /// <summary>The claims, judged.</summary>
    public required IReadOnlyList<ClaimResult> Claims { get; init; }

    /// <summary>All arms.</summary>
    public required ArmTable Table { get; init; }

    /// <summary>Runs that failed.</summary>
    public required IReadOnlyList<string> Failed { get; init; }

    /// <summary>Recipes by arm.</summary>
    public required IReadOnlyList<(string Name, string Value)> Hashes { get; init; }
}

/// <summary>All that <c>radz reproduce</c> found.</summary>
/// <param name="Quick">Fewer pictures and one seed: it shows that everything runs, and proves nothing.</param>
/// <param name="Rule">How a verdict came about.</param>
/// <param name="Facts">Program, machine, time.</param>
/// <param name="Sweeps">Phantoms, and real films where they were given.</param>
sealed record Reproduction(bool Quick, VerdictRule Rule, IReadOnlyList<(string Name, string Value)> Facts,
    IReadOnlyList<ReproducedSweep> Sweeps);
