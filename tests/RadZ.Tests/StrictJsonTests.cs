using System.Text;
using RadZ.Files;

namespace RadZ.Tests;

public class StrictJsonTests
{
    sealed record Inner(int Weight);

    sealed record Outer
    {
        public required string Model { get; init; }
        public int BatchSize { get; init; } = 16;
        public IReadOnlyList<Inner> Parts { get; init; } = [];
        public Dictionary<string, Inner> ByName { get; init; } = [];
    }

    static Outer Read(string json) => StrictJson.Read<Outer>("run.json", Encoding.UTF8.GetBytes(json));

    static string Refused(string json) => Assert.Throws<InvalidInputException>(() => Read(json)).Message;

    [Fact]
    public void Reads_snake_case_comments_trailing_commas_and_a_byte_order_mark()
    {
        var read = Read("\uFEFF{ // a comment\n \"model\": \"tiny\", \"batch_size\": 4, \"parts\": [{ \"weight\": 2 },], \"by_name\": { " +
            "\"any key\": { \"weight\": 3 } } }");
        Assert.Equal(("tiny", 4, 2, 3), (read.Model, read.BatchSize, read.Parts[0].Weight, read.ByName["any key"].Weight));
    }

    [Fact]
    public void All_wrong_members_are_told_with_line_and_nearest_name()
    {
        var message = Refused("{\n \"batchsize\": 4,\n \"parts\": [\n  { \"weight\": 1,\n    \"wieght\": 2 } ],\n" +
            " \"by_name\": { \"a\": { \"zebra\": 1 } },\n \"parts\": []\n}");
        Assert.Equal(
            "run.json: line 2: unknown member 'batchsize'; did you mean 'batch_size'? line 5: unknown member 'wieght'; did you mean " +
            "'weight'? " +
            "line 6: unknown member 'zebra'; expected one of weight. line 7: 'parts' comes twice; keep one. line 1: 'model' is missing " +
            "from this object.",
            message);
    }

    [Theory]
    [InlineData("{\n \"model\": 5 }", "run.json:2: ", "(model)")]
    [InlineData("{\n \"model\": null }", "run.json:2: ", "")]
    [InlineData("{\n \"model\": \"x\"\n", "run.json:3: ", "")]
    [InlineData("", "run.json:1: ", "")]
    [InlineData("[]", "run.json:1: ", "")]
    public void Wrong_values_and_broken_files_name_their_line(string json, string start, string end)
    {
        var message = Refused(json);
        Assert.StartsWith(start, message);
        Assert.EndsWith(end, message);
    }

    [Fact]
    public void A_missing_file_is_bad_input() =>
        Assert.Equal("missing-file", Assert.Throws<InvalidInputException>(() => StrictJson.ReadFile<Outer>("/nowhere/run.json")).Kind);
}
