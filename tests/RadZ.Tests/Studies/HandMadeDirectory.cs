using RadZ.TestKit;

namespace RadZ.Tests.Studies;

/// <summary>A DICOMDIR of one image record, right or wrong.</summary>
static class HandMadeDirectory
{
    /// <summary>The byte at which its record begins.</summary>
    public static uint First { get; } = (uint)Offset();

    /// <summary>The file's bytes.</summary>
    public static byte[] Of(string file, uint next = 0)
    {
        var meta = new DicomMaker().Element(0x00020001, "OB", [0, 1]).Text(0x00020002, "UI", "1.2.840.10008.1.3.10")
            .Text(0x00020003, "UI", "1.2.3").Text(0x00020010, "UI", "1.2.840.10008.1.2.1").Dataset();
        var head = new DicomMaker().Element(0x00020000, "UL", BitConverter.GetBytes((uint)meta.Length)).Dataset();
        var before = new DicomMaker().Text(0x00041130, "CS", "TEST").Element(0x00041200, "UL", BitConverter.GetBytes(First))
            .Element(0x00041202, "UL", BitConverter.GetBytes(First)).Number(0x00041212, 0)
            .Header(0x00041220, "SQ", uint.MaxValue).Dataset();
        var record = new DicomMaker().Item(0xFFFEE000, uint.MaxValue).Element(0x00041400, "UL", BitConverter.GetBytes(next))
            .Number(0x00041410, 0xFFFF).Element(0x00041420, "UL", BitConverter.GetBytes(0u))
            .Text(0x00041430, "CS", "IMAGE").Text(0x00041500, "CS", file).Item(0xFFFEE00D, 0).Item(0xFFFEE0DD, 0).Dataset();
        return [.. new byte[128], .. "DICM"u8, .. head, .. meta, .. before, .. record];
    }

    static int Offset()
    {
        var meta = new DicomMaker().Element(0x00020001, "OB", [0, 1]).Text(0x00020002, "UI", "1.2.840.10008.1.3.10")
            .Text(0x00020003, "UI", "1.2.3").Text(0x00020010, "UI", "1.2.840.10008.1.2.1").Dataset();
        return 132 + 12 + meta.Length + 12 + 12 + 12 + 10 + 12;
    }
}
