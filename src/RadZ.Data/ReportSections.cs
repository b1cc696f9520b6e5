namespace RadZ.Data;

/// <summary>
/// A radiologist's report by its sections; null where the report has none. De-identified words stay as they are (<c>___</c>, <c>XXXX</c>).
/// </summary>
sealed record ReportSections
{
    /// <summary>Why the film was taken.</summary>
    public string? Indication { get; init; }

    /// <summary>What it is compared with.</summary>
    public string? Comparison { get; init; }

    /// <summary>What is seen.</summary>
    public string? Findings { get; init; }

    /// <summary>What it means.</summary>
    public string? Impression { get; init; }

    /// <summary>The text after the last heading of a report that has neither findings nor impression.</summary>
    public string? LastParagraph { get; init; }

    /// <summary>
    /// The part that says what is there: impression, else findings, else the last paragraph, else comparison (the field's order); null
    /// where there is none.
    /// </summary>
    public string? Conclusion { get; init; }

    /// <summary>Findings and impression as one text: what a model is trained on; where there is neither, the conclusion.</summary>
    public string? Body => Findings is null && Impression is null ? Conclusion
        : string.Join(' ', new[] { Findings, Impression }.OfType<string>());
}
