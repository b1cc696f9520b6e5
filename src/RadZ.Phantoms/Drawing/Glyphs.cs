namespace RadZ.Phantoms.Drawing;

/// <summary>Letters of lead for side markers: strokes of our own on a grid 4 wide and 6 high.</summary>
static class Glyphs
{
    // strokes are divided by spaces, their points are pairs of digits x y, y downward
    static readonly Dictionary<char, string> s_strokes = new()
    {
        ['A'] = "062046 1434",
        ['B'] = "060030413303 3344453606",
        ['C'] = "4130100105163645",
        ['D'] = "0006264542200000",
        ['E'] = "40000646 0333",
        ['F'] = "400006 0333",
        ['G'] = "413010010516364323",
        ['H'] = "0006 4046 0343",
        ['I'] = "2026",
        ['J'] = "4045361605",
        ['K'] = "0006 400346",
        ['L'] = "000646",
        ['M'] = "0600234046",
        ['N'] = "06004640",
        ['O'] = "103041453616050110",
        ['P'] = "060030413303",
        ['Q'] = "103041453616050110 2446",
        ['R'] = "060030413303 2346",
        ['S'] = "413010011233443616 0516",
        ['T'] = "0040 2026",
        ['U'] = "000516364540",
        ['V'] = "002640",
        ['W'] = "0016233640",
        ['X'] = "0046 4006",
        ['Y'] = "002340 2326",
        ['Z'] = "00400646",
    };

    /// <summary>
    /// Adds a line of letters, <paramref name="height"/> centimetres high, its upper left corner at (x, y); unknown characters leave a gap.
    /// </summary>
    public static void Draw(float[] map, in Frame frame, string text, double x, double y, double height, double weight)
    {
        double unit = height / 6;
        foreach (char letter in text)
        {
            if (s_strokes.TryGetValue(letter, out string? strokes))
            {
                foreach (string stroke in strokes.Split(' '))
                {
                    RibbonPoint[] line = new RibbonPoint[stroke.Length / 2];
                    for (int i = 0; i < line.Length; i++)
                        line[i] = new RibbonPoint(x + (stroke[2 * i] - '0') * unit, y + (stroke[2 * i + 1] - '0') * unit, 0.55 * unit,
                            weight);
                    Ribbon.Add(map, frame, line, Profile.Band);
                }
            }
            x += 5.6 * unit;
        }
    }

    /// <summary>Width of a line of letters in centimetres.</summary>
    public static double Width(string text, double height) => Math.Max(0, text.Length * 5.6 - 1.6) * height / 6;
}
