namespace RadZ.Imaging.Dicom.DataSets;

#pragma warning disable CS1591 // the two letters are the standard's names

/// <summary>Value representations (PS3.5 6.2).</summary>
public enum Vr
{
    UN, AE, AS, AT, CS, DA, DS, DT, FD, FL, IS, LO, LT, OB, OD, OF, OL, OV, OW, PN, SH, SL, SQ, SS, ST, SV, TM, UC, UI, UL, UR, US, UT, UV,
}

/// <summary>What the parser must know of a value representation.</summary>
static class VrFacts
{
    static readonly Dictionary<ushort, Vr> s_byCode = Enum.GetValues<Vr>().ToDictionary(v => Code(v.ToString()[0], v.ToString()[1]));

    /// <summary>
    /// From the two letters of an explicit element; false when they are no capital letters. Letters we do not know are UN.
    /// </summary>
    public static bool TryParse(byte first, byte second, out Vr vr)
    {
        vr = Vr.UN;
        return first is >= (byte)'A' and <= (byte)'Z' && second is >= (byte)'A' and <= (byte)'Z'
            && (s_byCode.TryGetValue(Code((char)first, (char)second), out vr) || true);
    }

    /// <summary>True when the two letters are one of the standard's representations.</summary>
    public static bool IsKnown(byte first, byte second) => s_byCode.ContainsKey(Code((char)first, (char)second));

    /// <summary>Two reserved bytes and a length of four: the long form of PS3.5 table 7.1-1, which all future ones will have.</summary>
    public static bool HasLongLength(this Vr vr) =>
        vr is Vr.UN or Vr.OB or Vr.OD or Vr.OF or Vr.OL or Vr.OV or Vr.OW or Vr.SQ or Vr.SV or Vr.UC or Vr.UR or Vr.UT or Vr.UV;

    /// <summary>Bytes of the unit that big endian turns round; 1 where order does not matter.</summary>
    public static int Unit(this Vr vr) => vr switch
    {
        Vr.AT or Vr.OW or Vr.SS or Vr.US => 2,
        Vr.FL or Vr.OF or Vr.OL or Vr.SL or Vr.UL => 4,
        Vr.FD or Vr.OD or Vr.OV or Vr.SV or Vr.UV => 8,
        _ => 1,
    };

    /// <summary>Texts in the data set's own character set; all other texts are ASCII.</summary>
    public static bool UsesCharacterSet(this Vr vr) => vr is Vr.LO or Vr.LT or Vr.PN or Vr.SH or Vr.ST or Vr.UC or Vr.UT;

    /// <summary>Any text.</summary>
    public static bool IsText(this Vr vr) =>
        vr.UsesCharacterSet() || vr is Vr.AE or Vr.AS or Vr.CS or Vr.DA or Vr.DS or Vr.DT or Vr.IS or Vr.TM or Vr.UI or Vr.UR;

    /// <summary>One value, in which a backslash is a backslash.</summary>
    public static bool IsSingle(this Vr vr) => vr is Vr.LT or Vr.ST or Vr.UR or Vr.UT;

    static ushort Code(char first, char second) => (ushort)(first << 8 | second);
}
