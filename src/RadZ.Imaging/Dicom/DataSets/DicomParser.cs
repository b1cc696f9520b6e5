using System.Buffers.Binary;
using RadZ.Files;

namespace RadZ.Imaging.Dicom.DataSets;

/// <summary>
/// Reads elements (PS3.5 chapter 7) within bounds: every length is held against what is left before anything is taken, every turn of
/// a loop eats eight bytes at least, and sequences nest as deep as the limits say.
/// </summary>
sealed class DicomParser(string path, DicomSource source, DicomLimits limits)
{
    const uint Undefined = 0xFFFFFFFF;

    int _elements;
    long _loaded;

    /// <summary>How elements are written.</summary>
    internal readonly record struct Form(bool Explicit, bool BigEndian);

    /// <summary>What the parser passed over.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Group 0002, always explicit little endian (PS3.10 7.1); <paramref name="at"/> goes to the data set behind it.</summary>
    public DicomDataset ReadMeta(ref long at)
    {
        var (cursor, meta) = (new DicomCursor(source, at), new DicomDataset(path));
        while (cursor.Peek(2) is { IsEmpty: false } group && BinaryPrimitives.ReadUInt16LittleEndian(group) == 2)
            meta.Add(ReadElement(cursor, new(Explicit: true, BigEndian: false), source.Length, meta, 0));
        at = cursor.Position;
        return meta;
    }

    /// <summary>The data set from a place to the end.</summary>
    public DicomDataset ReadAll(long at, Form form)
    {
        var (cursor, dataset) = (new DicomCursor(source, at), new DicomDataset(path));
        while (cursor.Position < source.Length && !AtPadding(cursor, dataset))
            dataset.Add(ReadElement(cursor, form, source.Length, dataset, 0));
        return dataset;
    }

    /// <summary>Zeros behind the pixels fill the last block of some archive's medium.</summary>
    bool AtPadding(DicomCursor cursor, DicomDataset dataset)
    {
        var left = (int)Math.Min(8, source.Length - cursor.Position);
        if (!dataset.Has(DicomTag.PixelData) || cursor.Peek(left).ContainsAnyExcept((byte)0)) return false;
        Warnings.Add($"{source.Length - cursor.Position:N0} bytes behind the pixels are no elements and were left out");
        return true;
    }

    DicomElement ReadElement(DicomCursor cursor, Form form, long end, DicomDataset owner, int depth)
    {
        var start = cursor.Position;
        var (tag, vr, length) = ReadHeader(cursor, form, end);
        if (tag.Group == 0xFFFE) throw DicomErrors.Corrupt(path, $"{tag} stands at byte {start:N0}, expected an element");
        if (length == Undefined) return ReadUndefined(cursor, form, end, owner, depth, tag, vr);
        var isCut = false;
        if (cursor.Position + length > end)
        {
            if (end < source.Length)
                throw DicomErrors.Corrupt(path,
                    $"{tag} at byte {start:N0} says {length:N0} bytes, the item around it has {end - cursor.Position:N0} left");
            isCut = depth == 0 && tag == DicomTag.PixelData;
            if (!isCut) throw Ends(start, $"{tag} says {length:N0} bytes, the file has {end - cursor.Position:N0} left", owner);
        }
        var unknown = form.Explicit && vr == Vr.UN;
        if (unknown && DicomDictionary.VrOf(tag) is not Vr.UN and var registered) vr = registered;
        if (vr == Vr.SQ)
            return ReadItems(cursor, unknown ? new(false, false) : form, cursor.Position + length, owner, depth, tag, isDelimited: false);
        return ReadValue(cursor, vr, tag, isCut ? end - cursor.Position : length, form.BigEndian && !unknown, isCut);
    }

    DicomElement ReadUndefined(DicomCursor cursor, Form form, long end, DicomDataset owner, int depth, DicomTag tag, Vr vr) => vr switch
    {
        Vr.SQ => ReadItems(cursor, form, end, owner, depth, tag, isDelimited: true),
        Vr.UN => ReadItems(cursor, new(false, false), end, owner, depth, tag, isDelimited: true),     // PS3.5 6.2.2 note 2
        Vr.OB or Vr.OW or Vr.OF or Vr.OD => ReadFragments(cursor, form, end, tag, vr),
        _ => throw DicomErrors.Corrupt(path,
            $"{tag} at byte {cursor.Position:N0} has representation {vr} and no length, which only sequences and pixels may"),
    };

    (DicomTag Tag, Vr Vr, uint Length) ReadHeader(DicomCursor cursor, Form form, long end)
    {
        if (++_elements > limits.MaxElements)
            throw DicomErrors.TooLarge(path, $"the data set has more than {limits.MaxElements:N0} elements", "that");
        var start = cursor.Position;
        Span<byte> bytes = stackalloc byte[8];
        if (start + 8 > end || !cursor.TryRead(bytes)) throw EndsInHeader(start, end);
        var tag = new DicomTag(UInt16(bytes, form), UInt16(bytes[2..], form));
        if (tag.Group == 0xFFFE || !form.Explicit) return (tag, DicomDictionary.VrOf(tag), UInt32(bytes[4..], form));
        if (!VrFacts.TryParse(bytes[4], bytes[5], out var vr))
            throw DicomErrors.Corrupt(path,
                $"{tag.Numbers} at byte {start:N0} has no value representation (bytes {bytes[4]:X2} {bytes[5]:X2})");
        if (!vr.HasLongLength()) return (tag, vr, UInt16(bytes[6..], form));
        Span<byte> length = stackalloc byte[4];
        if (cursor.Position + 4 > end || !cursor.TryRead(length)) throw EndsInHeader(start, end);
        return (tag, vr, UInt32(length, form));
    }

