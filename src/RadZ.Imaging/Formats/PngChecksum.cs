using System.IO.Hashing;

namespace RadZ.Imaging.Formats;

/// <summary>The checksum of a PNG chunk (PNG specification, annex D): CRC-32 of its type and its data.</summary>
sealed class PngChecksum
{
    readonly Crc32 _crc = new();

    /// <summary>That of a chunk whose data come later.</summary>
    public PngChecksum(ReadOnlySpan<byte> type) => _crc.Append(type);

    /// <summary>That of a whole chunk.</summary>
    public static uint Compute(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        var sum = new PngChecksum(type);
        sum.Append(data);
        return sum.Value;
    }

    /// <summary>More data of the chunk.</summary>
    public void Append(ReadOnlySpan<byte> data) => _crc.Append(data);

    /// <summary>Of all that was appended.</summary>
    public uint Value => _crc.GetCurrentHashAsUInt32();
}
