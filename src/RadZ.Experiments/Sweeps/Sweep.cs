using RadZ.Files;
using RadZ.Training.Recipes;

namespace RadZ.Experiments.Sweeps;

/// <summary>A sweep that was read and checked: every recipe of it is right, nothing was trained yet.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Seeds">Each arm is run with each.</param>
/// <param name="Measure">The validation task that is compared.</param>
/// <param name="Arms">In the order in which they run: what is started from comes first.</param>
public sealed record Sweep(string Name, IReadOnlyList<int> Seeds, string Measure, IReadOnlyList<SweepArm> Arms)
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
                $"the sweep has no group or variant " +
                $"'{name}'{(NameSuggestion.Hint(name, [.. Groups, .. Arms.Select(a => a.Name)]) is { Length: > 0 } hint ? hint : $"; its groups are {string.Join(", ", Groups)}.")}");
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
/// <param name="Name">Its name and its folder's.</param>
/// <param name="Group">The question it belongs to; empty of trunks and the default.</param>
/// <param name="IsTrunk">Trained for others to start from, and not compared.</param>
/// <param name="Start">The arm that it starts from; null: fresh weights.</param>
/// <param name="Against">The arm that it is compared with; null: none.</param>
/// <param name="Note">For the reader of the table.</param>
/// <param name="Recipe">The recipe, with the first seed and without its start.</param>
/// <param name="StartsOthers">Some arm of the whole sweep starts from it, so that its checkpoint is kept even where only a part is
/// run.</param>
public sealed record SweepArm(string Name, string Group, bool IsTrunk, string? Start, string? Against, string? Note, TrainingRecipe Recipe,
    bool StartsOthers);
