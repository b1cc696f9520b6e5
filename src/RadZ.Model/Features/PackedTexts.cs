using RadZ.Model.Config;
using RadZ.Model.Decoder;
using RadZ.Text.Sequences;

namespace RadZ.Model.Features;

// N texts, S positions of the row

/// <summary>
/// Texts laid into one row. A position is known by what stands before it in its text and by its token: texts that begin alike share the
/// positions of their beginning, which is exact, since a position of a causal decoder sees nothing behind it. Fifteen prompts that begin
/// with "This is a chest X-ray showing" hold that once.
/// </summary>
sealed class PackedTexts
{
    /// <summary>
    /// Positions of a row: enough that weights are read for many, few enough that a layer's numbers stay some 100 MB at 7B. A longer text
    /// has a row of its own.
    /// </summary>
    public const int MostPositions = 1024;

    readonly IReadOnlyList<TokenSequence> _texts;
    readonly int[] _groups;

    PackedTexts(IReadOnlyList<TokenSequence> texts, int[] numbers, bool share)
    {
        var groups = LengthGroups.Group([.. numbers.Select(i => texts[i].Length)]);
        Numbers = [.. groups.SelectMany(g => g).Select(i => numbers[i])];
        _groups = [.. groups.Select(g => g.Length)];
        _texts = [.. Numbers.Select(i => texts[i])];
        var row = new Beginnings(share);
        Positions = [.. _texts.Select(row.Add)];
        (Row, Places) = (row.Sequence, row.Places);
    }

    /// <summary>The texts' numbers among those given, in the order they have here.</summary>
    public IReadOnlyList<int> Numbers { get; }

    /// <summary>Each text's positions in the row.</summary>
    public IReadOnlyList<int[]> Positions { get; }

    /// <summary>Each position's place in its text.</summary>
    public IReadOnlyList<int> Places { get; }

    /// <summary>Ids and roles of the row.</summary>
    public TokenSequence Row { get; }

    /// <summary>Lays texts into rows of at most <see cref="MostPositions"/>.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="share">Whether beginnings are shared: not where adapters drop inputs, since each text is to have its own drops.</param>
    /// <param name="most">Positions of a row.</param>
    public static IReadOnlyList<PackedTexts> Pack(IReadOnlyList<TokenSequence> texts, bool share, int most = MostPositions)
    {
        int[] order = [.. Enumerable.Range(0, texts.Count)];
        // what begins alike goes together
        if (share)
            Array.Sort(order, (a, b) => texts[a].Ids.AsSpan().SequenceCompareTo(texts[b].Ids) is var c and not 0 ? c : a.CompareTo(b));
        else Array.Sort(order, (a, b) => (texts[a].Length, a).CompareTo((texts[b].Length, b)));
        var (packs, open, row) = (new List<PackedTexts>(), new List<int>(), new Beginnings(share));
        foreach (var i in order)
        {
            if (open.Count > 0 && row.Count + row.New(texts[i]) > most)
            {
                packs.Add(new(texts, [.. open], share));
                open.Clear();
                row = new(share);
            }
            row.Add(texts[i]);
            open.Add(i);
        }
        if (open.Count > 0) packs.Add(new(texts, [.. open], share));
        return packs;
    }

    /// <summary>The row as attention sees it, its global features read as <paramref name="pooling"/> says.</summary>
    public PackedRow For(Pooling pooling, Device device)
    {
        int[][] asked = [.. _texts.Select(t => FeaturePooling.GlobalPositions(Single(t), 0, pooling))];
        if (pooling == Pooling.Mean) asked = [.. _texts.Select(t => (int[])[t.Length - 1])];   // means are taken with weights
        if (asked.Any(a => a.Length != asked[0].Length))
            throw new ArgumentException("Texts that are computed together read their global features at different numbers of positions.");
        return new(Positions, _groups, Places, asked, device);
    }

    /// <summary>Each text's two means as weights of the row's positions, [1, 2 N, S] in float32: global and local by turns.</summary>
    public Tensor Weights(Pooling pooling, Device device)
    {
        var weights = new float[2 * _texts.Count * Row.Length];
        for (var n = 0; n < _texts.Count; n++)
        {
            var own = FeaturePooling.Rows(Single(_texts[n]), pooling);
            for (var i = 0; i < _texts[n].Length; i++)
                for (var m = 0; m < 2; m++) weights[(2 * n + m) * Row.Length + Positions[n][i]] = own[m * _texts[n].Length + i];
        }
        return tensor(weights, [1, 2 * _texts.Count, Row.Length], device: device);
    }

    static TokenBatch Single(TokenSequence text) => TokenBatch.Pad([text], 0, PaddingSide.Right);

    /// <summary>The row while it grows.</summary>
    sealed class Beginnings(bool share)
    {
        readonly Dictionary<(int Before, int Id, TokenRole Role), int> _known = [];
        readonly List<(int Id, TokenRole Role, int Place)> _row = [];

        public int Count => _row.Count;

        public TokenSequence Sequence => new([.. _row.Select(p => p.Id)], [.. _row.Select(p => p.Role)]);

        public int[] Places => [.. _row.Select(p => p.Place)];

        /// <summary>Positions that a text would add.</summary>
        public int New(TokenSequence text)
        {
            var (before, i) = (-1, 0);
            while (share && i < text.Length && _known.TryGetValue((before, text.Ids[i], text.Roles[i]), out var at))
                (before, i) = (at, i + 1);
            return text.Length - i;
        }

        /// <summary>Adds a text; gives its positions.</summary>
        public int[] Add(TokenSequence text)
        {
            var (positions, before) = (new int[text.Length], -1);
            for (var i = 0; i < text.Length; i++)
            {
                var key = (before, text.Ids[i], text.Roles[i]);
                if (!share || !_known.TryGetValue(key, out var at))
                {
                    at = _row.Count;
                    _row.Add((text.Ids[i], text.Roles[i], i));
                    if (share) _known.Add(key, at);
                }
                positions[i] = before = at;
            }
            return positions;
        }
    }
}
