using RadZ.Text.Sequences;

namespace RadZ.Tests.Tokens;

public class TokenBatchTests
{
    public static TheoryData<string, string> Conventions => MultimodalCases.Conventions;

    [Theory, MemberData(nameof(Conventions))]
    public void Batches_are_those_of_the_method_on_either_side(string model, string convention)
    {
        var cases = MultimodalCases.Of(model, convention);
        var builder = MultimodalCases.Builder(model, convention);
        var right = cases.GetProperty("batch_right_padded");
        Assert.Equal(right.GetProperty("pad_id").GetInt32(), builder.Special.PadId);
        var lengths = right.GetProperty("lengths").Ints();
        var sequences = cases.GetProperty("text_sequences").EnumerateArray().Take(lengths.Length)
            .Select(r => builder.Text(r.Text("report"), r.GetProperty("limit").GetInt32())).ToList();
        Assert.Equal(lengths, sequences.Select(s => s.Length));
        foreach (var (side, expected) in new[] { (PaddingSide.Right, right), (PaddingSide.Left, cases.GetProperty("batch_left_padded")) })
        {
            var batch = TokenBatch.Pad(sequences, builder.Special.PadId, side);
            Assert.Equal(lengths.Length, batch.Rows);
            Assert.Equal(lengths.Max(), batch.Length);
            Assert.Equal(expected.GetProperty("rows").EnumerateArray().SelectMany(r => r.Ints()).Select(id => (long)id), batch.Ids);
            Assert.Equal(string.Concat(expected.GetProperty("mask").EnumerateArray().Select(m => m.GetString())),
                string.Concat(batch.Mask.Select(m => m ? '1' : '0')));
            Assert.Equal(batch.Mask, batch.Roles.Select(r => r != TokenRole.Padding));
            for (var row = 0; row < batch.Rows; row++)
            {
                Assert.Equal(expected.GetProperty("global_positions")[row].Span(), batch.GlobalPositions(row));
                Assert.Equal(expected.GetProperty("local_positions")[row].Span(), batch.LocalPositions(row));
            }
        }
    }

    [Fact]
    public void A_real_token_with_the_id_of_padding_stays_real()
    {
        var batch = TokenBatch.Pad([Sequence(1, 0, 7), Sequence(1)], padId: 0, PaddingSide.Left);
        Assert.Equal([1, 0, 7, 0, 0, 1], batch.Ids);
        Assert.Equal([true, true, true, false, false, true], batch.Mask);
        Assert.Equal([0, 1, 2], batch.LocalPositions(0));
        Assert.Equal([2], batch.LocalPositions(1));
        Assert.Empty(batch.GlobalPositions(0));
    }

    [Fact]
    public void Batches_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentException>(() => TokenBatch.Pad([], 0, PaddingSide.Right));
        Assert.Throws<ArgumentException>(() => TokenBatch.Pad([new TokenSequence([1, 2], [TokenRole.Text])], 0, PaddingSide.Right));
        Assert.Throws<ArgumentException>(() =>
            TokenBatch.Pad([new TokenSequence([1, 0], [TokenRole.Text, TokenRole.Padding])], 0, PaddingSide.Right));
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenBatch.Pad([Sequence(1)], 0, PaddingSide.Right).GlobalPositions(1));
    }

    static TokenSequence Sequence(params int[] ids) => new(ids, [.. ids.Select(_ => TokenRole.Text)]);
}
