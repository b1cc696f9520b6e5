using System.Buffers;
using System.Text;

namespace RadZ.Text.Tokens;

/// <summary>
/// SentencePiece's byte-pair merging: the best score first, the leftmost of equal ones. Candidates wait in a heap and symbols are
/// spans of the text in a linked list, so that n characters take n log n steps.
/// </summary>
sealed class BytePairMerger
{
    readonly IReadOnlyList<Piece> _pieces;
    readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _find;
    readonly int _longest, _longestUserDefined;
    readonly bool _anyUnused;

    public BytePairMerger(IReadOnlyList<Piece> pieces)
    {
        _pieces = pieces;
        for (var id = 0; id < pieces.Count; id++)
        {
            var (text, _, type) = pieces[id];
            if (type is not (PieceType.Normal or PieceType.UserDefined or PieceType.Unused))
                continue;   // typed "<s>" or "<0x41>" is text like any other
            _ids.Add(text, id);
            _longest = Math.Max(_longest, text.Length);
            if (type == PieceType.UserDefined)
                _longestUserDefined = Math.Max(_longestUserDefined, text.Length);
            _anyUnused |= type == PieceType.Unused;
        }
        _find = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Splits well-formed UTF-16 into spans that are pieces, or single characters that have none (id -1).</summary>
    /// <returns>How many candidates were looked up: the measure of work that the tests hold to be linear.</returns>
    public long Run(ReadOnlySpan<char> text, Action<int, Range> emit)
    {
        var symbols = Split(text);
        var queue = new PriorityQueue<Candidate, Order>(symbols.Count);
        var taken = _anyUnused ? new Dictionary<string, int>(StringComparer.Ordinal) : null;
        var work = 0L;
        for (var i = 0; i + 1 < symbols.Count; i++)
            Offer(text, i, i + 1);
        while (queue.TryDequeue(out var next, out _))
        {
            var (left, right) = (symbols[next.Left], symbols[next.Right]);
            if (left.Length == 0 || right.Length == 0 || left.Length + right.Length != next.Length)
                continue;   // one of the two has merged with another neighbour since
            symbols[next.Left] = left with { Length = next.Length, Next = right.Next };
            symbols[next.Right] = right with { Length = 0 };
            if (right.Next >= 0)
                symbols[right.Next] = symbols[right.Next] with { Previous = next.Left };
            Offer(text, left.Previous, next.Left);
            Offer(text, next.Left, right.Next);
        }
        for (var i = symbols.Count > 0 ? 0 : -1; i >= 0; i = symbols[i].Next)
            Resegment(text, symbols[i].Start, symbols[i].Length);
        return work;

        void Offer(ReadOnlySpan<char> text, int left, int right)
        {
            if (left < 0 || right < 0 || symbols[left].Frozen || symbols[right].Frozen)
                return;
            work++;
            var length = symbols[left].Length + symbols[right].Length;
            if (length > _longest || !_find.TryGetValue(text.Slice(symbols[left].Start, length), out var id))
                return;
            queue.Enqueue(new Candidate(left, right, length), new Order(_pieces[id].Score, left));
            if (taken is not null && _pieces[id].Type == PieceType.Unused)
                taken[_pieces[id].Text] = symbols[left].Length;
        }

        // an unused piece is given back as the two that were merged into it
        void Resegment(ReadOnlySpan<char> text, int start, int length)
        {
            var id = _find.TryGetValue(text.Slice(start, length), out var found) ? found : -1;
            if (id >= 0 && taken is not null && _pieces[id].Type == PieceType.Unused && taken.TryGetValue(_pieces[id].Text, out var first))
            {
                Resegment(text, start, first);
                Resegment(text, start + first, length - first);
            }
            else
            {
                emit(id, start..(start + length));
            }
        }
    }

    /// <summary>One symbol a character, or a user-defined piece (the longest that fits), which never merges.</summary>
    List<Symbol> Split(ReadOnlySpan<char> text)
    {
        var symbols = new List<Symbol>(text.Length);
        for (var start = 0; start < text.Length;)
        {
            var frozen = UserDefinedAt(text[start..]);
            var length = frozen;
            if (length == 0 && Rune.DecodeFromUtf16(text[start..], out _, out length) != OperationStatus.Done)
                throw new ArgumentException($"The text has a lone surrogate at {start}.", nameof(text));
            symbols.Add(new Symbol(start, length, symbols.Count - 1, start + length < text.Length ? symbols.Count + 1 : -1, frozen > 0));
            start += length;
        }
        return symbols;
    }

    int UserDefinedAt(ReadOnlySpan<char> text)
    {
        for (var length = Math.Min(_longestUserDefined, text.Length); length > 0; length--)
        {
            if (_find.TryGetValue(text[..length], out var id) && _pieces[id].Type == PieceType.UserDefined)
                return length;
        }
        return 0;
    }

    readonly record struct Symbol(int Start, int Length, int Previous, int Next, bool Frozen);

    readonly record struct Candidate(int Left, int Right, int Length);

    readonly record struct Order(float Score, int Left) : IComparable<Order>
    {
        public int CompareTo(Order other) =>
            Score != other.Score ? other.Score.CompareTo(Score) : Left.CompareTo(other.Left);
    }
}
