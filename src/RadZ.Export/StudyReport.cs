using RadZ.Data.Studies;

namespace RadZ.Export;

/// <summary>One disease of a study's answer.</summary>
/// <param name="Disease">As the user or the knowledge base calls it.</param>
/// <param name="Snomed">Its SNOMED CT code; null where the knowledge base has none.</param>
/// <param name="Score">What ranks.</param>
/// <param name="Probability">Softmax over the listed diseases, 0..1.</param>
/// <param name="Standalone">Against its own negation, 0..1; not calibrated.</param>
sealed record ReportedFinding(string Disease, string? Snomed, double Score, double Probability, double Standalone)
{
    /// <summary>By a calibration of the model, 0..1; null where there is none of this disease.</summary>
    public double? Calibrated { get; init; }

    /// <summary>Whether it is there, as far as the calibration is sure; null where that was not asked.</summary>
    public FindingAnswer? Answer { get; init; }
}

/// <summary>What a calibration answers.</summary>
enum FindingAnswer
{
    /// <summary>It is there.</summary>
    Present,

    /// <summary>It is not.</summary>
    Absent,

    /// <summary>The score cannot tell: a person must.</summary>
    Unsure,
}

/// <summary>Answers as qualifier values of SNOMED CT.</summary>
static class AnswerCodes
{
    /// <summary>Code and meaning.</summary>
    public static (string Code, string Meaning) Snomed(this FindingAnswer answer) => answer switch
    {
        FindingAnswer.Present => ("52101004", "Present"),
        FindingAnswer.Absent => ("2667000", "Absent"),
        _ => ("82334004", "Indeterminate"),
    };
}

/// <summary>What made the findings.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Hash">SHA-256 of its weights, in hexadecimal.</param>
/// <param name="ScoreKind">What ranks: <c>direct</c>, <c>anchored</c> or <c>bank</c>.</param>
/// <param name="Version">Of the program.</param>
sealed record ReportingModel(string Name, string Hash, string ScoreKind, string Version);

/// <summary>One image of the study.</summary>
/// <param name="Source">The image.</param>
/// <param name="Used">False where the study's rule leaves it out.</param>
sealed record ReportedView(SourceImage Source, bool Used);

/// <summary>A study's answer, as it goes out in a structured report, a picture or a FHIR bundle.</summary>
/// <param name="Model">What made it.</param>
/// <param name="Findings">Ranked, likeliest first.</param>
/// <param name="Views">At least one.</param>
/// <param name="Rule">How the views were combined, in a sentence.</param>
/// <param name="Made">When.</param>
sealed record StudyReport(ReportingModel Model, IReadOnlyList<ReportedFinding> Findings, IReadOnlyList<ReportedView> Views,
    string Rule, DateTimeOffset Made)
{
    /// <summary>Stands in everything that goes out.</summary>
    public const string ResearchUse = "Research use only. Not a medical device. Scores are not calibrated probabilities of disease.";

    /// <summary>
    /// What made <see cref="ReportedFinding.Calibrated"/> and <see cref="ReportedFinding.Answer"/>, and what it promises; null where
    /// nothing did.
    /// </summary>
    public string? Calibration { get; init; }

    /// <summary>The first view that was used.</summary>
    public SourceImage Lead => (Views.FirstOrDefault(v => v.Used) ?? Views[0]).Source;
}
