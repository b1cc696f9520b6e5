namespace RadZ.Text.Wording;

/// <summary>In what a text that stands for a disease differs from the paper's sentence.</summary>
enum PhrasingKind
{
    /// <summary>"This is a chest X-ray showing {disease}".</summary>
    Default,

    /// <summary>Another sentence of the same meaning.</summary>
    Template,

    /// <summary>The same sentence, the disease by a synonym or in another spelling.</summary>
    Name,

    /// <summary>A description in place of a sentence.</summary>
    Description,

    /// <summary>A description that means nothing: words of other descriptions in random order.</summary>
    Random,

    /// <summary>A sentence that says the opposite.</summary>
    Negation,
}

/// <summary>One text that stands for a disease.</summary>
/// <param name="Disease">Its number in the list of diseases.</param>
/// <param name="Kind">In what it differs.</param>
/// <param name="Style">How: the sentence with {disease} in place of the name, "upper case", "synonym: effusion"; the same for all diseases
/// where that is possible.</param>
/// <param name="Text">The text.</param>
/// <param name="Denies">Of a negation, the text whose opposite it says, in the same style.</param>
sealed record Phrasing(int Disease, PhrasingKind Kind, string Style, string Text, string? Denies = null);
