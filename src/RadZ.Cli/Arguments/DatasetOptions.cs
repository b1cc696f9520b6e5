using System.CommandLine;
using RadZ.Cli.Verbs;
using RadZ.Datasets;

namespace RadZ.Cli.Arguments;

/// <summary>The options of <c>evaluate</c> that speak of a published set.</summary>
sealed class DatasetOptions
{
    readonly Option<string?> _dataset = new("--dataset") { Description = "A published set instead of a manifest", HelpName = "NAME" };
    readonly Option<string?> _root = new("--root") { Description = "The folder in which the set lies as published", HelpName = "DIR" };
    readonly Option<string?> _split = new("--split") { Description = "A split of the set, or a file of image names (default: the set's test split)", HelpName = "NAME|FILE" };
    readonly Option<Convention> _convention = Choice.Of<Convention>("--convention", "Thresholds from the test set as in the papers, or those and beside them thresholds locked on validation");
    readonly Option<string?> _lockOn = new("--lock-on") { Description = "The split that thresholds are locked on (default: the set's validation split)", HelpName = "NAME|FILE" };
    readonly Option<string?> _classes = new("--classes") { Description = "A class list of the set (default: its first, see docs/datasets.md)", HelpName = "LIST" };
    readonly Option<UncertainLabels> _uncertain = Choice.Of<UncertainLabels>("--uncertain", "What an uncertain label is taken for");
    readonly Option<UnmentionedLabels> _unmentioned = Choice.Of<UnmentionedLabels>("--not-mentioned", "What a label that is not mentioned is taken for");
    readonly Option<Views> _views = Choice.Of<Views>("--views", "Which views are measured");
    readonly Option<string?> _scores = new("--scores") { Description = "Scores of another program instead of a model: image, then a column a class; images are not needed", HelpName = "FILE" };
    readonly Option<string?> _validationScores = new("--validation-scores") { Description = "Scores of the validation split, where they are in a file of their own", HelpName = "FILE" };
    readonly Option<int?> _resamples = Choice.Number("--resamples", "Resamples of the bootstrap with --dataset (default: 1000; 0: no intervals)", least: 0);
    readonly Option<bool> _noDuplicates = new("--no-duplicate-check") { Description = "Do not look for images that occur twice (it decodes each image once more)" };

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_dataset, _root, _split, _convention, _lockOn, _classes, _uncertain, _unmentioned, _views, _scores, _validationScores, _resamples, _noDuplicates];

    /// <summary>Either a manifest or a set; what belongs to a set needs one.</summary>
    public void Validate(Command verb, Argument<string?> manifest) => verb.Validators.Add(result =>
    {
        var (named, given) = (result.GetResult(_dataset) is not null, result.GetResult(manifest) is { Tokens.Count: > 0 });
        if (named == given) result.AddError(named ? "evaluate takes MANIFEST.csv or --dataset, not both" : "evaluate needs MANIFEST.csv or --dataset NAME --root DIR");
        if (named && result.GetResult(_root) is null) result.AddError("--dataset needs --root DIR, the folder in which the set lies");
        if (named && result.GetResult(_scores) is not null)
            foreach (var option in verb.Options.Where(o => o.Name is "--score" or "--probability" or "--adapter" or "--vision-tower" && result.GetResult(o) is { Implicit: false }))
                result.AddError($"{option.Name} is for scores of a model; those of --scores are taken as they are");
        if (named && result.GetValue(_convention) != Convention.Locked)
            foreach (var option in ((Option[])[_lockOn, _validationScores]).Where(o => result.GetResult(o) is not null)) result.AddError($"{option.Name} goes with --convention locked");
        if (named) return;
        foreach (var option in All.Where(o => result.GetResult(o) is { Implicit: false })) result.AddError($"{option.Name} needs --dataset NAME");
    });

    /// <summary>What is asked for; null where no set is named.</summary>
    public DatasetEvaluation? Of(ParseResult parsed)
    {
        if (parsed.GetValue(_dataset) is not { } name) return null;
        var card = Ontology.Embedded.Resolve(name);
        var list = parsed.GetValue(_classes) ?? card.Classes.Keys.First();
        if (!card.Classes.TryGetValue(list, out var classes))
            throw new InvalidInputException("--classes", "unknown-list", $"{card.Name} has no class list '{list}'{NameSuggestion.Hint(list, card.Classes.Keys)}; there are {string.Join(", ", card.Classes.Keys)}.");
        return new()
        {
            Card = card,
            Root = parsed.GetValue(_root)!,
            Split = parsed.GetValue(_split) ?? card.Test,
            ClassList = list,
            Classes = [.. classes.Select(ClassColumn.Parse)],
            Convention = parsed.GetValue(_convention),
            ValidationSplit = parsed.GetValue(_lockOn),
            Policy = new(parsed.GetValue(_uncertain), parsed.GetValue(_unmentioned)),
            Views = parsed.GetValue(_views),
            Scores = parsed.GetValue(_scores),
            ValidationScores = parsed.GetValue(_validationScores),
            Bootstrap = new() { Resamples = parsed.GetValue(_resamples) ?? 1000 },
            CheckDuplicates = !parsed.GetValue(_noDuplicates),
            Arguments = [.. parsed.Tokens.Select(t => t.Value)],
        };
    }
}
