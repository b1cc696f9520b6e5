using System.Buffers.Binary;

namespace RadZ.Imaging.Formats;

/// <summary>The checksum of PNG chunks (PNG specification, annex D), eight bytes at a time.</summary>
static class Crc32
{
    static readonly uint[] Tables = MakeTables();

    public static uint Of(ReadOnlySpan<byte> bytes) => Add(0, bytes);

    /// <summary>Carries a checksum on over more bytes.</summary>
    public static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        var t = Tables;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = t[0x700 + (low & 255)] ^ t[0x600 + (low >> 8 & 255)] ^ t[0x500 + (low >> 16 & 255)] ^ t[0x400 + (low >> 24)]
                ^ t[0x300 + (high & 255)] ^ t[0x200 + (high >> 8 & 255)] ^ t[0x100 + (high >> 16 & 255)] ^ t[high >> 24];
        }
        foreach (var b in bytes)
            crc = t[(crc ^ b) & 255] ^ crc >> 8;
        return ~crc;
    }

    static uint[] MakeTables()
    {
        var tables = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            var c = i;
            for (var bit = 0; bit < 8; bit++)
                c = (c & 1) != 0 ? 0xEDB88320 ^ c >> 1 : c >> 1;
            tables[i] = c;
        }
        for (var i = 256; i < tables.Length; i++)
            tables[i] = tables[i - 256] >> 8 ^ tables[tables[i - 256] & 255];
        return tables;
    }
}
