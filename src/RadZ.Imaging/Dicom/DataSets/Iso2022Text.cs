using System.Text;

namespace RadZ.Imaging.Dicom.DataSets;

/// <summary>Texts whose character sets change by escape sequences (PS3.5 6.1.2.5, PS3.3 tables C.12-3 and C.12-4).</summary>
static class Iso2022Text
{
    const byte Escape = 0x1B;

    /// <summary>What stands behind an escape and what it calls: a set for bytes below 128 (G0), or for those above (G1).</summary>
    static readonly (byte[] Sequence, Set Set)[] s_sets =
    [
        ([.. "(B"u8], new(20127, High: false)), ([.. "(J"u8], new(20127, High: false)),
        ([.. ")I"u8], new(932, High: true)), ([.. "(I"u8], new(932, High: false, Raise: true)),
        ([.. "-A"u8], new(28591, High: true)), ([.. "-B"u8], new(28592, High: true)), ([.. "-C"u8], new(28593, High: true)),
        ([.. "-D"u8], new(28594, High: true)), ([.. "-L"u8], new(28595, High: true)), ([.. "-G"u8], new(28596, High: true)),
        ([.. "-F"u8], new(28597, High: true)), ([.. "-H"u8], new(28598, High: true)), ([.. "-M"u8], new(28599, High: true)),
        ([.. "-b"u8], new(28605, High: true)), ([.. "-T"u8], new(874, High: true)),
        ([.. "$B"u8], new(20932, High: false, Raise: true, Double: true)),
        ([.. "$(D"u8], new(20932, High: false, Raise: true, Double: true, Prefix: 0x8F)),
        ([.. "$)C"u8], new(51949, High: true, Double: true)), ([.. "$)A"u8], new(936, High: true, Double: true)),
    ];

    /// <summary>A set: its code page; whether it takes the bytes above 128; and how its bytes become those of the code page.</summary>
    sealed record Set(int CodePage, bool High, bool Raise = false, bool Double = false, byte Prefix = 0);

    /// <summary>True of the sets that only escapes can call.</summary>
    public static bool Knows(string term) => term is "ISO_IR 87" or "ISO_IR 159" or "ISO_IR 149" or "ISO_IR 58";

    /// <summary>The text; line ends and the delimiters <c>\ ^ =</c> bring the first set back.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, Encoding first)
    {
        var text = new StringBuilder(bytes.Length);
        Set? low = null, high = null;
        while (!bytes.IsEmpty)
        {
            if (bytes[0] == Escape)
            {
                bytes = Call(bytes[1..], ref low, ref high);
                continue;
            }
            var next = bytes[0];
            if (low is not { Raise: true }
                && next is (byte)'\\' or (byte)'^' or (byte)'=' or (byte)'\r' or (byte)'\n' or (byte)'\f' or (byte)'\t')
                (low, high) = (null, null);
            var set = next < 0x80 ? low : high;
            var run = Run(bytes, next >= 0x80, stop: low is not { Raise: true });
            text.Append(set is null ? first.GetString(bytes[..run]) : Decode(bytes[..run], set));
            bytes = bytes[run..];
        }
        return text.ToString();
    }

    static ReadOnlySpan<byte> Call(ReadOnlySpan<byte> rest, scoped ref Set? low, scoped ref Set? high)
    {
        foreach (var (sequence, set) in s_sets)
        {
            if (!rest.StartsWith(sequence)) continue;
            if (set.High) high = set;
            else low = set.CodePage == 20127 ? null : set;
            return rest[sequence.Length..];
        }
        return rest;                                                        // an escape that nobody knows: its letters are shown
    }

    /// <summary>Bytes of one half up to the next escape; delimiters stand alone.</summary>
    static int Run(ReadOnlySpan<byte> bytes, bool above, bool stop)
    {
        var count = 1;
        while (count < bytes.Length && bytes[count] != Escape && bytes[count] >= 0x80 == above
            && !(stop && bytes[count] is (byte)'\\' or (byte)'^' or (byte)'=' or (byte)'\r' or (byte)'\n' or (byte)'\f' or (byte)'\t'))
            count++;
        return count;
    }

    static string Decode(ReadOnlySpan<byte> bytes, Set set)
    {
        var coded = new List<byte>(bytes.Length + bytes.Length / 2);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (set.Prefix != 0 && i % 2 == 0) coded.Add(set.Prefix);
            coded.Add(set.Raise ? (byte)(bytes[i] | 0x80) : bytes[i]);
        }
        return CharacterSet.CodePage(set.CodePage).GetString([.. coded]);
    }
}
