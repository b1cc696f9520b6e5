namespace RadZ.Text.Sequences;

/// <summary>On which side shorter rows are filled.</summary>
enum PaddingSide
{
    /// <summary>Behind the sequence: usual for training.</summary>
    Right,

    /// <summary>Before the sequence: usual for generation.</summary>
    Left,
}

/// <summary>
/// Sequences side by side as one rectangle, row by row. What is padding is told by role: the padding id may be a real token's.
/// </summary>
sealed class TokenBatch
{
    TokenBatch(int rows, int length)
    {
        (Rows, Length) = (rows, length);
        (Ids, Roles, Mask) = (new long[rows * length], new TokenRole[rows * length], new bool[rows * length]);
    }

    /// <summary>Sequences.</summary>
    public int Rows { get; }

    /// <summary>Positions of each row: those of the longest sequence.</summary>
    public int Length { get; }

    /// <summary>Ids, <see cref="Rows"/> x <see cref="Length"/>.</summary>
    public long[] Ids { get; }

    /// <summary>Roles, <see cref="Rows"/> x <see cref="Length"/>.</summary>
    public TokenRole[] Roles { get; }

    /// <summary>True at real positions, <see cref="Rows"/> x <see cref="Length"/>.</summary>
    public bool[] Mask { get; }

    /// <summary>Brings sequences to the length of the longest.</summary>
    public static TokenBatch Pad(IReadOnlyList<TokenSequence> sequences, int padId, PaddingSide side)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        if (sequences.Count == 0)
            throw new ArgumentException("A batch needs at least one sequence.", nameof(sequences));
        var batch = new TokenBatch(sequences.Count, sequences.Max(s => s.Length));
        Array.Fill(batch.Ids, padId);
        Array.Fill(batch.Roles, TokenRole.Padding);
        for (var row = 0; row < batch.Rows; row++)
        {
            var sequence = sequences[row];
            if (sequence.Roles.Length != sequence.Length)
                throw new ArgumentException($"Sequence {row} has {sequence.Length} ids and {sequence.Roles.Length} roles.",
                    nameof(sequences));
            if (sequence.Roles.Contains(TokenRole.Padding))
                throw new ArgumentException($"Sequence {row} is padded already.", nameof(sequences));
            var first = row * batch.Length + (side == PaddingSide.Left ? batch.Length - sequence.Length : 0);
            for (var i = 0; i < sequence.Length; i++)
                batch.Ids[first + i] = sequence.Ids[i];
            sequence.Roles.CopyTo(batch.Roles, first);
            Array.Fill(batch.Mask, true, first, sequence.Length);
        }
        return batch;
    }

    /// <summary>Where the global feature of a row is read: its modality tokens.</summary>
    public int[] GlobalPositions(int row) => Positions(row, role => role == TokenRole.Special);

    /// <summary>Real positions of a row.</summary>
    public int LengthOf(int row) => Mask.AsSpan(row * Length, Length).Count(true);

    /// <summary>Where the local feature of a row is read: every other real position, <c>&lt;s&gt;</c> and image patches included.</summary>
    public int[] LocalPositions(int row) => Positions(row, role => role is TokenRole.Text or TokenRole.Image);

    int[] Positions(int row, Func<TokenRole, bool> wanted)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        return [.. Enumerable.Range(0, Length).Where(i => wanted(Roles[row * Length + i]))];
    }
}
