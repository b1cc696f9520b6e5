using RadZ.Files;

namespace RadZ.Tests;

public class NameSuggestionTests
{
    [Theory]
    [InlineData("mass", "mass", 0)]
    [InlineData("Pleural_Effusion", "pleural effusion", 0)]
    [InlineData("", "mass", 4)]
    [InlineData("mas", "mass", 1)]
    [InlineData("msas", "mass", 1)] // neighbours swapped
    [InlineData("kitten", "sitting", 3)]
    public void Distance_counts_edits(string a, string b, int expected)
    {
        Assert.Equal(expected, NameSuggestion.Distance(a, b));
        Assert.Equal(expected, NameSuggestion.Distance(b, a));
    }

    [Fact]
    public void Nearest_is_the_fewest_edits_away_and_none_when_all_are_far()
    {
        string[] right = ["batch_size", "temperature", "base_size"];
        Assert.Equal("batch_size", NameSuggestion.Nearest("batchsiz", right));
        Assert.Equal("temperature", NameSuggestion.Nearest("temperatrue", right));
        Assert.Null(NameSuggestion.Nearest("learning_rate", right));
        Assert.Null(NameSuggestion.Nearest("x", []));
    }

    [Fact]
    public void Hint_ends_a_message()
    {
        Assert.Equal("; did you mean 'mass'?", NameSuggestion.Hint("mas", ["mass"]));
        Assert.Equal("", NameSuggestion.Hint("scoliosis", ["mass"]));
    }
}
