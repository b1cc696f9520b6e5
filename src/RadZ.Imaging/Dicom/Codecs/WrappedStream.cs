using System.Buffers.Binary;
using System.Text;
using RadZ.Imaging.Dicom.Pixels;

namespace RadZ.Imaging.Dicom.Codecs;

/// <summary>
/// A compressed frame as a DICOM file of our own making: the codec's program sees the stream and the numbers we have checked, nothing
/// else of the file it came from, and no patient.
/// </summary>
static class WrappedStream
{
    const string SecondaryCapture = "1.2.840.10008.5.1.4.1.1.7", Instance = "2.25.1", Implementation = "2.25.2";

    /// <summary>The file's bytes before the stream and behind it.</summary>
    public static (byte[] Before, byte[] Behind) Wrap(string syntax, PixelFormat format, int length)
    {
        var meta = new MemoryStream();
        Element(meta, 0x00020001, "OB", [0, 1]);
        Uid(meta, 0x00020002, SecondaryCapture);
        Uid(meta, 0x00020003, Instance);
        Uid(meta, 0x00020010, syntax);
        Uid(meta, 0x00020012, Implementation);

        var file = new MemoryStream();
        file.Write(new byte[128]);
        file.Write("DICM"u8);
        Element(file, 0x00020000, "UL", BitConverter.GetBytes((uint)meta.Length));
        meta.WriteTo(file);
        Uid(file, 0x00080016, SecondaryCapture);
        Uid(file, 0x00080018, Instance);
        Number(file, 0x00280002, format.Samples);
        Text(file, 0x00280004, "CS", format.Photometric.Name());
        if (format.Samples > 1) Number(file, 0x00280006, format.IsPlanar ? 1 : 0);
        Number(file, 0x00280010, format.Rows);
        Number(file, 0x00280011, format.Columns);
        var (allocated, stored) = format.BitsAllocated == 1 ? (8, 8) : (format.BitsAllocated, format.BitsStored);
        Number(file, 0x00280100, allocated);
        Number(file, 0x00280101, stored);
        Number(file, 0x00280102, stored - 1);
        Number(file, 0x00280103, format.IsSigned ? 1 : 0);
        Header(file, 0x7FE00010, "OB", uint.MaxValue);
        Item(file, 0xFFFEE000, 0);
        Item(file, 0xFFFEE000, (uint)(length + length % 2));

        var behind = new MemoryStream();
        if (length % 2 == 1) behind.WriteByte(0);
        Item(behind, 0xFFFEE0DD, 0);
        return (file.ToArray(), behind.ToArray());
    }

    static void Uid(Stream to, uint tag, string uid) =>
        Element(to, tag, "UI", Encoding.ASCII.GetBytes(uid.Length % 2 == 0 ? uid : uid + '\0'));

    static void Text(Stream to, uint tag, string vr, string text) =>
        Element(to, tag, vr, Encoding.ASCII.GetBytes(text.Length % 2 == 0 ? text : text + ' '));

    static void Number(Stream to, uint tag, int value) => Element(to, tag, "US", BitConverter.GetBytes((ushort)value));

    static void Element(Stream to, uint tag, string vr, ReadOnlySpan<byte> value)
    {
        Header(to, tag, vr, (uint)value.Length);
        to.Write(value);
    }

    static void Header(Stream to, uint tag, string vr, uint length)
    {
        Span<byte> bytes = stackalloc byte[12];
        Tag(bytes, tag);
        (bytes[4], bytes[5]) = ((byte)vr[0], (byte)vr[1]);
        if (vr == "OB")
        {
            (bytes[6], bytes[7]) = (0, 0);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], length);
            to.Write(bytes);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], (ushort)length);
            to.Write(bytes[..8]);
        }
    }

    static void Item(Stream to, uint tag, uint length)
    {
        Span<byte> bytes = stackalloc byte[8];
        Tag(bytes, tag);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], length);
        to.Write(bytes);
    }

    static void Tag(Span<byte> into, uint tag)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(into, (ushort)(tag >> 16));
        BinaryPrimitives.WriteUInt16LittleEndian(into[2..], (ushort)tag);
    }
}
