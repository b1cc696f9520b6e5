namespace RadZ.Datasets;

/// <summary>What a source says about one disease in one image. Unknown is the default and never counts as absent.</summary>
public enum Label
{
    /// <summary>The source does not say.</summary>
    Unknown,

    /// <summary>The source says that it is not there.</summary>
    Absent,

    /// <summary>The source says that it is there.</summary>
    Present,
}

/// <summary>The labels of one image by disease name (the knowledge base's name): an unlisted disease is <see cref="Label.Unknown"/>.</summary>
public sealed record Labels(IReadOnlyDictionary<string, Label> ByDisease)
{
    /// <summary>Nothing is known.</summary>
    public static Labels None { get; } = new(new Dictionary<string, Label>());

    /// <summary>The label of a disease; unlisted is unknown.</summary>
    public Label this[string disease] => ByDisease.GetValueOrDefault(disease);

    /// <summary>The diseases that are present, in the order of the source; "no finding" is one of them where the source says so.</summary>
    public IEnumerable<string> Present => ByDisease.Where(l => l.Value == Label.Present).Select(l => l.Key);

    /// <summary>True when the source says of no disease that it is present: nothing to learn the image's category from.</summary>
    public bool IsUnknown => !Present.Any();
}
