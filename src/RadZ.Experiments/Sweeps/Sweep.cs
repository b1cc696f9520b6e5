using RadZ.Files;
using RadZ.Training.Recipes;

namespace RadZ.Experiments.Sweeps;

/// <summary>A sweep that was read and checked: every recipe of it is right, nothing was trained yet.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Seeds">Each arm is run with each.</param>
/// <param name="Measure">The validation task that is compared.</param>
/// <param name="Arms">In the order in which they run: what is started from comes first.</param>
sealed record Sweep(string Name, IReadOnlyList<int> Seeds, string Measure, IReadOnlyList<SweepArm> Arms)
{
    /// <summary>The name of the base itself among the variants.</summary>
    public const string Default = "default";

    /// <summary>Stands for no start, or nothing to compare with.</summary>
    public const string None = "none";

    /// <summary>The groups of the variants.</summary>
    public IReadOnlyList<string> Groups => [.. Arms.Where(a => a.Group.Length > 0).Select(a => a.Group).Distinct()];

    /// <summary>The arms of some groups or names, with all that they start from and are compared with.</summary>
    /// <exception cref="InvalidInputException">There is no such group or arm.</exception>
    public Sweep Only(IReadOnlyCollection<string> wanted)
    {
        foreach (var name in wanted.Where(w => Arms.All(a => a.Group != w && a.Name != w)))
            throw new InvalidInputException("‹only›", "no-group",
                $"the sweep has no group or variant '{name}'" +
                NameSuggestion.HintOrList(name, [.. Groups, .. Arms.Select(a => a.Name)], "its groups are", Groups));
        var kept = new HashSet<string>();
        void Keep(string? name)
        {
            if (name is null || !kept.Add(name)) return;
            var arm = Arms.First(a => a.Name == name);
            Keep(arm.Start);
            Keep(arm.Against);
        }
        foreach (var arm in Arms.Where(a => wanted.Contains(a.Group) || wanted.Contains(a.Name))) Keep(arm.Name);
        return this with { Arms = [.. Arms.Where(a => kept.Contains(a.Name))] };
    }
}

/// <summary>One arm of a sweep.</summary>
sealed record SweepArm
{
    /// <summary>Its name and its folder's.</summary>
    public required string Name { get; init; }

    /// <summary>The question it belongs to; empty of trunks and the default.</summary>
    public required string Group { get; init; }

    /// <summary>Trained for others to start from, and not compared.</summary>
    public required bool IsTrunk { get; init; }

    /// <summary>The arm that it starts from; null: fresh weights.</summary>
    public string? Start { get; init; }

    /// <summary>The arm that it is compared with; null: none.</summary>
    public string? Against { get; init; }

    /// <summary>For the reader of the table.</summary>
    public string? Note { get; init; }

    /// <summary>The recipe, with the first seed and without its start.</summary>
    public required TrainingRecipe Recipe { get; init; }

    /// <summary>
    /// Some arm of the whole sweep starts from it, so that its checkpoint is kept even where only a part is
    /// run.
    /// </summary>
    public required bool StartsOthers { get; init; }
}
