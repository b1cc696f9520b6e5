namespace RadZ.Imaging.Dicom.DataSets;

/// <summary>
/// A data set, or an item of a sequence: elements in the order of the file. Lookups give null where an element is absent or empty.
/// Where a tag comes twice, which the standard forbids, all are listed and the last one counts.
/// </summary>
public sealed partial class DicomDataset
{
    readonly List<DicomElement> _elements = [];
    readonly Dictionary<uint, DicomElement> _byTag = [];
    readonly DicomDataset? _parent;
    readonly (DicomTag Tag, int Index) _place;
    CharacterSet? _characters;

    internal DicomDataset(string path, DicomDataset? parent = null, DicomTag sequence = default, int index = 0)
    {
        Path = path;
        _parent = parent;
        _place = (sequence, index);
    }

    /// <summary>The file, for messages.</summary>
    public string Path { get; }

    /// <summary>Where the item hangs, as <c>(0040,A730)[2]</c>, outermost first; empty of the data set itself.</summary>
    public string Location => _parent is null ? "" : $"{_parent.Location}({_place.Tag.Group:X4},{_place.Tag.Element:X4})[{_place.Index}]";

    /// <summary>The data set that the item belongs to; null of the outermost.</summary>
    public DicomDataset? Parent => _parent;

    /// <summary>Its own elements, in the order of the file.</summary>
    public IReadOnlyList<DicomElement> Elements => _elements;

    /// <summary>The character set of its texts: its own (0008,0005), else that of the data set around it.</summary>
    public CharacterSet Characters => _characters ??= Find(DicomTag.SpecificCharacterSet) is { IsEmpty: false } own
        ? CharacterSet.FromTerms(CharacterSet.Terms(own.Bytes.Span))
        : _parent?.Characters ?? CharacterSet.Default;

    /// <summary>The element, or null.</summary>
    public DicomElement? Find(DicomTag tag) => _byTag.GetValueOrDefault(tag.Value);

    /// <summary>True when the element is there, be it empty.</summary>
    public bool Has(DicomTag tag) => _byTag.ContainsKey(tag.Value);

    /// <summary>Every element with the data set or item that holds it, nested ones after their sequence, private ones too.</summary>
    public IEnumerable<(DicomDataset Owner, DicomElement Element)> Walk()
    {
        foreach (var element in _elements)
        {
            yield return (this, element);
            foreach (var item in element.Items)
                foreach (var inner in item.Walk())
                    yield return inner;
        }
    }

    /// <summary>
    /// Who owns a private element: the text of its block's creator (PS3.5 7.8.1); null of others and where it is missing.
    /// </summary>
    public string? CreatorOf(DicomTag tag) =>
        tag.IsPrivate && tag.Element > 0xFF ? Text(new DicomTag(tag.Group, (ushort)(tag.Element >> 8))) : null;

    internal void Add(DicomElement element)
    {
        _elements.Add(element);
        _byTag[element.Tag.Value] = element;
    }
}
