using System.Buffers.Binary;
using System.Text;

namespace RadZ.Model.Weights;

/// <summary>
/// Runs the few opcodes that <c>torch.save</c> writes for a dictionary of tensors, and no other. Texts, numbers, lists, tuples and
/// dictionaries are made here; what a name, a call or a storage means is asked of <see cref="TensorPickle"/>, which knows tensors alone.
/// Work and memory are bounded by the pickle's own length: no opcode loops, and what is fetched from the memo is shared, never copied.
/// </summary>
ref struct PickleMachine(ReadOnlySpan<byte> code)
{
    const int MostSteps = 4_000_000, MostMarks = 1_000;

    static readonly object s_mark = new();

    readonly ReadOnlySpan<byte> _code = code;
    readonly List<object?> _stack = [];
    readonly Dictionary<uint, object?> _memo = [];
    readonly Stack<int> _marks = [];
    int _at;

    /// <summary>What the pickle makes.</summary>
    /// <exception cref="FormatException">It asks for something else, or is damaged; the message says what.</exception>
    public object? Run()
    {
        for (var step = 0; step < MostSteps; step++)
        {
            var opcode = Byte();
            if (opcode == '.')
                return _stack.Count == 1 && _marks.Count == 0 && _at == _code.Length ? _stack[0]
                    : throw new FormatException("its pickle ends with more than one value, or before its end");
            Step(opcode, step);
        }
        throw new FormatException($"its pickle takes more than {MostSteps} steps");
    }

    void Step(byte opcode, int step)
    {
        switch (opcode)
        {
            case 0x80:                                                             // PROTO
                var version = Byte();
                if (step != 0 || version is < 2 or > 5)
                    throw new FormatException($"its pickle has protocol {version}, expected 2 to 5, at its beginning");
                break;
            case 0x95:                                                             // FRAME
                if (BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8)) > (ulong)(_code.Length - _at))
                    throw new FormatException("its pickle has a frame longer than itself");
                break;
            case (byte)'(':
                if (_marks.Count == MostMarks) throw new FormatException($"its pickle is nested more than {MostMarks} deep");
                _marks.Push(_stack.Count);
                Push(s_mark);
                break;
            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'K': Push((long)Byte()); break;
            case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2))); break;
            case (byte)'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Bytes(4))); break;
            case 0x8a: Push(Long(Byte())); break;
            case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8))); break;
            case 0x8c: Push(Text(Byte())); break;
            case (byte)'X': Push(Text(U32())); break;
            case 0x8d: Push(Text(BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8)))); break;
            case (byte)']': Push(new List<object?>()); break;
            case (byte)'}': Push(new PickledDictionary()); break;
            case (byte)')': Push(Array.Empty<object?>()); break;
            case 0x85: PushTuple(1); break;
            case 0x86: PushTuple(2); break;
            case 0x87: PushTuple(3); break;
            case (byte)'t': Push(SinceMark()); break;
            case (byte)'a': Append([Pop()]); break;
            case (byte)'e': Append(SinceMark()); break;
            case (byte)'s': Put([.. PopTwo()]); break;
            case (byte)'u': Put(SinceMark()); break;
            case (byte)'q': _memo[Byte()] = Top(); break;
            case (byte)'r': _memo[U32()] = Top(); break;
            case 0x94: _memo[(uint)_memo.Count] = Top(); break;
            case (byte)'h': Push(Remembered(Byte())); break;
            case (byte)'j': Push(Remembered(U32())); break;
            case (byte)'c': Push(TensorPickle.Name(Line(), Line())); break;
            case 0x93:
                var name = PopTwo();
                Push(name is [string module, string member] ? TensorPickle.Name(module, member)
                    : throw new FormatException("its pickle names something without a name"));
                break;
            case (byte)'Q': Push(TensorPickle.Storage(Pop())); break;
            case (byte)'R':
                var call = PopTwo();
                Push(TensorPickle.Call(call[0], call[1]));
                break;
            case (byte)'b':
                var state = Pop();
                if (Top() is not PickledDictionary || state is not PickledDictionary)
                    throw new FormatException("its pickle sets the state of something that is no dictionary");
                break;                                                             // _metadata of a state_dict: not needed
            default:
                throw new FormatException($"its pickle has the opcode 0x{opcode:x2}, which a dictionary of tensors does not need");
        }
    }

    readonly void Push(object? value) => _stack.Add(value);

    readonly object? Top() =>
        _stack.Count > 0 && _stack[^1] != s_mark ? _stack[^1] : throw new FormatException("its pickle takes a value from an empty stack");

    readonly object? Pop()
    {
        var top = Top();
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    readonly object?[] PopTwo()
    {
        var second = Pop();
        return [Pop(), second];
    }

    readonly void PushTuple(int count)
    {
        var items = new object?[count];
        for (var i = count - 1; i >= 0; i--) items[i] = Pop();
        Push(items);
    }

    readonly object?[] SinceMark()
    {
        if (!_marks.TryPop(out var mark)) throw new FormatException("its pickle closes what it did not open");
        object?[] items = [.. _stack.Skip(mark + 1)];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    readonly void Append(object?[] items)
    {
        if (Top() is not List<object?> list) throw new FormatException("its pickle appends to something that is no list");
        list.AddRange(items);
    }

    readonly void Put(object?[] items)
    {
        if (Top() is not PickledDictionary dictionary || items.Length % 2 != 0)
            throw new FormatException("its pickle sets items of something that is no dictionary");
        for (var i = 0; i < items.Length; i += 2) dictionary.Items.Add((items[i], items[i + 1]));
    }

    readonly object? Remembered(uint index) => _memo.TryGetValue(index, out var value) ? value
        : throw new FormatException($"its pickle asks for memo {index}, which was never filled");

    byte Byte() => Bytes(1)[0];

    uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > _code.Length - _at) throw new FormatException("its pickle ends too early");
        var bytes = _code.Slice(_at, count);
        _at += count;
        return bytes;
    }

    string Text(ulong length) => length <= (ulong)(_code.Length - _at) ? Decoded(Bytes((int)length))
        : throw new FormatException("its pickle has a text longer than itself");

    static string Decoded(ReadOnlySpan<byte> utf8)
    {
        try { return s_strict.GetString(utf8); }
        catch (ArgumentException) { throw new FormatException("its pickle has a text that is not UTF-8"); }
    }

    static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <summary>A number of up to eight bytes, little end first, in two's complement.</summary>
    long Long(int length)
    {
        if (length > 8) throw new FormatException("its pickle has a number of more than 64 bits");
        var bytes = Bytes(length);
        var value = length > 0 && bytes[^1] >= 0x80 ? -1L : 0;
        for (var i = length - 1; i >= 0; i--) value = (value << 8) | bytes[i];
        return value;
    }

    string Line()
    {
        var length = _code[_at..].IndexOf((byte)'\n');
        if (length is < 0 or > 256) throw new FormatException("its pickle has a name without an end");
        var line = Decoded(Bytes(length));
        _at++;
        return line;
    }
}
