using System.Text.Json.Nodes;

namespace RadZ.Experiments.Sweeps;

/// <summary>A sweep as one file (JSON with comments): a recipe, seeds, what is trained once a seed for all, and what is varied.</summary>
sealed record SweepRecipe
{
    /// <summary>What the sweep is called.</summary>
    public required string Name { get; init; }

    /// <summary>The recipe that is varied; a path relative to this file. Or <see cref="Base"/>.</summary>
    public string? Recipe { get; init; }

    /// <summary>The recipe itself; its paths are relative to this file. With <see cref="Recipe"/>: a patch over that.</summary>
    public JsonObject? Base { get; init; }

    /// <summary>Each member is run with each of these.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [1, 2, 3];

    /// <summary>The validation task whose mean AUC by score is compared.</summary>
    public required string Measure { get; init; }

    /// <summary>What is trained once a seed, for the variants to start from.</summary>
    public IReadOnlyList<SweepMember> Trunks { get; init; } = [];

    /// <summary>What is compared. The base itself is there as <c>default</c>.</summary>
    public required IReadOnlyList<SweepMember> Variants { get; init; }
}

/// <summary>One recipe of a sweep, as its difference from the base.</summary>
sealed record SweepMember
{
    /// <summary>Its name and its folder's: small letters, digits, dots and dashes.</summary>
    public required string Name { get; init; }

    /// <summary>The question it belongs to: <c>tokens</c>, <c>layer</c>, ...</summary>
    public string Group { get; init; } = "";

    /// <summary>The member whose weights it starts from; the first trunk if not said, <c>none</c>: fresh weights.</summary>
    public string? Start { get; init; }

    /// <summary>The variant it is compared with; <c>default</c> if not said, <c>none</c>: with nothing.</summary>
    public string? Against { get; init; }

    /// <summary>What a reader of the table should know.</summary>
    public string? Note { get; init; }

    /// <summary>The difference (<see cref="MergePatch"/>).</summary>
    public JsonObject Patch { get; init; } = [];
}
