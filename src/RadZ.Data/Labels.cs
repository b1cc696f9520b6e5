namespace RadZ.Data;

/// <summary>
/// What a source says about one disease in one image. Only <see cref="Absent"/> and <see cref="Present"/> are truth: the other two count as
/// neither, unless a stated <see cref="LabelPolicy"/> says so.
/// </summary>
public enum Label
{
    /// <summary>The source does not mention it.</summary>
    Unknown,

    /// <summary>The source says that it is not there.</summary>
    Absent,

    /// <summary>The source says that it is there.</summary>
    Present,

    /// <summary>The source mentions it and does not decide: "cannot exclude", "possible".</summary>
    Uncertain,
}

/// <summary>What a label is good for.</summary>
public static class LabelTruth
{
    /// <summary>True where the source decides: present or absent.</summary>
    public static bool IsKnown(this Label label) => label is Label.Present or Label.Absent;
}

/// <summary>
/// The labels of one image by disease name (the knowledge base's name): an unlisted disease is <see cref="Label.Unknown"/>.
/// </summary>
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
