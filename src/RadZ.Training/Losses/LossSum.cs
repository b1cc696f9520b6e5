using RadZ.Model.Runtime;

namespace RadZ.Training.Losses;

/// <summary>A loss and its parts, for the log.</summary>
/// <param name="Total">What is differentiated, a scalar.</param>
/// <param name="Terms">Parts by name, before their weights.</param>
sealed record LossTerms(Tensor Total, IReadOnlyList<(string Name, Tensor Value)> Terms);

/// <summary>A weighted sum of terms, in groups that are summed by themselves first: sums in another order would round otherwise.</summary>
sealed class LossSum
{
    readonly IReadOnlyList<IReadOnlyList<ILossTerm>> _groups;

    /// <param name="groups">Terms in the order of the log; those that are not used are left out.</param>
    public LossSum(params IEnumerable<IReadOnlyList<ILossTerm>> groups) =>
        _groups = [.. groups.Select(g => (IReadOnlyList<ILossTerm>)[.. g.Where(t => t.IsUsed)]).Where(g => g.Count > 0)];

    /// <summary>Whether no term is used.</summary>
    public bool IsEmpty => _groups.Count == 0;

    /// <summary>What must be computed for its terms.</summary>
    public LossNeeds Needs => _groups.SelectMany(g => g).Aggregate(LossNeeds.None, (needs, term) => needs | term.Needs);

    /// <summary>The sum over a batch, within the caller's dispose scope.</summary>
    /// <exception cref="InvalidOperationException">It is empty.</exception>
    public LossTerms Compute(LossInputs inputs)
    {
        var values = new List<(string Name, Tensor Value)>();
        Tensor? total = null;
        foreach (var group in _groups)
        {
            Tensor? sum = null;
            foreach (var term in group)
            {
                var value = term.Compute(inputs);
                values.Add((term.Name, value));
                sum = Plus(sum, value.Times(term.Weight));
            }
            total = Plus(total, sum!);
        }
        return new(total ?? throw new InvalidOperationException("No term of this loss has a weight."), values);
    }

    static Tensor Plus(Tensor? sum, Tensor more) => sum is null ? more : sum.Plus(more);
}
