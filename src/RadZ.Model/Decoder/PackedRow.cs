namespace RadZ.Model.Decoder;

// P texts of a group, L positions of the longest of them, S positions of the row, T asked positions a text, N query heads, K key-value
// heads, H width of a head, X = heads * H

/// <summary>
/// Which positions of one row make up which text. Products, norms and gates go over the row, in which nothing is padding and a beginning
/// that texts share lies once; attention alone goes text by text, those of like length together, over copies of queries, keys and values in
/// the order of the texts. So no scores of the whole row with itself are made, and a text sees its own positions only.
/// </summary>
sealed class PackedRow
{
    readonly IReadOnlyList<TextGroup> _groups;
    readonly Tensor _back_S;
    readonly long _asked;

    /// <param name="texts">Each text's positions in the row, first to last, texts of a group one after the other.</param>
    /// <param name="groups">Texts of each group: of like length.</param>
    /// <param name="places">Each position's place in its text or texts.</param>
    /// <param name="asked">Places of each text whose states will be read, as many in each.</param>
    /// <param name="device">Where it is computed.</param>
    public PackedRow(IReadOnlyList<int[]> texts, IReadOnlyList<int> groups, IReadOnlyList<int> places, IReadOnlyList<int[]> asked,
        Device device)
    {
        (Length, Longest, _asked) = (places.Count, texts.Max(t => t.Length), asked[0].Length);
        Places_1S = tensor([.. places.Select(p => (long)p)], [1, Length], device: device);
        Asked = AskedPositions.At(Indices([.. texts.Zip(asked, (text, at) => at.Select(i => (long)text[i])).SelectMany(i => i)], 1,
            device));
        AskedPlaces_1T = Indices([.. asked.SelectMany(at => at.Select(i => (long)i))], 1, device);
        var (all, back, first, given) = (new List<TextGroup>(), new long[Length], 0, 0);
        foreach (var count in groups)
        {
            var longest = texts.Skip(first).Take(count).Max(t => t.Length);
            // padding: any row will do, nothing that is read looks at it
            var order = new long[count * longest];
            for (var i = 0; i < count; i++)
                for (var j = 0; j < texts[first + i].Length; j++)
                {
                    order[i * longest + j] = texts[first + i][j];
                    back[texts[first + i][j]] = given + i * longest + j;
                }
            var places_PT = Indices([.. asked.Skip(first).Take(count).SelectMany(at => at.Select(i => (long)i))], count, device);
            all.Add(new(first, count, tensor(order, device: device), AskedPositions.At(places_PT).Mask(longest, device)!));
            (first, given) = (first + count, given + order.Length);
        }
        (_groups, _back_S) = (all, tensor(back, device: device));
    }

    static Tensor Indices(long[] values, long rows, Device device) => tensor(values, [rows, values.Length / rows], device: device);

    /// <summary>Positions of the row.</summary>
    public int Length { get; }

    /// <summary>Positions of the longest text.</summary>
    public int Longest { get; }

    /// <summary>Each position's place in its text.</summary>
    public Tensor Places_1S { get; }

    /// <summary>The positions that are asked for, text by text.</summary>
    public AskedPositions Asked { get; }

    Tensor AskedPlaces_1T { get; }

    /// <summary>The places of the positions whose queries are made.</summary>
    public Tensor PlacesOf(AskedPositions asked) => ReferenceEquals(asked, Asked) ? AskedPlaces_1T : Places_1S;

    /// <summary>Mixed values of the asked positions, heads side by side, [1, T, X].</summary>
    public Tensor Mix(Tensor q_1NTH, Tensor k_1KSH, Tensor v_1KSH, AskedPositions asked)
    {
        using var _ = NewDisposeScope();
        var (some, h) = (ReferenceEquals(asked, Asked), q_1NTH.shape[3]);
        var (q_TX, k_SX, v_SX) = (Rows(q_1NTH), Rows(k_1KSH), Rows(v_1KSH));
        var mixed = new List<Tensor>();
        foreach (var group in _groups)
        {
            Tensor Heads(Tensor x) => x.view(group.Count, x.shape[0] / group.Count, -1, h).transpose(1, 2);
            var q = Heads(some ? q_TX.narrow(0, group.First * _asked, group.Count * _asked) : q_TX.index_select(0, group.Order));
            var (k, v) = (Heads(k_SX.index_select(0, group.Order)), Heads(v_SX.index_select(0, group.Order)));
            var mixed_PNTH = Attention.Mix(q, k, v, some ? group.Mask_P1TL : null, causal: !some);
            mixed.Add(mixed_PNTH.transpose(1, 2).reshape(-1, q_TX.shape[1]));
        }
        var rows_TX = mixed.Count == 1 ? mixed[0] : cat(mixed);
        return (some ? rows_TX : rows_TX.index_select(0, _back_S)).unsqueeze(0).MoveToOuterDisposeScope();

        // of heads that lie feature by feature a plain matrix is turned: torch does that in blocks
        Tensor Rows(Tensor x_1NSH)
        {
            var (n, s) = (x_1NSH.shape[1], x_1NSH.shape[2]);
            return x_1NSH.stride()[2] == 1 && s > 1 ? x_1NSH.permute(0, 1, 3, 2).reshape(n * h, s).t().contiguous()
                : x_1NSH.transpose(1, 2).reshape(s, n * h);
        }
    }

    /// <summary>What a layer reads beside its input must live until the layer is run again.</summary>
    public void Detach()
    {
        Places_1S.DetachFromDisposeScope();
        AskedPlaces_1T.DetachFromDisposeScope();
        Asked.Detach();
        _back_S.DetachFromDisposeScope();
        foreach (var group in _groups)
        {
            group.Order.DetachFromDisposeScope();
            group.Mask_P1TL.DetachFromDisposeScope();
        }
    }

    sealed record TextGroup(int First, int Count, Tensor Order, Tensor Mask_P1TL);
}
