using System.Buffers.Binary;
using System.Text;
using RadZ.Files;

namespace RadZ.Text.Tokens;

/// <summary>
/// Reads the wire format of Protocol Buffers from memory. Every length is checked against what is left before it is used,
/// nothing is allocated by a number in the file, and each fault is an <see cref="InvalidInputException"/>.
/// </summary>
ref struct ProtobufReader(ReadOnlySpan<byte> bytes, string path)
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    ReadOnlySpan<byte> _left = bytes;

    /// <summary>The number and wire type of the next field; false at the end of the message.</summary>
    public bool Next(out int field, out int wire)
    {
        (field, wire) = (0, 0);
        if (_left.IsEmpty)
            return false;
        var tag = Varint();
        (field, wire) = ((int)(tag >> 3 & 0x1FFF_FFFF), (int)(tag & 7));
        if (tag > uint.MaxValue || field == 0)
            throw Malformed($"field tag {tag}");
        return true;
    }

    public ulong Varint(int wire) => wire == 0 ? Varint() : throw WrongWire(wire, 0);

    /// <summary>A 32-bit integer or an enum; protobuf writes negative ones with 64 bits.</summary>
    public int Int32(int wire) => unchecked((int)Varint(wire));

    public bool Bool(int wire) => Varint(wire) != 0;

    public float Float(int wire) =>
        wire == 5 ? BinaryPrimitives.ReadSingleLittleEndian(Take(4)) : throw WrongWire(wire, 5);

    public ReadOnlySpan<byte> Bytes(int wire)
    {
        if (wire != 2)
            throw WrongWire(wire, 2);
        var length = Varint();
        return length <= (ulong)_left.Length ? Take((int)length) : throw Truncated(length);
    }

    public string Text(int wire)
    {
        try
        {
            return Strict.GetString(Bytes(wire));
        }
        catch (DecoderFallbackException e)
        {
            throw Malformed("text that is not UTF-8", e);
        }
    }

    public ProtobufReader Message(int wire) => new(Bytes(wire), path);

    public void Skip(int wire)
    {
        switch (wire)
        {
            case 0: Varint(); break;
            case 1: Take(8); break;
            case 2: Bytes(2); break;
            case 5: Take(4); break;
            default: throw Malformed($"wire type {wire}");
        }
    }

    ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw Malformed("a number longer than ten bytes");
    }

    ReadOnlySpan<byte> Take(int count)
    {
        if (count > _left.Length)
            throw Truncated((ulong)count);
        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }

    readonly InvalidInputException Truncated(ulong wanted) => new(path, "truncated",
        $"a field of {wanted} bytes was announced where {_left.Length} are left; the file is cut off or not a SentencePiece model. Copy " +
        "tokenizer.model again and compare its size.");

    readonly InvalidInputException WrongWire(int found, int expected) => Malformed($"wire type {found} where {expected} belongs");

    readonly InvalidInputException Malformed(string found, Exception? inner = null) => new(path, "not-a-tokenizer",
        $"found {found}, expected a SentencePiece model. Give the file tokenizer.model itself (not tokenizer.json, not a Git LFS pointer).",
        inner);
}
