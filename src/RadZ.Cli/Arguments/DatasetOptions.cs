using System.CommandLine;
using RadZ.Data;
using RadZ.Evaluation.Calibration;
using RadZ.Experiments.Evaluating;

namespace RadZ.Cli.Arguments;

/// <summary>The options of <c>evaluate</c> that speak of a published set.</summary>
sealed class DatasetOptions
{
    readonly Option<string?> _dataset = new("--dataset")
    {
        Description = "A published set instead of a manifest, or a table like it with a column split",
        HelpName = "NAME|FILE.csv",
    };
    readonly Option<string?> _root = new("--root") { Description = "The folder in which the set lies as published", HelpName = "DIR" };
    readonly Option<string?> _split = new("--split")
    {
        Description = "A split of the set, or a file of image names (default: the set's test split)",
        HelpName = "NAME|FILE",
    };
    readonly Option<Convention> _convention = Choice.Option<Convention>("--convention",
        "Thresholds from the test set as in the papers, or those and beside them thresholds locked on validation");
    readonly Option<string?> _lockOn = new("--lock-on")
    {
        Description = "The split that thresholds are locked on (default: the set's validation split)",
        HelpName = "NAME|FILE",
    };
    readonly Option<string?> _classes =
        new("--classes") { Description = "A class list of the set (default: its first, see docs/datasets.md)", HelpName = "LIST" };
    readonly Option<UncertainLabels> _uncertain = Choice.Option<UncertainLabels>("--uncertain", "What an uncertain label is taken for");
    readonly Option<UnmentionedLabels> _unmentioned =
        Choice.Option<UnmentionedLabels>("--not-mentioned", "What a label that is not mentioned is taken for");
    readonly Option<MeasuredViews> _views = Choice.Option<MeasuredViews>("--views", "Which views are measured");
    readonly Option<string?> _scores = new("--scores")
    {
        Description = "Scores of another program instead of a model: image, then a column a class; images are not needed",
        HelpName = "FILE",
    };
    readonly Option<string?> _validationScores = new("--validation-scores")
    {
        Description = "Scores of the validation split, where they are in a file of their own",
        HelpName = "FILE",
    };
    readonly Option<int?> _resamples =
        Choice.Number("--resamples", "Resamples of the bootstrap with --dataset (default: 1000; 0: no intervals)", least: 0);
    readonly Option<bool> _noDuplicates =
        new("--no-duplicate-check") { Description = "Do not look for images that occur twice (it decodes each image once more)" };

