using System.Buffers.Binary;
using RadZ.Files;
using RadZ.Imaging.Dicom.DataSets;

namespace RadZ.Imaging.Dicom.Gray;

/// <summary>A table from one grey to another (PS3.3 C.11.1.1.1 and C.11.2.1.1): held at its ends beyond them.</summary>
sealed class GrayLookup
{
    readonly ushort[] _entries;
    readonly int _first;

    GrayLookup(ushort[] entries, int first, int bits) => (_entries, _first, Bits) = (entries, first, bits);

    /// <summary>Bits of an entry, 1 to 16: full scale is 2^bits - 1.</summary>
    public int Bits { get; }

    /// <summary>The entry of a value.</summary>
    public int this[long value] => _entries[Math.Clamp(value - _first, 0, _entries.Length - 1)];

    /// <summary>Reads an item of Modality LUT Sequence or VOI LUT Sequence.</summary>
    /// <param name="item">With LUT Descriptor and LUT Data.</param>
    /// <param name="isSigned">Values may be below 0, and so may the first.</param>
    /// <param name="name">Of the sequence, for messages.</param>
    /// <param name="warnings">Takes what is not as it should be.</param>
    /// <exception cref="InvalidInputException">Kind <c>corrupt</c>.</exception>
    public static GrayLookup Read(DicomDataset item, bool isSigned, string name, ICollection<string> warnings) =>
        Read(item, DicomTag.LUTDescriptor, item.Find(DicomTag.LUTData), isSigned, name, warnings);

    /// <summary>Reads a table wherever its parts stand.</summary>
    public static GrayLookup Read(DicomDataset holder, DicomTag descriptorTag, DicomElement? data, bool isSigned, string name,
        ICollection<string> warnings)
    {
        var descriptor = (holder.Find(descriptorTag)?.Bytes ?? default).Span;
        if (descriptor.Length < 6) throw DicomErrors.Corrupt(holder.Path, $"{name} has no {descriptorTag.Name} of three numbers");
        var (count, first, bits) = (UInt16(descriptor, 0), UInt16(descriptor, 2), UInt16(descriptor, 4));
        if (count == 0) count = 65536;
        if (bits is < 1 or > 16) throw DicomErrors.Corrupt(holder.Path, $"{name} says {bits} bits an entry, expected 8 to 16");
        var entries = Entries((data?.Bytes ?? default).Span, count);
        if (entries.Length == 0) throw DicomErrors.Corrupt(holder.Path, $"{name} has no entries");
        if (entries.Length < count) warnings.Add($"{name} has {entries.Length} entries, its descriptor says {count}");
        return new(entries, isSigned && first > 32767 ? first - 65536 : first, bits);
    }

    /// <summary>A table given as numbers.</summary>
    public static GrayLookup FromEntries(ushort[] entries, int first, int bits) => new(entries, first, bits);

    /// <summary>Entries of 8 bits may lie in words or byte by byte; the length tells.</summary>
    static ushort[] Entries(ReadOnlySpan<byte> data, int count)
    {
        if (data.Length < 2 * count)
        {
            var small = new ushort[Math.Min(data.Length, count)];
            for (var i = 0; i < small.Length; i++) small[i] = data[i];
            return small;
        }
        var entries = new ushort[count];
        for (var i = 0; i < count; i++) entries[i] = (ushort)UInt16(data, 2 * i);
        return entries;
    }

    static int UInt16(ReadOnlySpan<byte> from, int at) => BinaryPrimitives.ReadUInt16LittleEndian(from[at..]);
}
