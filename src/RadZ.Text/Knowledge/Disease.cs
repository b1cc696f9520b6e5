using System.Text.Json.Serialization;

namespace RadZ.Text.Knowledge;

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

    /// <summary>How a model came to write the description; null where a person wrote it.</summary>
    public DescriptionOrigin? Origin { get; init; }

    /// <summary>The name, then the synonyms: what a report may call it.</summary>
    [JsonIgnore]
    public IEnumerable<string> Terms => Synonyms.Prepend(Name);
}

/// <summary>What it takes to have a model write a description again.</summary>
public sealed record DescriptionOrigin
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 that names its weights' state; null where a server does not say.</summary>
    public string? Weights { get; init; }

    /// <summary>Address of the server that ran it; null for this machine.</summary>
    public string? Endpoint { get; init; }

    /// <summary>SHA-256 of the prompt's template, which lies beside the file.</summary>
    public required string Prompt { get; init; }

    /// <summary>0 writes the likeliest token always.</summary>
    public required double Temperature { get; init; }

    /// <summary>Seed of the text that was kept.</summary>
    public required long Seed { get; init; }

    /// <summary>How many texts were written until one passed the checks.</summary>
    public required int Tries { get; init; }
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
