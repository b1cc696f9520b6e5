using System.Text;
using RadZ.Text.Tokens;

namespace RadZ.Model.RandomCheckpoints;

/// <summary>
/// radz-small's tokenizer brought to the size of another vocabulary by unused pieces. A SentencePiece file is a protocol buffer, in which
/// repeated fields may simply be appended; no text contains the appended pieces, so ids stay below 2,000.
/// </summary>
static class PaddedTokenizer
{
    const int Own = 2_000;

    public static byte[] Create(int vocabulary)
    {
        using var stream = typeof(PaddedTokenizer).Assembly.GetManifestResourceStream("RadZ.Model.RandomCheckpoints.radz-2000.model")!;
        using var file = new MemoryStream();
        stream.CopyTo(file);
        for (var id = Own; id < vocabulary; id++)
        {
            var text = Encoding.UTF8.GetBytes($"<unused {id}>");
            byte[] piece = [0x0A, (byte)text.Length, .. text, 0x15, .. BitConverter.GetBytes(-1e6f), 0x18, (byte)PieceType.Unused];
            file.Write([0x0A, (byte)piece.Length, .. piece]);
        }
        return file.ToArray();
    }
}
