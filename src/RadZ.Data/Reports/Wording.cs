using System.ComponentModel.DataAnnotations;

namespace RadZ.Data.Reports;

/// <summary>
/// How reports are worded from labels. Fractions are of the texts to which the choice applies, 0 to 1. Nothing is ever invented: no
/// side, zone or severity, since labels know none.
/// </summary>
sealed record Wording
{
    /// <summary>
    /// Of a disease that entails others which are present too (bacterial pneumonia: pneumonia), the fraction of texts that say only the
    /// broader one. Teaches that a general report fits the special image.
    /// </summary>
    [Range(0.0, 1.0)]
    public double CoarseFraction { get; init; } = 0.4;

    /// <summary>Fraction of texts that are exactly "This is a chest X-ray showing X and Y": the zero-shot category text, by name.</summary>
    [Range(0.0, 1.0)]
    public double CategoryFraction { get; init; } = 0.25;

    /// <summary>
    /// Fraction of texts that are exactly "This is a chest X-ray showing no X" of one absent disease (of "no finding": "... showing
    /// disease"): the negative category text, which the stand-alone probability reads.
    /// </summary>
    [Range(0.0, 1.0)]
    public double NegatedCategoryFraction { get; init; }

    /// <summary>
    /// Of the negated category texts, the fraction worded as a report denies ("No evidence of X.", "The film is negative for X."), with
    /// nothing else in it: a model that knows one negative sentence alone takes any other for the disease (docs/robustness.md).
    /// </summary>
    [Range(0.0, 1.0)]
    public double NegatedFreeFraction { get; init; }

    /// <summary>Of images with several diseases, the fraction of texts that name only one of them.</summary>
    [Range(0.0, 1.0)]
    public double SingleFraction { get; init; } = 0.2;

    /// <summary>Chance that a disease is called by a synonym instead of its name, where it has one.</summary>
    [Range(0.0, 1.0)]
    public double SynonymFraction { get; init; } = 0.35;

    /// <summary>Of free texts (no category sentence), the fraction that also deny something; only diseases labelled absent.</summary>
    [Range(0.0, 1.0)]
    public double DenialFraction { get; init; } = 0.4;

    /// <summary>The most diseases that one text denies.</summary>
    [Range(1, 10)]
    public int MostDenied { get; init; } = 3;
}
