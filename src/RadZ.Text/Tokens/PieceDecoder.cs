using System.Buffers;
using System.Text;

namespace RadZ.Text.Tokens;

/// <summary>
/// Decodes ids as they come. A character whose bytes are spread over several tokens is given when its last byte is there; the pieces
/// together are what <see cref="SentencePieceTokenizer.Decode"/> gives of all ids.
/// </summary>
sealed class PieceDecoder(SentencePieceTokenizer tokenizer) : IPieceDecoder
{
    readonly List<byte> _bytes = [];
    bool _atStart = tokenizer.AddsDummyPrefix;

    /// <summary>The text that <paramref name="id"/> completes; may be empty.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not of the model file.</exception>
    public string Push(int id)
    {
        if (tokenizer.ByteOf(id) is { } value)
        {
            _bytes.Add(value);
            return Complete(flush: false);
        }
        var before = Complete(flush: true);
        return before + tokenizer.SurfaceOf(id, ref _atStart);
    }

    /// <summary>What is left when no id follows: bytes of a broken character, each as U+FFFD.</summary>
    public string Finish() => Complete(flush: true);

    /// <summary>The characters whose bytes are there; with <paramref name="flush"/> all of them.</summary>
    string Complete(bool flush)
    {
        var (text, at) = (new StringBuilder(), 0);
        var all = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes);
        while (at < all.Length)
        {
            var status = Rune.DecodeFromUtf8(all[at..], out var rune, out var length);
            if (status == OperationStatus.NeedMoreData && !flush) break;
            text.Append(rune.ToString());
            at += status == OperationStatus.Done ? length : 1;
        }
        _bytes.RemoveRange(0, at);
        _atStart &= text.Length == 0;
        return text.ToString();
    }
}
