using System.Text.Json.Nodes;
using RadZ.Experiments.Sweeps;

namespace RadZ.Torch.Tests.Training;

public class MergePatchTests
{
    /// <summary>The first ones are those of RFC 7396, appendix A; the last ones patch elements of lists.</summary>
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    [InlineData("""[{"a":1},{"a":2}]""", """{"1":{"a":3}}""", """[{"a":1},{"a":3}]""")]
    [InlineData("""{"x":[{"a":{"b":1,"c":2}}]}""", """{"x":{"0":{"a":{"b":5}}}}""", """{"x":[{"a":{"b":5,"c":2}}]}""")]
    [InlineData("""["a"]""", """{"name":1}""", """{"name":1}""")]
    public void Patches_as_the_standard_says(string target, string patch, string expected)
    {
        var before = JsonNode.Parse(target);
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), MergePatch.Apply(before, JsonNode.Parse(patch))!.ToJsonString());
        Assert.Equal(JsonNode.Parse(target)!.ToJsonString(), before!.ToJsonString());
    }

    [Fact]
    public void A_place_that_is_not_there_is_named() =>
        Assert.Equal("'phases' has 1 element; there is no number 2 (the first is 0).",
            Assert.Throws<FormatException>(() =>
                MergePatch.Apply(JsonNode.Parse("""{"phases":[{}]}"""), JsonNode.Parse("""{"phases":{"2":{}}}"""))).Message);
}
