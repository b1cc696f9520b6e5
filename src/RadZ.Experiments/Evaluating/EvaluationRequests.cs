using RadZ.Data.Sets;
using RadZ.Evaluation.Runs;
using RadZ.Experiments.Running;
using RadZ.Files;

namespace RadZ.Experiments.Evaluating;

/// <summary>Requests to begin with: what set is meant, and which of its classes.</summary>
static class EvaluationRequests
{
    /// <summary>A user's own table, as it is: all its rows, all its columns, a score card.</summary>
    /// <param name="table">The table; errors and results call it so.</param>
    /// <param name="knowledge">The user's knowledge file; null: none.</param>
    /// <param name="context">Whose model's knowledge counts.</param>
    /// <exception cref="InvalidInputException">Its header is at fault, or it has no disease column.</exception>
    public static EvaluationRequest OfTable(string table, string? knowledge, ExperimentContext context)
    {
        var model = context.Model;
        var read = ManifestFile.Read(table, ExperimentContext.Knowledge(knowledge, model.Find(), model.Adapter));
        if (read.Diseases.Count == 0)
            throw new InvalidInputException(table, "bad-header", "there is no disease column; nothing can be measured.");
        return new()
        {
            Card = ManifestSet.CardOf(table, read) with { Table = table },
            Root = Path.GetDirectoryName(Path.GetFullPath(table))!,
            Split = "all",
            ClassList = "all",
            Classes = [.. read.Diseases.Select(d => new ClassColumn(d.Header, d.Name, false))],
            Form = FigureForm.Card,
            Views = MeasuredViews.All,
            Report = false,
            Knowledge = knowledge,
            Arguments = [],
        };
    }

    /// <summary>A published set, or a user's own table like one.</summary>
    /// <param name="name">Its name or alias, or the table's file.</param>
    /// <param name="root">Where it lies; null: beside the table.</param>
    /// <param name="split">The measured split; null: the set's test split.</param>
    /// <param name="classes">The class list; null: the set's first.</param>
    /// <exception cref="InvalidInputException">There is no such set or list.</exception>
    public static EvaluationRequest OfSet(string name, string? root, string? split, string? classes)
    {
        var card = IsTable(name) ? ManifestSet.CardOf(name) : Ontology.Embedded.Resolve(name);
        var list = classes ?? card.Classes.Keys.First();
        if (!card.Classes.TryGetValue(list, out var columns))
            throw new InvalidInputException("‹classes›", "unknown-list",
                $"{card.Name} has no class list '{list}'{NameSuggestion.Hint(list, card.Classes.Keys)}; there are " +
                $"{string.Join(", ", card.Classes.Keys)}.");
        return new()
        {
            Card = card,
            Root = root ?? Path.GetDirectoryName(Path.GetFullPath(name))!,
            Split = split ?? card.Test,
            ClassList = list,
            Classes = [.. columns.Select(ClassColumn.Parse)],
            Arguments = [],
        };
    }

    /// <summary>True of the name of a user's own table, in the place of a set's.</summary>
    public static bool IsTable(string? name) => name is not null
        && (name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase));
}
