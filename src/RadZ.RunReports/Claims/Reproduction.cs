using RadZ.Evaluation.Comparisons;

namespace RadZ.RunReports.Claims;

/// <summary>One sweep of a reproduction with what it says of the claims.</summary>
/// <param name="Name">Its folder below the reproduction's.</param>
/// <param name="Title">What the pictures are.</param>
/// <param name="Warning">What a reader must not forget of them.</param>
/// <param name="Facts">How many images, steps, and so on.</param>
/// <param name="Claims">The claims, judged.</param>
/// <param name="Table">All arms.</param>
/// <param name="Failed">Runs that failed.</param>
/// <param name="Hashes">Recipes by arm.</param>
sealed record ReproducedSweep(string Name, string Title, string Warning, IReadOnlyList<(string Name, string Value)> Facts,
    IReadOnlyList<ClaimResult> Claims, ArmTable Table, IReadOnlyList<string> Failed, IReadOnlyList<(string Name, string Value)> Hashes);

/// <summary>All that <c>radz reproduce</c> found.</summary>
/// <param name="Quick">Fewer pictures and one seed: it shows that everything runs, and proves nothing.</param>
/// <param name="Rule">How a verdict came about.</param>
/// <param name="Facts">Program, machine, time.</param>
/// <param name="Sweeps">Phantoms, and real films where they were given.</param>
sealed record Reproduction(bool Quick, VerdictRule Rule, IReadOnlyList<(string Name, string Value)> Facts,
    IReadOnlyList<ReproducedSweep> Sweeps);
