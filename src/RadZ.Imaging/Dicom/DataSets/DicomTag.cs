using System.Globalization;

namespace RadZ.Imaging.Dicom.DataSets;

/// <summary>An element's tag: group and element number (PS3.5 7.1).</summary>
/// <param name="Value">Group in the high 16 bits, element in the low ones.</param>
public readonly partial record struct DicomTag(uint Value) : IComparable<DicomTag>
{
    /// <summary>From the two halves.</summary>
    public DicomTag(ushort group, ushort element) : this((uint)group << 16 | element) { }

    /// <summary>The group number.</summary>
    public ushort Group => (ushort)(Value >> 16);

    /// <summary>The element number.</summary>
    public ushort Element => (ushort)Value;

    /// <summary>Odd groups belong to manufacturers (PS3.5 7.8).</summary>
    public bool IsPrivate => (Group & 1) == 1;

    /// <summary>(gggg,0010-00FF): the name of whoever owns a block of private elements.</summary>
    public bool IsPrivateCreator => IsPrivate && Element is >= 0x10 and <= 0xFF;

    /// <summary>The registry's keyword (PS3.6), as <c>PixelSpacing</c>; null of private and unknown elements.</summary>
    public string? Keyword => DicomDictionary.Find(this)?.Keyword;

    /// <summary>The keyword in words, as <c>Pixel Spacing</c>; the numbers of a tag that has none.</summary>
    public string Name => Keyword is { } keyword ? Words(keyword) : Numbers;

    /// <summary><c>(0028,0030)</c>.</summary>
    public string Numbers => $"({Group:X4},{Element:X4})";

    /// <summary>Reads <c>00280010</c>, <c>(0028,0010)</c> or a keyword.</summary>
    public static bool TryParse(string text, out DicomTag tag)
    {
        ArgumentNullException.ThrowIfNull(text);
        var digits = text.Trim('(', ')').Replace(",", "", StringComparison.Ordinal);
        if (digits.Length == 8 && uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            tag = new(value);
            return true;
        }
        return DicomDictionary.TryFind(text, out tag);
    }

    /// <inheritdoc/>
    public int CompareTo(DicomTag other) => Value.CompareTo(other.Value);

    /// <summary><c>(0028,0010)</c>, and the name behind it where there is one.</summary>
    public override string ToString() => Keyword is { } keyword ? $"{Numbers} {Words(keyword)}" : Numbers;

    /// <summary>Data set order.</summary>
    public static bool operator <(DicomTag left, DicomTag right) => left.Value < right.Value;

    /// <summary>Data set order.</summary>
    public static bool operator >(DicomTag left, DicomTag right) => left.Value > right.Value;

    /// <summary>Data set order.</summary>
    public static bool operator <=(DicomTag left, DicomTag right) => left.Value <= right.Value;

    /// <summary>Data set order.</summary>
    public static bool operator >=(DicomTag left, DicomTag right) => left.Value >= right.Value;

    static string Words(string keyword)
    {
        var words = new System.Text.StringBuilder(keyword.Length + 8);
        for (var i = 0; i < keyword.Length; i++)
        {
            var begins = i > 0 && char.IsUpper(keyword[i])
                && (!char.IsUpper(keyword[i - 1]) || (i + 1 < keyword.Length && char.IsLower(keyword[i + 1])));
            if (begins) words.Append(' ');
            words.Append(keyword[i]);
        }
        return words.Replace(" Of ", " of ").Replace(" And ", " and ").Replace(" To ", " to ").Replace(" The ", " the ").ToString();
    }
}
