using System.Buffers.Binary;
using System.Text;
using RadZ.Files;

namespace RadZ.Model.Weights;

/// <summary>Where one record of a zip file lies.</summary>
/// <param name="Name">Its name, with <c>/</c> between folders.</param>
/// <param name="Offset">First byte of its data.</param>
/// <param name="Bytes">Length of its data, which are not compressed.</param>
/// <param name="Crc">CRC-32 as the directory has it; 0 where the writer made none.</param>
sealed record ZipRecord(string Name, long Offset, long Bytes, uint Crc);

/// <summary>
/// The directory of a zip file as <c>torch.save</c> writes it: stored records only, 64-bit sizes where needed. Nothing is unpacked.
/// Whatever a second reader could understand otherwise (records that overlap, names twice, data before or behind) is refused.
/// </summary>
static class ZipRecords
{
    const int EndLength = 22, End64Length = 56, LocatorLength = 20, EntryLength = 46, LocalLength = 30;
    const int MostRecords = 100_000, LongestDirectory = 64 << 20;

    /// <summary>All records by name.</summary>
    /// <exception cref="InvalidInputException">It is not such a file.</exception>
    public static IReadOnlyDictionary<string, ZipRecord> Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidInputException(path, "missing", "no such file; expected PyTorch weights.");
        using var file = File.OpenHandle(path);
        var total = RandomAccess.GetLength(file);
        RefuseOther(path, Block(path, file, 0, (int)Math.Min(total, 512), total));
        var (count, offset, size, end) = Directory(path, file, total);
        if (count > MostRecords || size > LongestDirectory)
            throw Malformed(path, $"announces {count} records in a directory of {size} bytes; expected the few hundred of a checkpoint.");
        if (offset < 0 || size < 0 || offset + size != end)
            throw Malformed(path, "has a directory that does not lie where its end says; the file is damaged.");
        return Records(path, file, Block(path, file, offset, (int)size, total), count, offset, total);
    }

    static void RefuseOther(string path, byte[] head)
    {
        if (head.AsSpan().StartsWith((ReadOnlySpan<byte>)[(byte)'P', (byte)'K', 3, 4])) return;
        var tar = head.Length > 262 && head.AsSpan(257, 5).SequenceEqual("ustar"u8);
        if (tar || (head.Length > 1 && head[0] == 0x80 && head[1] <= 5))
            throw Malformed(path,
                $"is in PyTorch's format of before 1.6 ({(tar ? "tar" : "a bare pickle")}), expected a zip file; load and " +
                "save it again with a newer PyTorch, or convert it to safetensors.");
        throw Malformed(path, "is not a zip file as torch.save writes it; it is truncated, a Git LFS pointer, or something else.");
    }

    static (long Count, long Offset, long Size, long End) Directory(string path, Microsoft.Win32.SafeHandles.SafeFileHandle file,
        long total)
    {
        var tail = Block(path, file, Math.Max(0, total - EndLength - ushort.MaxValue), (int)Math.Min(total, EndLength + ushort.MaxValue),
            total);
        for (var i = tail.Length - EndLength; i >= 0; i--)
        {
            var end = tail.AsSpan(i);
            if (U32(end) != 0x06054b50 || U16(end[20..]) != end.Length - EndLength) continue;
            var at = total - tail.Length + i;
            if (U16(end[4..]) is not (0 or 0xFFFF) || U16(end[6..]) is not (0 or 0xFFFF) || U16(end[8..]) != U16(end[10..]))
                throw Malformed(path, "is a part of a zip file in several pieces; expected a whole one.");
            (long Count, long Offset, long Size) plain = (U16(end[10..]), U32(end[16..]), U32(end[12..]));
            if (at < LocatorLength || Block(path, file, at - LocatorLength, LocatorLength, total) is not { } locator
                || U32(locator) != 0x07064b50)
                return (plain.Count, plain.Offset, plain.Size, at);
            var at64 = (long)BinaryPrimitives.ReadUInt64LittleEndian(locator.AsSpan(8));
            if (at64 != at - LocatorLength - End64Length)
                throw Malformed(path, "has a 64-bit directory end that does not lie where it should; the file is damaged.");
            var end64 = Block(path, file, at64, End64Length, total).AsSpan();
            if (U32(end64) != 0x06064b50) throw Malformed(path, "has no 64-bit directory end where it should be; the file is damaged.");
            (long Count, long Offset, long Size) large = (I64(end64[32..]), I64(end64[48..]), I64(end64[40..]));
            if (I64(end64[24..]) != large.Count || (plain.Count != 0xFFFF && plain.Count != large.Count)
                || (plain.Offset != uint.MaxValue && plain.Offset != large.Offset)
                || (plain.Size != uint.MaxValue && plain.Size != large.Size))
                throw Malformed(path, "has two directory ends that say different things; the file is damaged.");
            return (large.Count, large.Offset, large.Size, at64);
        }
        throw Malformed(path, "has no zip directory at its end; the file is truncated.");
    }

    static Dictionary<string, ZipRecord> Records(string path, Microsoft.Win32.SafeHandles.SafeFileHandle file, byte[] directory, long count,
        long directoryAt, long total)
    {
        var records = new Dictionary<string, ZipRecord>(StringComparer.Ordinal);
        var spans = new List<(long From, long To, string Name)>();
        var at = 0;
        for (var i = 0L; i < count; i++)
        {
            if (directory.Length - at < EntryLength || U32(directory.AsSpan(at)) != 0x02014b50)
                throw Malformed(path, $"has a damaged directory at record {i}.");
            var entry = directory.AsSpan(at);
            var (nameLength, extraLength, commentLength) = (U16(entry[28..]), U16(entry[30..]), U16(entry[32..]));
            if (entry.Length < EntryLength + nameLength + extraLength + commentLength)
                throw Malformed(path, $"has a damaged directory at record {i}.");
            var rawName = entry.Slice(EntryLength, nameLength);
            var name = Name(path, rawName);
            var (packed, bytes, local) = Sizes(path, name, entry, entry.Slice(EntryLength + nameLength, extraLength));
            if ((U16(entry[8..]) & 0x2041) != 0) throw Malformed(path, $"has an encrypted record {name}; expected plain ones.");
            if (U16(entry[10..]) != 0 || packed != bytes)
                throw Malformed(path, $"has a compressed record {name}; torch.save stores them, and only so can they be used in place.");
            if (bytes < 0 || local < 0 || local > directoryAt - LocalLength)
                throw Malformed(path, $"places record {name} outside of its data.");
            var start = LocalEnd(path, file, name, rawName.ToArray(), bytes, local, total);
            if (bytes > directoryAt - start)
                throw Malformed(path, $"gives record {name} {bytes} bytes, of which only {Math.Max(0, directoryAt - start)} are there.");
            if (!records.TryAdd(name, new(name, start, bytes, U32(entry[16..])))) throw Malformed(path, $"has two records {name}.");
            spans.Add((local, start + bytes, name));
            at += EntryLength + nameLength + extraLength + commentLength;
        }
        if (at != directory.Length) throw Malformed(path, "has more in its directory than its end says.");
        spans.Sort();
        foreach (var (before, behind) in spans.Zip(spans.Skip(1)))
            if (behind.From < before.To) throw Malformed(path, $"has records that overlap: {before.Name} and {behind.Name}.");
        return records;
    }

    /// <summary>Sizes and place; where they do not fit 32 bits they stand in the extra field 1.</summary>
    static (long Packed, long Bytes, long Local) Sizes(string path, string name, ReadOnlySpan<byte> entry, ReadOnlySpan<byte> extra)
    {
        long packed = U32(entry[20..]), bytes = U32(entry[24..]), local = U32(entry[42..]);
        if (packed != uint.MaxValue && bytes != uint.MaxValue && local != uint.MaxValue) return (packed, bytes, local);
        while (extra.Length >= 4)
        {
            var length = U16(extra[2..]);
            if (length > extra.Length - 4) break;
            if (U16(extra) == 1)
            {
                var large = extra.Slice(4, length);
                var whole = Next(ref bytes, ref large) && Next(ref packed, ref large) && Next(ref local, ref large);
                return whole ? (packed, bytes, local) : throw Malformed(path, $"has a record {name} without its 64-bit sizes.");
            }
            extra = extra[(4 + length)..];
        }
        throw Malformed(path, $"has a record {name} without its 64-bit sizes.");

        static bool Next(ref long value, ref ReadOnlySpan<byte> large)
        {
            if (value != uint.MaxValue) return true;
            if (large.Length < 8) return false;
            value = I64(large);
            large = large[8..];
            return true;
        }
    }

    /// <summary>The first byte of data behind the record's own header, which must say the same as the directory.</summary>
    static long LocalEnd(string path, Microsoft.Win32.SafeHandles.SafeFileHandle file, string name, byte[] rawName, long bytes, long at,
        long total)
    {
        var local = Block(path, file, at, LocalLength, total).AsSpan();
        if (U32(local) != 0x04034b50 || U16(local[8..]) != 0 || U16(local[26..]) != rawName.Length
            || !Block(path, file, at + LocalLength, rawName.Length, total).AsSpan().SequenceEqual(rawName)
            || (U32(local[22..]) is not (0 or uint.MaxValue) && U32(local[22..]) != bytes))
            throw Malformed(path, $"has a record {name} whose own header says otherwise than the directory; the file is damaged.");
        return at + LocalLength + rawName.Length + U16(local[28..]);
    }

    static string Name(string path, ReadOnlySpan<byte> raw)
    {
        var name = Encoding.UTF8.GetString(raw);
        return name.Length is > 0 and < 1024 && !name.Any(c => c is '\\' or ':' or '\uFFFD' || char.IsControl(c))
            && name.Split('/').All(part => part is not ("" or "." or ".."))
            ? name : throw Malformed(path,
                $"has a record \"{name.Replace("\0", "\\0", StringComparison.Ordinal)}\", whose name leads out of the file's own folder.");
    }

    static byte[] Block(string path, Microsoft.Win32.SafeHandles.SafeFileHandle file, long at, int length, long total)
    {
        if (at < 0 || length < 0 || length > total - at)
            throw Malformed(path, "ends where its directory says there is more; the file is truncated.");
        var block = new byte[length];
        for (var got = 0; got < length;)
        {
            var n = RandomAccess.Read(file, block.AsSpan(got), at + got);
            if (n == 0) throw Malformed(path, "became shorter while it was read.");
            got += n;
        }
        return block;
    }

    static int U16(ReadOnlySpan<byte> b) => BinaryPrimitives.ReadUInt16LittleEndian(b);

    static uint U32(ReadOnlySpan<byte> b) => BinaryPrimitives.ReadUInt32LittleEndian(b);

    static long I64(ReadOnlySpan<byte> b) => BinaryPrimitives.ReadInt64LittleEndian(b);

    static InvalidInputException Malformed(string path, string message) => new(path, "bad-weights", message);
}
