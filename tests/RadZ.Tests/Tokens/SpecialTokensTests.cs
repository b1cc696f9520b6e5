using RadZ.Text.Sequences;

namespace RadZ.Tests.Tokens;

public class SpecialTokensTests
{
    public static TheoryData<string, string> Conventions => MultimodalCases.Conventions;

    [Theory, MemberData(nameof(Conventions))]
    public void Ids_and_rows_are_those_of_the_convention(string model, string convention)
    {
        var expected = MultimodalCases.Of(model, convention);
        var special = MultimodalCases.Special(model, convention);
        foreach (var name in expected.GetProperty("special_ids").EnumerateObject())
            Assert.Equal((name.Name, name.Value.GetInt32()), (name.Name, IdOf(special, name.Name)));
        Assert.Equal(expected.GetProperty("rows_needed").GetInt32(), special.Rows);
    }

    [Fact]
    public void Counts_are_the_callers()
    {
        var special = SpecialTokens.Original(100, imageCount: 1, textCount: 3);
        Assert.Equal([100], special.ImageClassIds);
        Assert.Equal([101, 102, 103], special.TextClassIds);
        Assert.Equal(104, special.Rows);
        Assert.False(special.ImageHasRow);
        Assert.Throws<ArgumentOutOfRangeException>(() => SpecialTokens.Original(100, imageCount: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpecialTokens.HuggingFace(100, textCount: -1));
    }

    [Fact]
    public void There_may_be_none_of_a_kind()
    {
        var special = SpecialTokens.HuggingFace(100, imageCount: 0, textCount: 0);
        Assert.Equal((100, 101, 102), (special.ImageId, special.PadId, special.Rows));
        Assert.Empty(special.ImageClassIds.Concat(special.TextClassIds));
        Assert.Equal([102], SpecialTokens.HuggingFace(100, imageCount: 0, textCount: 1).TextClassIds);
    }

    [Fact]
    public void Known_ids_are_taken_as_they_are()
    {
        var special = SpecialTokens.Create(imageId: 32000, padId: 32001, imageClassIds: [32010, 32005], textClassIds: [32002]);
        Assert.Equal([32010, 32005], special.ImageClassIds);
        Assert.Equal(32011, special.Rows);
        Assert.True(special.ImageHasRow);
    }

    [Theory]
    [InlineData(5, 0, new[] { 5 }, new[] { 6 })]      // image falls together with a modality token
    [InlineData(-200, 6, new[] { 5 }, new[] { 6 })]   // padding does
    [InlineData(-200, 0, new[] { 5, 5 }, new[] { 6 })]
    [InlineData(-200, 0, new[] { -5 }, new[] { 6 })]
    [InlineData(-200, -1, new[] { 5 }, new[] { 6 })]
    public void Ids_that_cannot_work_are_refused(int image, int pad, int[] imageClass, int[] textClass) =>
        Assert.ThrowsAny<ArgumentException>(() => SpecialTokens.Create(image, pad, imageClass, textClass));

    static int IdOf(SpecialTokens special, string name) => name switch
    {
        "<image>" => special.ImageId,
        "<pad>" => special.PadId,
        _ when name.StartsWith("<ImgCls", StringComparison.Ordinal) => special.ImageClassIds[int.Parse(name[7..^1])],
        _ => special.TextClassIds[int.Parse(name[7..^1])],
    };
}
