using RadZ.Data.Studies;
using RadZ.Files;
using RadZ.Imaging;

namespace RadZ.Recognition.Images;

/// <summary>Takes a film out of a stream: from where it stands, without seeking, whatever pieces it comes in.</summary>
static class FilmBytes
{
    const int FirstPiece = 1 << 16, LargestPiece = 1 << 22;

    /// <summary>All that the stream still gives, as a file in memory.</summary>
    /// <param name="stream">It may know no length and give a byte at a time; it is left open.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="limit">Bytes at most; no more memory is taken than has arrived, and one piece.</param>
    /// <param name="cancel">Stops between reads.</param>
    /// <exception cref="InvalidInputException"><c>too-large</c>; <c>unreadable</c> where the stream fails.</exception>
    public static async Task<InputFile> ReadAsync(Stream stream, string name, long limit, CancellationToken cancel)
    {
        List<ReadOnlyMemory<byte>> pieces = [];
        long total = 0;
        try
        {
            if (stream.CanSeek && stream.Length - stream.Position is var left && left > limit)
                throw ImageErrors.FileTooLarge(name, left, limit);
            for (var size = FirstPiece; ; size = Math.Min(2 * size, LargestPiece))
            {
                var piece = GC.AllocateUninitializedArray<byte>(size);
                var count = await stream.ReadAtLeastAsync(piece, size, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
                pieces.Add(piece.AsMemory(0, count));
                total += count;
                if (total > limit) throw ImageErrors.FileTooLarge(name, total, limit);
                if (count < size) break;
            }
        }
        catch (Exception e) when (e is IOException or NotSupportedException)
        {
            throw new InvalidInputException(name, "unreadable", "the stream broke off; send the film again.", e);
        }
        return InputFile.InMemory(Joined(pieces, total), name);
    }

    static ReadOnlyMemory<byte> Joined(List<ReadOnlyMemory<byte>> pieces, long total)
    {
        if (pieces.Count == 1) return pieces[0];
        var all = GC.AllocateUninitializedArray<byte>((int)total);
        var at = 0;
        foreach (var piece in pieces)
        {
            piece.CopyTo(all.AsMemory(at));
            at += piece.Length;
        }
        return all;
    }
}
