namespace RadZ.Data.Reports;

/// <summary>What a report says of a disease.</summary>
enum Certainty
{
    /// <summary>It is there.</summary>
    Present,

    /// <summary>It is not there.</summary>
    Absent,

    /// <summary>It may be there: "possible", "cannot be excluded".</summary>
    Uncertain,
}

/// <summary>The patient's side as a report names it.</summary>
enum ReportSide
{
    /// <summary>No side is named.</summary>
    None,

    /// <summary>The patient's right.</summary>
    Right,

    /// <summary>The patient's left.</summary>
    Left,

    /// <summary>Both.</summary>
    Both,
}

/// <summary>One thing that a report says.</summary>
/// <param name="Disease">The knowledge base's name.</param>
/// <param name="Certainty">Whether it is there.</param>
/// <param name="Side">Where; none where the sentence names no side, or the disease is denied.</param>
/// <param name="Sentence">The sentence that says so, as written.</param>
sealed record ReportStatement(string Disease, Certainty Certainty, ReportSide Side, string Sentence);
