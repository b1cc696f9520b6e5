using System.Collections.Frozen;
using System.Text;

namespace RadZ.Imaging.Dicom.DataSets;

/// <summary>
/// Specific Character Set (PS3.3 C.12.1.1.2): how bytes become text. Bytes that are no text become U+FFFD; terms that are unknown are
/// taken as ISO_IR 6.
/// </summary>
public sealed class CharacterSet
{
    static readonly FrozenDictionary<string, int> s_codePages = new Dictionary<string, int>
    {
        [""] = 20127,
        ["ISO_IR 6"] = 20127,
        ["ISO_IR 100"] = 28591,
        ["ISO_IR 101"] = 28592,
        ["ISO_IR 109"] = 28593,
        ["ISO_IR 110"] = 28594,
        ["ISO_IR 144"] = 28595,
        ["ISO_IR 127"] = 28596,
        ["ISO_IR 126"] = 28597,
        ["ISO_IR 138"] = 28598,
        ["ISO_IR 148"] = 28599,
        ["ISO_IR 203"] = 28605,
        ["ISO_IR 13"] = 932,
        ["ISO_IR 166"] = 874,
        ["ISO_IR 192"] = 65001,
        ["GB18030"] = 54936,
        ["GBK"] = 936,
    }.ToFrozenDictionary();

    readonly Encoding _single;
    readonly bool _extended;

    CharacterSet(IReadOnlyList<string> terms)
    {
        var first = terms.Count > 0 ? Plain(terms[0]) : "";
        _single = CodePage(s_codePages.GetValueOrDefault(first, 20127));
        _extended = terms.Count > 1 || (terms.Count == 1 && terms[0].StartsWith("ISO 2022", StringComparison.Ordinal));
        IsKnown = terms.All(t => s_codePages.ContainsKey(Plain(t)) || Iso2022Text.Knows(Plain(t)));
    }

    /// <summary>ISO_IR 6, which is ASCII.</summary>
    public static CharacterSet Default { get; } = new([]);

    /// <summary>False when a term is none of the standard's.</summary>
    public bool IsKnown { get; }

    /// <summary>From the values of (0008,0005).</summary>
    public static CharacterSet FromTerms(IReadOnlyList<string> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return new(terms);
    }

    /// <summary>The text of a value.</summary>
    public string Decode(ReadOnlySpan<byte> bytes) =>
        _extended && bytes.Contains((byte)0x1B) ? Iso2022Text.Decode(bytes, _single) : _single.GetString(bytes);

    internal static IReadOnlyList<string> Terms(ReadOnlySpan<byte> bytes) =>
        Array.ConvertAll(Encoding.Latin1.GetString(bytes).Split('\\'), t => t.Trim(' ', '\0'));

    internal static Encoding CodePage(int number) => number switch
    {
        20127 => Encoding.ASCII,
        28591 => Encoding.Latin1,
        65001 => Encoding.UTF8,
        _ => CodePagesEncodingProvider.Instance.GetEncoding(number)!,
    };

    /// <summary>ISO 2022 IR 100 begins as ISO_IR 100 does; spellings with a dash or a blank for the line are common.</summary>
    static string Plain(string term) => term.StartsWith("ISO 2022 IR", StringComparison.Ordinal) ? "ISO_IR" + term[11..]
        : term.Replace("ISO-IR", "ISO_IR", StringComparison.Ordinal).Replace("ISO IR", "ISO_IR", StringComparison.Ordinal);
}