    readonly Option<Protocol> _protocol = new("--protocol")
    {
        Description = "What may be learnt from the set's training split first: nothing, a logistic regression on frozen features, or the " +
            "model itself is trained further (default: zero-shot)",
        HelpName = "zero-shot|probe|finetune",
        CustomParser = result => Choice.Hyphened<Protocol>("--protocol", result),
    };
    readonly Option<IReadOnlyList<double>?> _fraction = new("--fraction")
    {
        Description = "With probe and finetune: percent of the training patients, one or several (default: 100)",
        HelpName = "1,10,100",
        CustomParser = result =>
        {
            List<double> all = [];
            foreach (var word in SharedOptions.Split(result.Tokens[^1].Value))
                if (double.TryParse(word, System.Globalization.NumberStyles.AllowDecimalPoint,
                    System.Globalization.CultureInfo.InvariantCulture, out var percent) && percent is > 0 and <= 100) all.Add(percent);
                else
                    result.AddError($"--fraction is '{result.Tokens[^1].Value}', expected percents of the patients above 0, at most 100, " +
                        "as 1,10,100");
            return [.. all.Distinct().Order()];
        },
    };
    readonly Option<int?> _seeds =
        Choice.Number("--seeds", "With probe and finetune: draws of patients, seeds 1 to N (default: 3)", least: 1);
    readonly Option<string?> _trainSplit =
        new("--train-split") { Description = "The split that is learnt from (default: the set's training split)", HelpName = "NAME|FILE" };
    readonly Option<string?> _recipe = new("--recipe")
    {
        Description = "With finetune: the recipe whose phases, wording, augmentation, adapters and arithmetic are used; its model and " +
            "data are not",
        HelpName = "FILE",
    };
    readonly Option<double?> _holdOut = Choice.Real("--hold-out",
        "Share of the patients taken for validation, of the training split where one is learnt from, else of the measured split", least: 0,
        most: 0.9, open: true);
    readonly Option<bool> _dropShared = new("--drop-shared-patients")
    {
        Description = "Do not learn from patients who are in the measured or validation split too, instead of refusing",
    };
    readonly Option<CalibrationKind> _calibrate =
        Choice.Option<CalibrationKind>("--calibrate", "Fit probabilities on the validation split, and measure them before and after");
    readonly Option<string?> _writeCalibration = new("--write-calibration")
    {
        Description = "Also write the calibration, for classify --calibration (as calibration.json in a model folder it is found by " +
            "itself)",
        HelpName = "FILE",
    };
    readonly Option<bool> _resume = new("--resume")
    {
        Description = "Go on with --out of a run that was stopped or killed: nothing is scored, extracted or trained twice",
    };
    readonly Option<bool> _noReport =
        new("--no-report") { Description = "Do not write report.html, model card and figures into --out (radz report does so later)" };

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_dataset, _root, _split, _protocol, _fraction, _seeds, _trainSplit, _recipe, _holdOut, _dropShared,
        _convention, _lockOn, _calibrate, _writeCalibration, _classes, _uncertain, _unmentioned, _views,
        _scores, _validationScores, _resamples, _noDuplicates, _resume, _noReport];

    /// <summary>Either a manifest or a set; what belongs to a set needs one.</summary>
    public void Validate(Command verb, Argument<string?> manifest) => verb.Validators.Add(result =>
    {
        var (named, given) = (result.GetResult(_dataset) is not null, result.GetResult(manifest) is { Tokens.Count: > 0 });
        if (named == given)
            result.AddError(named ? "evaluate takes MANIFEST.csv or --dataset, not both"
                : "evaluate needs MANIFEST.csv or --dataset NAME --root DIR");
        if (named && result.GetResult(_root) is null && !EvaluationRequests.IsTable(result.ValueOrDefault(_dataset)))
            result.AddError("--dataset needs --root DIR, the folder in which the set lies");
        if (named && result.GetResult(_scores) is not null)
            foreach (var option in verb.Options.Where(o =>
                o.Name is "--score" or "--probability" or "--adapter" or "--vision-tower" && result.GetResult(o) is { Implicit: false }))
                result.AddError($"{option.Name} is for scores of a model; those of --scores are taken as they are");
        bool Given(Option option) => result.GetResult(option) is { Implicit: false };
        var (learns, calibrates) =
            (result.ValueOrDefault(_protocol) != Protocol.ZeroShot, result.ValueOrDefault(_calibrate) != CalibrationKind.None);
        if (named && result.ValueOrDefault(_convention) != Convention.Locked && !learns && !calibrates)
            foreach (var option in ((Option[])[_lockOn, _validationScores, _holdOut]).Where(Given))
                result.AddError($"{option.Name} goes with --convention locked");
        if (named && Given(_lockOn) && Given(_holdOut)) result.AddError("give either --lock-on or --hold-out, not both");
        if (named && !learns)
            foreach (var option in ((Option[])[_fraction, _seeds, _trainSplit, _dropShared]).Where(Given))
                result.AddError($"{option.Name} goes with --protocol probe or finetune");
        if (named && learns)
        {
            if (Given(_scores)) result.AddError("--protocol probe and finetune need a model; --scores are of another program");
            if (Given(_writeCalibration)) result.AddError("--write-calibration is for the model as it is; leave --protocol out");
            if (result.GetResult("--out") is null) result.AddError("--protocol probe and finetune need --out DIR");
        }
        if (named && Given(_recipe) && result.ValueOrDefault(_protocol) != Protocol.Finetune)
            result.AddError("--recipe goes with --protocol finetune");
        if (named && Given(_writeCalibration) && !calibrates)
            result.AddError("--write-calibration goes with --calibrate temperature, platt or isotonic");
        if (named && Given(_writeCalibration) && Given(_scores))
            result.AddError("--write-calibration is for scores of a model; --scores are of another program");
        if (named && Given(_resume) && result.GetResult("--out") is null) result.AddError("--resume goes on with a folder; give --out DIR");
        if (named && Given(_resume) && Given(_scores))
            result.AddError("--resume is for scores of a model; those of --scores are there already");
        if (named && Given(_noReport) && result.GetResult("--out") is null) result.AddError("--no-report goes with --out DIR");
        if (named) return;
        foreach (var option in All.Where(o => result.GetResult(o) is { Implicit: false }))
            result.AddError($"{option.Name} needs --dataset NAME");
    });

    /// <summary>What is asked for; null where no set is named.</summary>
    public EvaluationRequest? Read(ParseResult parsed) => parsed.GetValue(_dataset) is not { } name ? null
        : EvaluationRequests.OfSet(name, parsed.GetValue(_root), parsed.GetValue(_split), parsed.GetValue(_classes)) with
        {
            ChosenList = "--diseases",
            Protocol = parsed.GetValue(_protocol),
            Fractions = parsed.GetValue(_fraction) ?? [100],
            Seeds = parsed.GetValue(_seeds) ?? 3,
            TrainSplit = parsed.GetValue(_trainSplit),
            Recipe = parsed.GetValue(_recipe),
            HoldOut = parsed.GetValue(_holdOut),
            DropSharedPatients = parsed.GetValue(_dropShared),
            Calibrate = parsed.GetValue(_calibrate),
            WriteCalibration = parsed.GetValue(_writeCalibration),
            Resume = parsed.GetValue(_resume),
            ResumeArguments = [_resume.Name],
            Report = !parsed.GetValue(_noReport),
            Convention = parsed.GetValue(_convention),
            LockOn = parsed.GetValue(_lockOn),
            Policy = new(parsed.GetValue(_uncertain), parsed.GetValue(_unmentioned)),
            Views = parsed.GetValue(_views),
            Scores = parsed.GetValue(_scores),
            ValidationScores = parsed.GetValue(_validationScores),
            Bootstrap = new() { Resamples = parsed.GetValue(_resamples) ?? 1000 },
            CheckDuplicates = !parsed.GetValue(_noDuplicates),
        };
}
