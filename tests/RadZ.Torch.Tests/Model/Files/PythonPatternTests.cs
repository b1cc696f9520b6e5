using RadZ.Files;
using RadZ.Model.Adapters;

namespace RadZ.Torch.Tests.Model;

/// <summary>Python's regular expressions over whole names; the answers are those of Python's <c>re.fullmatch</c>.</summary>
public class PythonPatternTests
{
    static PythonPattern Of(string pattern) => new(pattern, what => new("adapter_config.json", "bad-config", $"target_modules {what}."));

    [Theory]
    [InlineData(@".*language_model.*\.(q_proj|v_proj)", "model.language_model.layers.0.self_attn.q_proj", true)]
    [InlineData(@".*language_model.*\.(q_proj|v_proj)", "model.language_model.layers.0.self_attn.q_proj.x", false)]
    [InlineData(@"model\.layers\.\d+\.mlp", "model.layers.12.mlp", true)]
    [InlineData("a|ab", "ab", true)]
    [InlineData("q_proj", "x.q_proj", false)]
    [InlineData("(?P<kind>q|v)_(?P=kind)", "q_q", true)]
    [InlineData("(?P<kind>q|v)_(?P=kind)", "q_v", false)]
    [InlineData("x{,2}", "xx", true)]
    [InlineData("x{,2}", "x{,2}", false)]
    [InlineData("[]a]+", "]a", true)]
    [InlineData("[^]a]", "]", false)]
    [InlineData(@"layers\.(?!3\.)\d+\.q", "layers.3.q", false)]
    [InlineData(@"layers\.(?!3\.)\d+\.q", "layers.4.q", true)]
    [InlineData(@"(?i)Q_PROJ", "q_proj", true)]
    [InlineData(@"q_proj$", "q_proj", true)]
    [InlineData(@"q_proj\Z", "q_proj", true)]
    public void Names_match_as_in_python(string pattern, string name, bool matches) => Assert.Equal(matches, Of(pattern).Matches(name));

    [Theory]
    [InlineData("("), InlineData(@"\p{L}"), InlineData("a++"), InlineData("(?<n>a)"), InlineData("(?a)x"), InlineData(@"x\"),
        InlineData(@"\Gx"), InlineData("[a-z-[b]]"), InlineData("*")]
    public void What_means_something_else_here_is_refused(string pattern) =>
        Assert.Contains("target_modules is", Assert.Throws<InvalidInputException>(() => Of(pattern)).Message);

    [Fact]
    public void A_pattern_without_end_is_stopped() =>
        Assert.Contains("more than a second",
            Assert.Throws<InvalidInputException>(() => Of(@"(?=x)(x+x+)+y").Matches(new string('x', 60))).Message);

    [Fact]
    public void Patterns_that_backtrack_without_end_elsewhere_end_here() => Assert.False(Of("(x+x+)+y").Matches(new string('x', 5000)));
}
