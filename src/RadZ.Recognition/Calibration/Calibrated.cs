using System.Globalization;
using RadZ.Evaluation.Abstention;
using RadZ.Evaluation.Runs;
using RadZ.Files;
using RadZ.Recognition.Results;
using RadZ.Recognition.Scoring;

namespace RadZ.Recognition.Calibration;

/// <summary>By which rule a finding is left open.</summary>
enum AbstainRule
{
    /// <summary>Conformal sets of the level: an answer only where the set holds one.</summary>
    Conformal,

    /// <summary>The surest answers, as many as the share of the validation images.</summary>
    Coverage,
}

/// <summary>What is asked of abstention.</summary>
/// <param name="Percent">The level or share, in whole percent, 50 to 99.</param>
/// <param name="Rule">The rule.</param>
sealed record Abstention(int Percent, AbstainRule Rule);

/// <summary>A finding as the calibration sees it.</summary>
/// <param name="Probability">Calibrated; null where the calibration does not know the disease.</param>
/// <param name="Answer"><c>present</c>, <c>absent</c> or <c>unsure</c>; null where none was asked for.</param>
readonly record struct CalibratedFinding(double? Probability, string? Answer);

/// <summary>
/// Makes probabilities of findings, and leaves open what is not sure, by a <see cref="CalibrationFile"/> of the very model.
/// </summary>
sealed class Calibrated
{
    readonly Dictionary<string, ClassCalibration> _classes;
    readonly Abstention? _abstention;

    Calibrated(CalibrationFile file, string path, Abstention? abstention) =>
        (File, Path, _abstention, _classes) =
            (file, path, abstention, file.Classes.ToDictionary(c => c.Class, StringComparer.OrdinalIgnoreCase));

    /// <summary>The calibration.</summary>
    public CalibrationFile File { get; }

    /// <summary>Where it came from.</summary>
    public string Path { get; }

    /// <summary>True where findings are answered or left open.</summary>
    public bool Answers => _abstention is not null;

    /// <summary>What a resumed run must have the same.</summary>
    public string Identity => string.Create(CultureInfo.InvariantCulture,
        $"{HashedFile.Read(Path).Sha256}{(_abstention is { } a ? $" {a.Rule} {a.Percent}" : "")}");

    /// <summary>
    /// The calibration of a model: the given file, else <c>calibration.json</c> in its folder; null where there is none, or the folder's is
    /// for other scores.
    /// </summary>
    /// <param name="given">A calibration file; null: the one in the folder.</param>
    /// <param name="folder">The model's folder.</param>
    /// <param name="scorer">What scores.</param>
    /// <param name="hash">Of the weights.</param>
    /// <param name="knowledge">Hash of the descriptions.</param>
    /// <param name="abstention">What is left open; null: nothing.</param>
    /// <exception cref="InvalidInputException">The given file, or any where abstention is asked for, does not fit.</exception>
    public static Calibrated? Load(string? given, string folder, ImageScorer scorer, string hash, string knowledge,
        Abstention? abstention)
    {
        var path = given ?? System.IO.Path.Combine(folder, CalibrationFile.FileName);
        const string how = "make one on validation patients: radz evaluate --dataset SET --root DIR --probability score --calibrate " +
            "platt --write-calibration FILE";
        if (given is null && !System.IO.File.Exists(path))
            return abstention is null ? null
                : throw new InvalidInputException("‹abstain›", "no-calibration",
                    $"there is no {CalibrationFile.FileName} in {folder}, and no ‹calibration FILE› was given: what is sure is " +
                    $"learnt " +
                    $"from patients whose truth is known; {how}.");
        var file = CalibrationFile.Read(path);
        var mismatch = Mismatch(file, scorer, hash, knowledge);
        if (mismatch is null) return new(file, path, abstention);
        if (given is not null || abstention is not null)
            throw new InvalidInputException(path, "other-scores", $"is a calibration of {mismatch}; {how}.");
        return null;
    }

    /// <summary>The same without abstention, by what an engine knows.</summary>
    public static Calibrated? OfModel(string? given, string folder, ImageScorer scorer, string hash, string knowledge) =>
        Load(given, folder, scorer, hash, knowledge, null);

    static string? Mismatch(CalibrationFile file, ImageScorer scorer, string hash, string knowledge)
    {
        var (model, score) = (file.Model, scorer.Score.ToString().ToLowerInvariant());
        string[] listed = [.. scorer.Diseases.Entries.Select(e => e.Name)];
        return model.Hash != hash
            ? $"model {model.Name} {model.Hash[..Math.Min(12, model.Hash.Length)]}, and this one has other weights ({hash[..12]})"
            : model.Score != score ? $"‹score {model.Score}›, not of {score}"
            : file.KnowledgeHash != knowledge ? "the same model with other descriptions of diseases (‹knowledge›)"
            : model.DependsOnList && !listed.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(file.Diseases)
                ? $"scores over another list of diseases ({string.Join(", ", file.Diseases)}), on which they depend"
            : null;
    }

    /// <summary>A finding under it.</summary>
    public CalibratedFinding Calibrate(ScoredDisease finding)
    {
        if (!_classes.TryGetValue(finding.Disease, out var own)) return new(null, Answers ? "unsure" : null);
        var score = File.Model.Probability switch
        {
            "paper" => finding.Probability,
            "standalone" => finding.Standalone,
            _ => finding.Score,
        };
        var probability = own.Calibration.Apply(score);
        return new(probability, _abstention is not { } a ? null : a.Rule == AbstainRule.Conformal
            ? own.Sets(a.Percent).AnswerFor(score) switch
            {
                ConformalAnswer.Present => "present",
                ConformalAnswer.Absent => "absent",
                _ => "unsure",
            }
            : Math.Max(probability, 1 - probability) < own.LeastConfidence[a.Percent - 1] ? "unsure" : probability >= 0.5 ? "present"
            : "absent");
    }

    /// <summary>What stands under a table.</summary>
    /// <param name="ofStudies">Answers are of studies: a mean over views is no score that anything was fitted to.</param>
    public IEnumerable<string> Notes(bool ofStudies)
    {
        yield return $"calibrated: {File}.";
        if (ofStudies)
            yield return "It was fitted on single images; a study's score is a mean over its views, of which its probabilities are an " +
                "approximation.";
        if (_abstention is not { } a) yield break;
        if (ofStudies && a.Rule == AbstainRule.Conformal)
        {
            yield return $"answer: by the bounds of conformal sets of {a.Percent} % for single images, each disease by itself; of " +
                "studies with several views they promise nothing. unsure: the score cannot tell.";
            yield break;
        }
        yield return a.Rule == AbstainRule.Conformal
            ? $"answer: conformal sets of {a.Percent} %: of new images like those of that split, at most {100 - a.Percent} % of the " +
                $"diseased are answered \"absent\" and at most {100 - a.Percent} % of the others \"present\", each disease by itself; " +
                "unsure: the score cannot tell. " + (File.IsByPatient
                    ? "The bounds are of one image a patient (the first by name)."
                    : "The bounds took all images of a patient as if they were of others, so they are too narrow where patients have " +
                        "several; fit the calibration anew.")
            : $"answer: the surest {a.Percent} % of that split's images for each disease; the others are unsure. It says nothing of how " +
                "often an answer is wrong; see the run's report.";
    }
}
