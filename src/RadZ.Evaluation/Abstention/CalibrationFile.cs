using System.Globalization;
using System.Text.Json;
using RadZ.Evaluation.Calibration;
using RadZ.Evaluation.Runs;
using RadZ.Evaluation.Tables;
using RadZ.Files;

namespace RadZ.Evaluation.Abstention;

/// <summary>Whose scores a calibration is for.</summary>
/// <param name="Name">The model.</param>
/// <param name="Hash">Of its weights.</param>
/// <param name="Score">What ranks: direct, anchored, bank, vqa.</param>
/// <param name="Probability">What is calibrated: score, standalone or paper.</param>
sealed record CalibratedModel(string Name, string Hash, string Score, string Probability)
{
    /// <summary>
    /// True where a disease's number depends on which others are listed: the softmax, and what is seen through the list's descriptions.
    /// </summary>
    public bool DependsOnList => Probability == "paper" || Score == "anchored";
}

/// <summary>On whom it was fitted.</summary>
/// <param name="Dataset">The set.</param>
/// <param name="Split">Its split.</param>
/// <param name="Images">Scored images.</param>
/// <param name="Patients">Their patients.</param>
/// <param name="SplitHash">As <see cref="SplitRecord"/>.</param>
sealed record CalibrationData(string Dataset, string Split, int Images, int Patients, string SplitHash);

/// <summary>The calibration of one disease, and the bounds by which it abstains.</summary>
sealed record ClassCalibration
{
    /// <summary>The disease as it was listed.</summary>
    public required string Class { get; init; }

    /// <summary>Validation images with it.</summary>
    public required int Positives { get; init; }

    /// <summary>Validation images without it.</summary>
    public required int Negatives { get; init; }

    /// <summary>Score to probability.</summary>
    public required ScoreCalibration Calibration { get; init; }

    /// <summary>
    /// For 1, 2, ... 100 % of the validation images: answers at least so sure are that many
    /// (<see cref="AbstainingRule"/>).
    /// </summary>
    public required IReadOnlyList<double> LeastConfidence { get; init; }

    /// <summary>For levels of 1, 2, ... 99 %: <see cref="ConformalSets.PresentFrom"/>; null is no bound.</summary>
    public required IReadOnlyList<double?> PresentFrom { get; init; }

    /// <summary>For levels of 1, 2, ... 99 %: <see cref="ConformalSets.AbsentTo"/>; null is no bound.</summary>
    public required IReadOnlyList<double?> AbsentTo { get; init; }

    /// <summary>
    /// Patients with the disease behind the conformal bounds, an image each; null in a file of before, whose bounds took all images.
    /// </summary>
    public int? PatientsWith { get; init; }

    /// <summary>Patients without it, alike.</summary>
    public int? PatientsWithout { get; init; }

    internal static ClassCalibration? Fit(string name, CalibrationKind kind, ScoreTable validation, int column)
    {
        var (scores, present, _) = validation.Known(column);
        var (patientScores, patientPresent) = validation.KnownPatients(column);
        if (AbstainingRule.Fit(scores, present, kind) is not { } rule) return null;
        ConformalSets[] sets = [.. Enumerable.Range(1, 99).Select(p => ConformalSets.Fit(patientScores, patientPresent, p / 100.0))];
        static double? Bound(double value) => double.IsInfinity(value) ? null : value;
        return new()
        {
            Class = name,
            Positives = present.Count(p => p),
            Negatives = present.Count(p => !p),
            Calibration = rule.Calibration,
            LeastConfidence = [.. Enumerable.Range(1, 100).Select(p => rule.LeastConfidence(p / 100.0))],
            PresentFrom = [.. sets.Select(s => Bound(s.PresentFrom))],
            AbsentTo = [.. sets.Select(s => Bound(s.AbsentTo))],
            PatientsWith = sets[0].Positives,
            PatientsWithout = sets[0].Negatives,
        };
    }

    /// <summary>The conformal sets of a level in whole percent, 1 to 99.</summary>
    public ConformalSets Sets(int percent) => new(percent / 100.0, PresentFrom[percent - 1] ?? double.NegativeInfinity,
        AbsentTo[percent - 1] ?? double.PositiveInfinity, PatientsWith ?? Positives, PatientsWithout ?? Negatives);
}

/// <summary>A disease that could not be calibrated, and why.</summary>
/// <param name="Class">The disease.</param>
/// <param name="Reason">What validation lacks.</param>
sealed record NotCalibrated(string Class, string Reason);

/// <summary>
/// The calibration of a model (<c>calibration.json</c> in its folder, or any file): what makes probabilities of its scores, by which bounds
/// it abstains, and on whom all that was fitted. It holds numbers of scores only, and nothing of a patient.
/// </summary>
sealed record CalibrationFile
{
    /// <summary>Its name in a model folder.</summary>
    public const string FileName = "calibration.json";

    /// <summary>Always <c>calibration</c>.</summary>
    public string Kind { get; init; } = "calibration";

