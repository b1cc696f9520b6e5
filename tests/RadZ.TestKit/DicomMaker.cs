using System.Buffers.Binary;
using System.Text;

namespace RadZ.TestKit;

/// <summary>Writes DICOM files by hand, right ones and wrong ones: explicit little endian, elements in the order they are given.</summary>
public sealed class DicomMaker
{
    readonly List<byte> _dataset = [];

    /// <summary>(0002,0010).</summary>
    public string Syntax { get; init; } = "1.2.840.10008.1.2.1";

    /// <summary>A grey image: the Image Pixel module and little-endian pixels.</summary>
    public static DicomMaker Grey(int rows, int columns, int stored, ReadOnlySpan<byte> pixels, string photometric = "MONOCHROME2",
        Action<DicomMaker>? between = null)
    {
        var maker = new DicomMaker().Text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.1.1").Text(0x00080018, "UI", "1.2.3.4")
            .Text(0x00080060, "CS", "DX");
        maker.Number(0x00280002, 1).Text(0x00280004, "CS", photometric).Number(0x00280010, rows).Number(0x00280011, columns)
            .Number(0x00280100, stored > 8 ? 16 : 8).Number(0x00280101, stored).Number(0x00280102, stored - 1).Number(0x00280103, 0);
        between?.Invoke(maker);
        return maker.Element(0x7FE00010, stored > 8 ? "OW" : "OB", pixels.Length % 2 == 0 ? pixels : [.. pixels, 0]);
    }

    /// <summary>US.</summary>
    public DicomMaker Number(uint tag, int value) => Element(tag, "US", [(byte)value, (byte)(value >> 8)]);

    /// <summary>A text, padded.</summary>
    public DicomMaker Text(uint tag, string vr, string text) =>
        Element(tag, vr, Encoding.Latin1.GetBytes(text.Length % 2 == 0 ? text : text + (vr == "UI" ? '\0' : ' ')));

    /// <summary>Any element of a given length.</summary>
    public DicomMaker Element(uint tag, string vr, ReadOnlySpan<byte> value)
    {
        Header(tag, vr, (uint)value.Length);
        _dataset.AddRange(value);
        return this;
    }

    /// <summary>A tag, a representation and a length that may promise anything.</summary>
    public DicomMaker Header(uint tag, string vr, uint length)
    {
        Span<byte> bytes = stackalloc byte[12];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(tag >> 16));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], (ushort)tag);
        (bytes[4], bytes[5]) = ((byte)vr[0], (byte)vr[1]);
        var isLong = vr is "OB" or "OW" or "SQ" or "UN" or "UT" or "OF" or "OD" or "OL" or "UC" or "UR";
        if (isLong) BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], length);
        else BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], (ushort)length);
        _dataset.AddRange(bytes[..(isLong ? 12 : 8)]);
        return this;
    }

    /// <summary>An item (FFFEE000) or a delimiter (FFFEE00D, FFFEE0DD).</summary>
    public DicomMaker Item(uint tag, uint length)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(tag >> 16));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], (ushort)tag);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], length);
        _dataset.AddRange(bytes);
        return this;
    }

    /// <summary>Bytes as they are.</summary>
    public DicomMaker Raw(ReadOnlySpan<byte> bytes)
    {
        _dataset.AddRange(bytes);
        return this;
    }

    /// <summary>Compressed pixels, a fragment each.</summary>
    public DicomMaker Fragments(params byte[][] fragments)
    {
        Header(0x7FE00010, "OB", uint.MaxValue).Item(0xFFFEE000, 0);
        foreach (var fragment in fragments)
        {
            Item(0xFFFEE000, (uint)(fragment.Length + fragment.Length % 2)).Raw(fragment);
            if (fragment.Length % 2 == 1) Raw([0]);
        }
        return Item(0xFFFEE0DD, 0);
    }

    /// <summary>The data set alone.</summary>
    public byte[] Dataset() => [.. _dataset];

    /// <summary>The whole file.</summary>
    public byte[] File(byte[]? dataset = null)
    {
        var meta = new DicomMaker().Element(0x00020001, "OB", [0, 1]).Text(0x00020010, "UI", Syntax).Dataset();
        var head = new DicomMaker().Element(0x00020000, "UL", BitConverter.GetBytes((uint)meta.Length)).Dataset();
        return [.. new byte[128], .. "DICM"u8, .. head, .. meta, .. dataset ?? Dataset()];
    }
}
