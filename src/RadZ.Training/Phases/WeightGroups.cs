using RadZ.Model.Weights;
using RadZ.Training.Optimization;

namespace RadZ.Training.Phases;

/// <summary>
/// Sorts weights into groups of one rate and decay. Matrices decay; norms, biases, tables, positions and modality tokens do not.
/// </summary>
static class WeightGroups
{
    public static IReadOnlyList<ParameterGroup> Create(IEnumerable<(string Name, Parameter Value)> weights, double decay,
        Func<string, double> rate) =>
        [.. weights.Where(w => rate(w.Name) > 0)
            .GroupBy(w => (Rate: rate(w.Name), Decay: Decays(w.Name, w.Value) ? decay : 0))
            .OrderByDescending(g => g.Key.Rate).ThenByDescending(g => g.Key.Decay)
            .Select(g => new ParameterGroup([.. g], g.Key.Rate, g.Key.Decay))];

    static bool Decays(string name, Parameter value) => value.dim() > 1 && name != WeightNames.Specials
        && !name.Contains("embed_tokens", StringComparison.Ordinal) && !name.Contains("position_embedding", StringComparison.Ordinal);
}