    /// <summary>Of this form.</summary>
    public int Version { get; init; } = 1;

    /// <summary>When it was fitted, UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Version and commit of the program.</summary>
    public required string Radz { get; init; }

    /// <summary>Whose scores.</summary>
    public required CalibratedModel Model { get; init; }

    /// <summary>Of the descriptions.</summary>
    public required string KnowledgeHash { get; init; }

    /// <summary>On whom.</summary>
    public required CalibrationData FittedOn { get; init; }

    /// <summary>What counted as what.</summary>
    public required string Policy { get; init; }

    /// <summary>The diseases that were listed together.</summary>
    public required IReadOnlyList<string> Diseases { get; init; }

    /// <summary>Those that could be calibrated.</summary>
    public required IReadOnlyList<ClassCalibration> Classes { get; init; }

    /// <summary>The others.</summary>
    public required IReadOnlyList<NotCalibrated> Without { get; init; }

    /// <summary>Fits the diseases of a validation table.</summary>
    /// <param name="kind">The calibration; not none.</param>
    /// <param name="validation">Under its policy.</param>
    /// <param name="record">Of the run that scored it, with a model and a validation split.</param>
    public static CalibrationFile Fit(CalibrationKind kind, ScoreTable validation, EvaluationRecord record)
    {
        if (kind == CalibrationKind.None) throw new ArgumentException("there is nothing to fit of kind none.", nameof(kind));
        if (record is not
            {
                Validation: { } split,
                Scores: { Name: { } name, Hash: { } hash, Score: { } score, Probability: { } probability }
            })
            throw new ArgumentException("a calibration needs a model's scores and a validation split.", nameof(record));
        List<ClassCalibration> classes = [];
        List<NotCalibrated> without = [];
        foreach (var (c, disease) in validation.Diseases.Index())
        {
            var (_, present, _) = validation.Known(c);
            if (ClassCalibration.Fit(disease, kind, validation, c) is { } fitted) classes.Add(fitted);
            else
                without.Add(new(disease,
                    $"{present.Count(p => p)} validation images with it and {present.Count(p => !p)} without: no best fit exists (it " +
                    "needs both kinds, and not wholly apart)."));
        }
        if (classes.Count == 0)
            throw new InvalidInputException(split.Name, "no-calibration",
                $"none of the {without.Count} classes can be calibrated; the first, {without[0].Class}: {without[0].Reason}");
        return new()
        {
            Created = record.Created,
            Radz = record.Radz,
            Model = new(name, hash, score, probability),
            KnowledgeHash = record.KnowledgeHash,
            FittedOn = new(record.Dataset, split.Name, validation.Rows.Count,
                validation.Rows.Select(r => r.Patient).Distinct(StringComparer.Ordinal).Count(), split.SplitHash),
            Policy = record.Policy.ToString(),
            Diseases = validation.Diseases,
            Classes = classes,
            Without = without,
        };
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="InvalidInputException">It is missing, or no calibration; all that is wrong is told together.</exception>
    public static CalibrationFile Read(string path) => StrictJson.ReadFile<CalibrationFile>(path, Problems);

    /// <summary>Writes it whole.</summary>
    public void Write(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, StrictJson.Options) + "\n");

    /// <summary>Whether the conformal bounds took one image a patient; not in files of before.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsByPatient => Classes.All(c => c.PatientsWith is not null);

    /// <summary>In a sentence.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"{Classes[0].Calibration.Kind.ToString().ToLowerInvariant()}, fitted on {FittedOn.Images:N0} images of " +
            $"{FittedOn.Patients:N0} patients of {FittedOn.Dataset}, split '{FittedOn.Split}'");

    static IEnumerable<string> Problems(CalibrationFile file)
    {
        if (file is not { Kind: "calibration", Version: 1 })
            yield return $"kind is '{file.Kind}' and version {file.Version}, expected 'calibration' and 1.";
        if (file.Classes.Count == 0) yield return "there is no class in it.";
        foreach (var c in file.Classes)
        {
            if (c.LeastConfidence.Count != 100 || c.PresentFrom.Count != 99 || c.AbsentTo.Count != 99)
                yield return $"class '{c.Class}': expected 100 values of least_confidence and 99 of present_from and absent_to.";
            if (c.Calibration is { Temperature: null, Platt: null, Isotonic: null })
                yield return $"class '{c.Class}': nothing fitted is in it.";
            if (c.Calibration.Images < 1) yield return $"class '{c.Class}': fitted on {c.Calibration.Images} images, expected at least 1.";
            if (c.Calibration.Isotonic is { } steps && (steps.Logits.Count == 0 || steps.Logits.Count != steps.Probabilities.Count))
                yield return $"class '{c.Class}': isotonic needs as many logits as probabilities, at least one.";
        }
        foreach (var twice in file.Classes.GroupBy(c => c.Class).Where(g => g.Count() > 1))
            yield return $"class '{twice.Key}' stands twice.";
    }
}
