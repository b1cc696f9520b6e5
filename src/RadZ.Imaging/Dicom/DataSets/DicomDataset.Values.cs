using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using RadZ.Files;

namespace RadZ.Imaging.Dicom.DataSets;

public sealed partial class DicomDataset
{
    /// <summary>The items of a sequence; none when it is absent.</summary>
    public IReadOnlyList<DicomDataset> Items(DicomTag tag) => Find(tag)?.Items ?? [];

    /// <summary>The first value as text, without padding; null when absent or empty.</summary>
    public string? Text(DicomTag tag) => Texts(tag) is [{ Length: > 0 } first, ..] ? first : null;

    /// <summary>All values as texts, without padding; numbers in binary are written out.</summary>
    public IReadOnlyList<string> Texts(DicomTag tag) => Find(tag) is { } element ? Texts(element) : [];

    /// <summary>All values of one of this data set's elements as texts; none of sequences, pixels and bytes.</summary>
    public IReadOnlyList<string> Texts(DicomElement element)
    {
        ArgumentNullException.ThrowIfNull(element);
        if (element.IsBulk || element.Bytes.IsEmpty) return [];
        if (!element.Vr.IsText())
            return element.Vr == Vr.AT ? [.. Tags(element.Bytes.Span)]
                : [.. Numbers(element).Select(n => n.ToString(CultureInfo.InvariantCulture))];
        var text = element.Vr.UsesCharacterSet() ? Characters.Decode(element.Bytes.Span) : Encoding.Latin1.GetString(element.Bytes.Span);
        if (element.Vr.IsSingle()) return [text.TrimEnd(' ', '\0')];
        var values = text.Split('\\');
        for (var i = 0; i < values.Length; i++) values[i] = values[i].Trim(' ', '\0');
        return values;
    }

    /// <summary>The first value as a UID; null when absent or empty.</summary>
    public string? Uid(DicomTag tag) => Text(tag);

    /// <summary>The first value as a number; null when absent, empty, no number or not finite.</summary>
    public double? Number(DicomTag tag) =>
        Find(tag) is { } element && Numbers(element) is [var first, ..] && double.IsFinite(first) ? first : null;

    /// <summary>All values as numbers; NaN stands for an empty value and for one that is no number.</summary>
    public IReadOnlyList<double> Numbers(DicomTag tag) => Find(tag) is { } element ? Numbers(element) : [];

    /// <summary>The first value as a whole number; null when absent or empty.</summary>
    /// <exception cref="InvalidInputException">Kind <c>corrupt</c>: it is no whole number, or its representation is none of
    /// numbers.</exception>
    public long? Integer(DicomTag tag)
    {
        if (Find(tag) is not { IsEmpty: false } element) return null;
        if (element.Vr is Vr.IS or Vr.DS)
        {
            if (Text(tag) is not { } text) return null;
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) && Math.Abs(n) < 1L << 53
                && n == Math.Floor(n) ? (long)n
                : throw DicomErrors.Corrupt(Path, $"{tag.Name} is not a number: {DicomErrors.Quote(text)}");
        }
        var unit = element.Vr.Unit();
        if (element.Vr is not (Vr.US or Vr.SS or Vr.UL or Vr.SL or Vr.SV or Vr.UV))
            throw DicomErrors.Corrupt(Path, $"{tag.Name} {tag.Numbers} has representation {element.Vr}, expected a whole number");
        if (element.Bytes.Length < unit)
            throw DicomErrors.Corrupt(Path, $"{tag.Name} {tag.Numbers} has {element.Bytes.Length} bytes, expected {unit}");
        return (long)NumberAt(element.Vr, element.Bytes.Span);
    }

    static double[] Numbers(DicomElement element)
    {
        if (element.Vr is Vr.DS or Vr.IS)
        {
            var texts = Encoding.Latin1.GetString(element.Bytes.Span).Split('\\');
            return element.Bytes.IsEmpty ? []
                : Array.ConvertAll(texts,
                    t => double.TryParse(t.AsSpan().Trim(" \0"), NumberStyles.Float, CultureInfo.InvariantCulture, out var n) ? n
                        : double.NaN);
        }
        var unit = element.Vr.Unit();
        if (unit == 1 || element.Vr == Vr.AT) return [];
        var values = new double[element.Bytes.Length / unit];
        for (var i = 0; i < values.Length; i++) values[i] = NumberAt(element.Vr, element.Bytes.Span[(i * unit)..]);
        return values;
    }

    static double NumberAt(Vr vr, ReadOnlySpan<byte> at) => vr switch
    {
        Vr.US or Vr.OW => BinaryPrimitives.ReadUInt16LittleEndian(at),
        Vr.SS => BinaryPrimitives.ReadInt16LittleEndian(at),
        Vr.UL or Vr.OL => BinaryPrimitives.ReadUInt32LittleEndian(at),
        Vr.SL => BinaryPrimitives.ReadInt32LittleEndian(at),
        Vr.FL or Vr.OF => BinaryPrimitives.ReadSingleLittleEndian(at),
        Vr.FD or Vr.OD => BinaryPrimitives.ReadDoubleLittleEndian(at),
        Vr.SV => BinaryPrimitives.ReadInt64LittleEndian(at),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(at),
    };

    static IEnumerable<string> Tags(ReadOnlySpan<byte> bytes)
    {
        var tags = new string[bytes.Length / 4];
        for (var i = 0; i < tags.Length; i++)
            tags[i] = $"({BinaryPrimitives.ReadUInt16LittleEndian(bytes[(i * 4)..]):X4}," +
                $"{BinaryPrimitives.ReadUInt16LittleEndian(bytes[(i * 4 + 2)..]):X4})";
        return tags;
    }
}
