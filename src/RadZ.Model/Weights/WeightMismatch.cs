using System.Text.RegularExpressions;
using RadZ.Files;

namespace RadZ.Model.Weights;

/// <summary>The error of a checkpoint that does not fit its config: grouped, so that the same weight of 32 layers is one line.</summary>
static partial class WeightMismatch
{
    const int Kinds = 12;

    /// <summary>One error for all.</summary>
    public static InvalidInputException Error(string path, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected,
        IReadOnlyList<string> misshaped)
    {
        var parts = new List<string>();
        if (missing.Count > 0) parts.Add($"{missing.Count} weight(s) of the model are missing: {Quote(missing)}");
        if (unexpected.Count > 0) parts.Add($"{unexpected.Count} entr(ies) fit nothing in the model: {Quote(unexpected)}");
        if (misshaped.Count > 0) parts.Add($"{misshaped.Count} weight(s) have another shape: {Quote(misshaped)}");
        return new(path, "wrong-checkpoint", string.Join(". ", parts) + ". Is this the checkpoint that its config.json describes?");
    }

    static string Quote(IEnumerable<string> names)
    {
        var groups = Grouped(names);
        return string.Join(", ", groups.Take(Kinds)) + (groups.Count > Kinds ? $", and {groups.Count - Kinds} more kinds" : "");
    }

    /// <summary>
    /// Names that differ by their layer alone become one, with the layers: <c>model.layers.{0-31}.mlp.up_proj.weight</c>.
    /// </summary>
    public static IReadOnlyList<string> Grouped(IEnumerable<string> names) =>
    [
        .. names.GroupBy(n => Layer().Replace(n, ".layers.{i}.", 1), StringComparer.Ordinal).Select(g => g.Count() == 1 ? g.First()
            : g.Key.Replace("{i}", "{" + Ranges(g.Select(n => int.Parse(Layer().Match(n).Groups[1].ValueSpan)).Order()) + "}",
                StringComparison.Ordinal)),
    ];

    static string Ranges(IEnumerable<int> numbers)
    {
        var ranges = new List<(int From, int To)>();
        foreach (var n in numbers)
            if (ranges.Count > 0 && n <= ranges[^1].To + 1) ranges[^1] = (ranges[^1].From, n);
            else ranges.Add((n, n));
        return string.Join(',', ranges.Select(r => r.From == r.To ? $"{r.From}" : $"{r.From}-{r.To}"));
    }

    [GeneratedRegex(@"\.layers\.(\d{1,6})\.")]
    private static partial Regex Layer();
}