    DicomElement ReadItems(DicomCursor cursor, Form form, long end, DicomDataset owner, int depth, DicomTag tag, bool isDelimited)
    {
        if (depth >= limits.MaxDepth)
            throw DicomErrors.TooLarge(path, $"sequences are nested {depth + 1} deep at byte {cursor.Position:N0}", $"{limits.MaxDepth}");
        var (offset, items) = (cursor.Position, new List<DicomDataset>());
        while (isDelimited || cursor.Position < end)
        {
            var start = cursor.Position;
            var (itemTag, _, length) = ReadHeader(cursor, form, end);
            if (itemTag == DicomTag.SequenceDelimitationItem && isDelimited) break;
            if (itemTag != DicomTag.Item)
                throw DicomErrors.Corrupt(path, $"{itemTag.Numbers} stands at byte {start:N0} in sequence {tag.Numbers}, expected an item");
            if (length != Undefined && cursor.Position + length > end)
                throw DicomErrors.Corrupt(path,
                    $"the item at byte {start:N0} in sequence {tag.Numbers} says {length:N0} bytes, {end - cursor.Position:N0} are left");
            var item = new DicomDataset(path, owner, tag, items.Count);
            ReadItem(cursor, form, length == Undefined ? end : cursor.Position + length, item, depth + 1, length == Undefined);
            items.Add(item);
        }
        return new() { Tag = tag, Vr = Vr.SQ, Offset = offset, Length = isDelimited ? -1 : end - offset, Items = items };
    }

    void ReadItem(DicomCursor cursor, Form form, long end, DicomDataset item, int depth, bool isDelimited)
    {
        while (isDelimited || cursor.Position < end)
        {
            if (isDelimited && cursor.Position + 8 <= end && cursor.Peek(8) is { IsEmpty: false } next
                && new DicomTag(UInt16(next, form), UInt16(next[2..], form)) == DicomTag.ItemDelimitationItem)
            {
                cursor.Position += 8;
                return;
            }
            item.Add(ReadElement(cursor, form, end, item, depth));
        }
    }

    DicomElement ReadFragments(DicomCursor cursor, Form form, long end, DicomTag tag, Vr vr)
    {
        var (offset, fragments) = (cursor.Position, new List<DicomFragment>());
        while (true)
        {
            var start = cursor.Position;
            if (start + 8 > end && end == source.Length && fragments.Count > 1)
                throw DicomErrors.Truncated(path,
                    $"{tag.Name} ends with the file at byte {end:N0} behind fragment {fragments.Count - 1}, without its delimiter");
            var (itemTag, _, length) = ReadHeader(cursor, form, end);
            _elements--;                                                     // a long video has more fragments than any data set elements
            if (itemTag == DicomTag.SequenceDelimitationItem) break;
            if (itemTag != DicomTag.Item || length == Undefined)
                throw DicomErrors.Corrupt(path,
                    $"{itemTag.Numbers} stands at byte {start:N0} in {tag.Name}, expected a fragment of compressed pixels");
            if (cursor.Position + length > end)
                throw DicomErrors.Truncated(path,
                    $"the file ends inside the compressed stream of {tag.Name}: fragment {fragments.Count} at byte {start:N0} says " +
                    $"{length:N0} bytes, the rest of the file has {end - cursor.Position:N0}");
            if (fragments.Count >= limits.MaxFragments)
                throw DicomErrors.TooLarge(path, $"{tag.Name} has more than {limits.MaxFragments:N0} fragments", "that");
            fragments.Add(new(cursor.Position, length));
            cursor.Position += length;
        }
        return new() { Tag = tag, Vr = vr, Offset = offset, Length = -1, IsBulk = true, Fragments = fragments };
    }

    DicomElement ReadValue(DicomCursor cursor, Vr vr, DicomTag tag, long length, bool bigEndian, bool isCut)
    {
        var offset = cursor.Position;
        var isBulk = tag == DicomTag.PixelData || tag == DicomTag.FloatPixelData || tag == DicomTag.DoubleFloatPixelData
            || length > limits.MaxValueBytes || _loaded + length > limits.MaxLoadedBytes;
        if (isBulk || length == 0)
        {
            cursor.Position += length;
            return new() { Tag = tag, Vr = vr, Offset = offset, Length = length, IsBulk = isBulk && length > 0, IsCut = isCut };
        }
        var bytes = GC.AllocateUninitializedArray<byte>((int)length);
        if (!cursor.TryRead(bytes)) throw DicomErrors.Truncated(path, $"the file ends at byte {source.Length:N0} inside {tag}");
        _loaded += length;
        if (bigEndian) Reverse(bytes, vr.Unit());
        return new() { Tag = tag, Vr = vr, Offset = offset, Length = length, Bytes = bytes };
    }

    InvalidInputException EndsInHeader(long start, long end) => end < source.Length
        ? DicomErrors.Corrupt(path, $"{end - start:N0} bytes are left at byte {start:N0} of an item, an element has 8 at least")
        : DicomErrors.Truncated(path,
            $"the file ends at byte {source.Length:N0} inside an element's tag or length, before Pixel Data or behind it");

    InvalidInputException Ends(long start, string found, DicomDataset owner) => DicomErrors.Truncated(path,
        $"the file ends inside the data set, {(owner.Has(DicomTag.PixelData) ? "behind" : "before")} Pixel Data: at byte " +
        $"{start:N0} {found}");

    static void Reverse(Span<byte> bytes, int unit)
    {
        if (unit == 1) return;
        for (var at = 0; at + unit <= bytes.Length; at += unit) bytes.Slice(at, unit).Reverse();
    }

    static ushort UInt16(ReadOnlySpan<byte> at, Form form) =>
        form.BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);

    static uint UInt32(ReadOnlySpan<byte> at, Form form) =>
        form.BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);
}
