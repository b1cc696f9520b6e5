using RadZ.Data;
using RadZ.Data.Sets;
using RadZ.Evaluation.Calibration;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Runs;
using RadZ.Recognition.Results;

namespace RadZ.Experiments.Evaluating;

/// <summary>Where thresholds come from.</summary>
enum Convention
{
    /// <summary>From the test set, as in the papers.</summary>
    Paper,

    /// <summary>From the validation split, beside the papers'.</summary>
    Locked,
}

/// <summary>What a model may learn from the set before it is measured.</summary>
enum Protocol
{
    /// <summary>Nothing.</summary>
    ZeroShot,

    /// <summary>Logistic regression on its frozen features.</summary>
    Probe,

    /// <summary>It is trained further.</summary>
    Finetune,
}

/// <summary>Which views are measured.</summary>
enum MeasuredViews
{
    /// <summary>Films known to be lateral or oblique are left out.</summary>
    Frontal,

    /// <summary>All.</summary>
    All,
}

/// <summary>Which probability figures are taken on.</summary>
enum ProbabilityKind
{
    /// <summary>Softmax over the columns.</summary>
    Paper,

    /// <summary>Each disease against its own negation.</summary>
    Standalone,

    /// <summary>
    /// Each disease's ranking score by itself: for images with several diseases, of which a softmax lets only one be likely.
    /// </summary>
    Score,
}

/// <summary>
/// What is measured on what: a published set or a user's own table, by a model or by a file of scores. Errors name these properties.
/// </summary>
sealed record EvaluationRequest
{
    /// <summary>The set; a user's own table is one, too (<see cref="ManifestSet"/>).</summary>
    public required SetCard Card { get; init; }

    /// <summary>The folder in which it lies.</summary>
    public required string Root { get; init; }

    /// <summary>The measured split.</summary>
    public required string Split { get; init; }

    /// <summary>The class list's name.</summary>
    public required string ClassList { get; init; }

    /// <summary>Its columns.</summary>
    public required IReadOnlyList<ClassColumn> Classes { get; init; }

    /// <summary>Only these of the diseases, in this order; null: the whole list.</summary>
    public IReadOnlyList<string>? Diseases { get; init; }

    /// <summary>What a list of such <see cref="Diseases"/> is called; null: as the list that they are chosen from.</summary>
    public string? ChosenList { get; init; }

    /// <summary>
    /// Which figures: a benchmark's; or a card, for a user's own table taken as it is: no split, no guard of a set, every row.
    /// </summary>
    public FigureForm Form { get; init; }

    /// <summary>Where thresholds come from.</summary>
    public Convention Convention { get; init; }

    /// <summary>The split that thresholds are locked on; null: the set's validation split.</summary>
    public string? LockOn { get; init; }

    /// <summary>What becomes of labels that are neither present nor absent.</summary>
    public LabelPolicy Policy { get; init; } = new();

    /// <summary>Which views.</summary>
    public MeasuredViews Views { get; init; }

    /// <summary>What ranks.</summary>
    public ScoreKind Score { get; init; }

    /// <summary>What figures are taken on.</summary>
    public ProbabilityKind Probability { get; init; }

    /// <summary>What is learnt from the set first.</summary>
    public Protocol Protocol { get; init; }

    /// <summary>Percents of the training patients, each above 0 and at most 100.</summary>
    public IReadOnlyList<double> Fractions { get; init; } = [100];

    /// <summary>Draws of patients.</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>The split that is learnt from; null: the set's training split.</summary>
    public string? TrainSplit { get; init; }

    /// <summary>The recipe by which a model is trained further; null: the standard one.</summary>
    public string? Recipe { get; init; }

    /// <summary>Share of the patients taken for validation; null: none.</summary>
    public double? HoldOut { get; init; }

    /// <summary>Patients who are measured are not learnt from, instead of refusing them.</summary>
    public bool DropSharedPatients { get; init; }

    /// <summary>The calibration that is fitted on validation.</summary>
    public CalibrationKind Calibrate { get; init; }

    /// <summary>Where the calibration is written; null: nowhere.</summary>
    public string? WriteCalibration { get; init; }

    /// <summary>Go on with a run that was stopped.</summary>
    public bool Resume { get; init; }

    /// <summary>The report is written into the run's folder.</summary>
    public bool Report { get; init; } = true;

    /// <summary>A file of scores in place of a model.</summary>
    public string? Scores { get; init; }

    /// <summary>Scores of the validation split, where they are in a file of their own.</summary>
    public string? ValidationScores { get; init; }

    /// <summary>Of the intervals.</summary>
    public BootstrapOptions Bootstrap { get; init; } = new();

    /// <summary>Patients that the model was trained on are measured, and that is said.</summary>
    public bool AllowTrainingPatients { get; init; }

    /// <summary>Images that occur twice are looked for.</summary>
    public bool CheckDuplicates { get; init; }

    /// <summary>The user's knowledge file; null: none.</summary>
    public string? Knowledge { get; init; }

    /// <summary>Random descriptions that each disease's own is compared with; null: none.</summary>
    public int? Control { get; init; }

    /// <summary>The run's folder; null: nothing is kept.</summary>
    public string? Out { get; init; }

    /// <summary>The command, for the record.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>True where a split is needed that is neither measured nor learnt from.</summary>
    public bool NeedsValidation => Convention == Convention.Locked || Calibrate != CalibrationKind.None || Protocol != Protocol.ZeroShot;

    /// <summary>As a record says it.</summary>
    public CalibrationKind? Calibration => Calibrate == CalibrationKind.None ? null : Calibrate;

    /// <summary>Those of the arguments that only say that a run goes on: they make no other run of it.</summary>
    public IReadOnlyList<string> ResumeArguments { get; init; } = [];

    /// <summary>The command without them.</summary>
    public IEnumerable<string> Command(IEnumerable<string> arguments) => arguments.Where(a => !ResumeArguments.Contains(a));
}

/// <summary>What an evaluation says.</summary>
/// <param name="Json">For programs; ends in a line end.</param>
/// <param name="Text">For people; ends in a line end.</param>
/// <param name="Remarks">What is said beside the JSON, a line each.</param>
/// <param name="Failed">Images and rows that could not be scored.</param>
sealed record EvaluationOutcome(string Json, string Text, IReadOnlyList<string> Remarks, int Failed);
