using System.Globalization;

namespace RadZ.Imaging.Dicom.DataSets;

/// <summary>The registry of elements (PS3.6 chapters 6 to 8): implicit files do not say how their values are written.</summary>
static class DicomDictionary
{
    /// <summary>A row of the registry; where it allows several representations, the first.</summary>
    internal sealed record Entry(Vr Vr, string Keyword);

    static readonly Lazy<(Dictionary<uint, Entry> ByTag, Dictionary<string, uint> ByKeyword)> s_registry = new(Load);

    /// <summary>The row of a tag, those of repeating groups (50xx, 60xx) too; null of private and unknown ones.</summary>
    public static Entry? Find(DicomTag tag)
    {
        if (tag.IsPrivate) return null;
        var value = (tag.Group & 0xFF00) is 0x5000 or 0x6000 ? tag.Value & 0xFF00FFFF : tag.Value;
        return s_registry.Value.ByTag.GetValueOrDefault(value);
    }

    /// <summary>The tag of a keyword.</summary>
    public static bool TryFind(string keyword, out DicomTag tag)
    {
        var found = s_registry.Value.ByKeyword.TryGetValue(keyword, out var value);
        tag = new(value);
        return found;
    }

    /// <summary>How an implicit element is written (PS3.5 annex A.1).</summary>
    public static Vr VrOf(DicomTag tag) =>
        tag == DicomTag.PixelData ? Vr.OW
        : tag.IsPrivateCreator ? Vr.LO
        : tag.Element == 0 ? Vr.UL                                            // group length, retired, still written
        : Find(tag)?.Vr ?? Vr.UN;

    static (Dictionary<uint, Entry>, Dictionary<string, uint>) Load()
    {
        using var stream = typeof(DicomDictionary).Assembly.GetManifestResourceStream("dicom-dictionary.txt")!;
        using var reader = new StreamReader(stream);
        var (byTag, byKeyword) = (new Dictionary<uint, Entry>(5200), new Dictionary<string, uint>(5200, StringComparer.OrdinalIgnoreCase));
        while (reader.ReadLine() is { } line)
        {
            var value = uint.Parse(line.AsSpan(0, 8).ToString().Replace('x', '0'), NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture);
            var keyword = line[12..];
            byTag[value] = new(Enum.Parse<Vr>(line.AsSpan(9, 2)), keyword);
            byKeyword.TryAdd(keyword, value);
        }
        return (byTag, byKeyword);
    }
}
