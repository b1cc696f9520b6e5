using System.Text.Json.Serialization;

namespace RadZ.Knowledge;

/// <summary>A disease, finding or device that an image can show: an entry of the knowledge base, or a name typed by a user.</summary>
public sealed record Disease
{
    /// <summary>The name of the category of images without any finding.</summary>
    public const string NoFinding = "no finding";

    /// <summary>The field's word in lower case (acronyms excepted): <c>pleural effusion</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Other words for the same thing that may stand in a report.</summary>
    public IReadOnlyList<string> Synonyms { get; init; } = [];

    /// <summary>Spellings of data sets that are recognised but never written: <c>tail_abnorm_obs</c>.</summary>
    public IReadOnlyList<string> Spellings { get; init; } = [];

    /// <summary>Diseases that are present wherever this one is: bacterial pneumonia entails pneumonia.</summary>
    public IReadOnlyList<string> Entails { get; init; } = [];

    /// <summary>What is known of it; null for a name that a user typed and the base does not hold.</summary>
    public DiseaseDescription? Description { get; init; }

    /// <summary>Codes by system (<c>SNOMED CT</c>, <c>RadLex</c>), only where they are certain.</summary>
    public IReadOnlyDictionary<string, string> Codes { get; init; } = new Dictionary<string, string>();

    /// <summary>The person or model that wrote the description.</summary>
    public string? WrittenBy { get; init; }

    /// <summary>The day on which the description was written.</summary>
    public DateOnly? WrittenOn { get; init; }

    /// <summary>The name, then the synonyms: what a report may call it.</summary>
    [JsonIgnore]
    public IEnumerable<string> Terms => Synonyms.Prepend(Name);
}

/// <summary>A description in three parts (method section 4), one or two sentences each.</summary>
public sealed record DiseaseDescription
{
    /// <summary>Pathology and significance.</summary>
    public string Overview { get; init; } = "";

    /// <summary>Location, shape, borders and density on a frontal radiograph.</summary>
    public string Imaging { get; init; } = "";

    /// <summary>Clinical presentation.</summary>
    public string Presentation { get; init; } = "";

    /// <summary>The three parts as one text: what becomes the category vector.</summary>
    [JsonIgnore]
    public string Text => string.Join(' ', new[] { Overview, Imaging, Presentation }.Select(p => p.Trim()).Where(p => p.Length > 0));
}
