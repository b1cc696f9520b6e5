using CsCheck;
using RadZ.Data;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Tables;
using RadZ.Files;
using RadZ.TestKit;

namespace RadZ.Tests.Evaluation;

public class ScoreTableTests
{
    [Fact]
    public void Csv_is_as_approved() => Approved.Verify(Written(ScoreCardTests.Table));

    [Fact]
    public void Csv_gives_back_every_number_and_failure()
    {
        var options = new BootstrapOptions { Resamples = 50 };
        var again = Read(Written(ScoreCardTests.Table));
        Assert.Equal(ScoreCard.Compute(ScoreCardTests.Table, options).ToJson(), ScoreCard.Compute(again, options).ToJson());
        Assert.Equal(ScoreCardTests.Table.Failed, again.Failed);
    }

    [Fact]
    public void Csv_keeps_any_text_and_every_bit()
    {
        var text = OneOf("", "a", "a,b", "say \"no\"", "two\nlines", " blanks ", "é", "#1", "=1+1", "'");
        var number = Gen.OneOf(Gen.Double.Where(double.IsFinite), OneOf(-0.0, 0.1, 5e-324, double.MaxValue, 1.0 / 3));
        var row = Gen.Select(text, text, text, number, Gen.Int[0, 2]);
        Gen.Select(row.Array[0, 5], text.Where(t => t != ""), text).Sample((rows, reason, disease) =>
        {
            var (scores, labels) = (new double[rows.Length, 1], new Label[rows.Length, 1]);
            for (var i = 0; i < rows.Length; i++) (scores[i, 0], labels[i, 0]) = (rows[i].Item4, (Label)rows[i].Item5);
            var table = new ScoreTable([.. rows.Select(r => new ScoredImage(r.Item1, r.Item2, r.Item3))], [disease], scores, labels)
            {
                Failed = [new(new("x", "y", "z"), reason)],
            };
            var again = Read(Written(table));
            Assert.Equal(table.Rows, again.Rows);
            Assert.Equal(table.Diseases, again.Diseases);
            Assert.Equal(table.Scores.Cast<double>().Select(BitConverter.DoubleToInt64Bits),
                again.Scores.Cast<double>().Select(BitConverter.DoubleToInt64Bits));
            Assert.Equal(table.Labels.Cast<Label>(), again.Labels.Cast<Label>());
            Assert.Equal(table.Failed, again.Failed);
        });
    }

    [Fact]
    public void A_file_is_written_and_read()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".csv");
        try
        {
            ScoreTableFile.Write(ScoreCardTests.Table, path);
            Assert.Equal(Written(ScoreCardTests.Table), File.ReadAllText(path));
            Assert.Equal(ScoreCardTests.Table.Rows, ScoreTableFile.Read(path).Rows);
        }
        finally
        {
            File.Delete(path);
        }
        Assert.Equal("not-found", Assert.Throws<InvalidInputException>(() => ScoreTableFile.Read(path)).Kind);
    }

    [Theory]
    [InlineData("", "empty", "t.csv")]
    [InlineData("image,patient\n", "wrong-columns", "t.csv:1")]
    [InlineData("image,patient,source,failure,edema score\n", "wrong-columns", "t.csv:1")]
    [InlineData("image,patient,source,failure,edema score,effusion label\n", "wrong-columns", "t.csv:1")]
    [InlineData("image,patient,source,failure,a score,a label,a score,a label\n", "wrong-columns", "t.csv:1")]
    [InlineData(Header + "i,p,s,,0.5\n", "wrong-columns", "t.csv:2")]
    [InlineData(Header + "i,p,s,,0.5,1\ni,p,s,,half,1\n", "not-a-number", "t.csv:3")]
    [InlineData(Header + "i,p,s,,NaN,1\n", "not-a-number", "t.csv:2")]
    [InlineData(Header + "i,p,s,,,1\n", "not-a-number", "t.csv:2")]
    [InlineData(Header + "i,p,s,,0.5,2\n", "not-a-label", "t.csv:2")]
    [InlineData(Header + "\"i,p,s,,0.5,1\n", "not-csv", "t.csv")]
    public void A_wrong_file_is_told_by_line(string text, string kind, string path)
    {
        var wrong = Assert.Throws<InvalidInputException>(() => Read(text));
        Assert.Equal((kind, path), (wrong.Kind, wrong.Path));
    }

    [Fact]
    public void A_table_must_fit_itself()
    {
        var row = new ScoredImage("i", "p", "s");
        Assert.Throws<ArgumentException>(() => new ScoreTable([row], ["a", "b"], new double[1, 1], new Label[1, 1]));
        Assert.Throws<ArgumentException>(() => new ScoreTable([row], ["a"], new double[1, 1], new Label[1, 2]));
        Assert.Throws<ArgumentException>(() => new ScoreTable([row], ["a", "a"], new double[1, 2], new Label[1, 2]));
        Assert.Throws<ArgumentException>(() => new ScoreTable([row], ["a"], new[,] { { double.NaN } }, new Label[1, 1]));
        Assert.Throws<ArgumentException>(() => new ScoreTable([], [], new double[0, 0], new Label[0, 0]) { Failed = [new(row, "")] });
    }

    const string Header = "image,patient,source,failure,edema score,edema label\n";

    static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    static ScoreTable Read(string text) => ScoreTableFile.Read(new StringReader(text), "t.csv");

    static string Written(ScoreTable table)
    {
        using var writer = new StringWriter();
        ScoreTableFile.Write(table, writer);
        return writer.ToString();
    }
}
