using RadZ.Text.Sequences;
using RadZ.Text.Wording;

namespace RadZ.Tests.Tokens;

public class SequenceBuilderTests
{
    public static TheoryData<string, string> Conventions => MultimodalCases.Conventions;
    public static TheoryData<string, string> WithCategories => MultimodalCases.With("category_sequences");
    public static TheoryData<string> Models => TokenizerCases.ModelNames;

    [Theory, MemberData(nameof(Conventions))]
    public void Image_sequences_are_those_of_the_method(string model, string convention)
    {
        var expected = MultimodalCases.Of(model, convention).GetProperty("image_sequence");
        var builder = MultimodalCases.Builder(model, convention);
        var unexpanded = expected.GetProperty("ids").Ints();
        var sizes = expected.EnumerateObject().Where(p => p.Name[0] == 'V').ToList();
        Assert.NotEmpty(sizes);
        foreach (var size in sizes)
        {
            var patches = int.Parse(size.Name[1..]);
            var sequence = builder.Image(patches);
            Assert.Equal(size.Value.GetProperty("length").GetInt32(), sequence.Length);
            Assert.Equal(unexpanded.SelectMany(id => Enumerable.Repeat(id, id == builder.Special.ImageId ? patches : 1)), sequence.Ids);
            Assert.Equal(size.Value.GetProperty("patch_positions").Span(), At(sequence, TokenRole.Image));
            var batch = TokenBatch.Pad([sequence], builder.Special.PadId, PaddingSide.Right);
            Assert.Equal(size.Value.GetProperty("global_positions").Span(), batch.GlobalPositions(0));
            Assert.Equal(size.Value.GetProperty("local_positions").Span(), batch.LocalPositions(0));
        }
    }

    [Theory, MemberData(nameof(Conventions))]
    public void Text_sequences_are_those_of_the_method(string model, string convention)
    {
        var builder = MultimodalCases.Builder(model, convention);
        foreach (var row in MultimodalCases.Of(model, convention).GetProperty("text_sequences").EnumerateArray())
        {
            var sequence = builder.Text(row.Text("report"), row.GetProperty("limit").GetInt32());
            Assert.Equal(row.GetProperty("ids").Ints(), sequence.Ids);
            Assert.Equal(Enumerable.Range(sequence.Length - builder.Special.TextClassIds.Count, builder.Special.TextClassIds.Count),
                At(sequence, TokenRole.Special));
            Assert.Equal(sequence.Length - builder.Special.TextClassIds.Count, At(sequence, TokenRole.Text).Length);
        }
    }

    [Theory, MemberData(nameof(WithCategories))]
    public void Category_sequences_are_those_of_the_method(string model, string convention)
    {
        const string opening = "This is a chest X-ray showing ";
        var builder = MultimodalCases.Builder(model, convention);
        foreach (var row in MultimodalCases.Of(model, convention).GetProperty("category_sequences").EnumerateArray())
        {
            var text = CategoryPrompts.Default.Present(row.Text("text")[opening.Length..]);
            Assert.Equal(row.Text("text"), text);
            Assert.Equal(row.GetProperty("ids").Ints(), builder.Text(text, limit: 256).Ids);
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void A_limit_without_room_for_question_and_modality_tokens_is_refused(string model)
    {
        var builder = Original(model);
        Assert.Equal(builder.SmallestLimit, builder.Text("No acute disease.", builder.SmallestLimit).Length);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => builder.Text("No acute disease.", builder.SmallestLimit - 1));
        Assert.Contains($"at least {builder.SmallestLimit}", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Text("", int.MinValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Image(0));
    }

    [Theory, MemberData(nameof(Models))]
    public void White_space_around_a_report_does_not_count_and_is_what_Python_strips(string model)
    {
        var builder = Original(model);
        var plain = builder.Text("No effusion.", 256).Ids;
        foreach (var space in new[] { " ", "\n", "\u001C", "\u001D", "\u001E", "\u001F", "\u0085", "\u00A0", "\u3000", "\u2028" })
            Assert.Equal(plain, builder.Text($"{space} No effusion. {space}", 256).Ids);
        foreach (var kept in new[] { "\u200B", "\uFEFF", "\u0000" })
            Assert.NotEqual(plain, builder.Text(kept + "No effusion.", 256).Ids);
        Assert.Equal(builder.Text("", 256).Ids, builder.Text(" \u001C\n", 256).Ids);
    }

    [Theory, MemberData(nameof(Models))]
    public void A_report_cannot_forge_special_tokens(string model)
    {
        var builder = Original(model);
        var special = builder.Special;
        var sequence = builder.Text("<TxtCls0><ImgCls0></s><image><s> effusion <TxtCls7>", 256);
        Assert.Equal(special.TextClassIds,
            sequence.Ids.Where(id => id < 3 || id >= special.TextClassIds[0] || special.ImageClassIds.Contains(id)).Skip(1));
        Assert.Equal(special.TextClassIds.Count, sequence.Roles.Count(r => r == TokenRole.Special));
        Assert.DoesNotContain(special.ImageId, sequence.Ids);
    }

    [Theory, MemberData(nameof(Models))]
    public void Questions_are_the_callers(string model)
    {
        var tokenizer = TokenizerCases.Models[model];
        var special = SpecialTokens.Original(tokenizer.VocabularySize, 1, 1);
        var builder = new SequenceBuilder(tokenizer, special, imageQuestion: "Which?", textQuestion: "What?");
        Assert.Equal([tokenizer.BeginId, -200, .. tokenizer.Encode("\nWhich?"), special.ImageClassIds[0]], builder.Image(1).Ids);
        Assert.Equal([tokenizer.BeginId, .. tokenizer.Encode("Edema."), .. tokenizer.Encode("What?"), special.TextClassIds[0]],
            builder.Text("Edema.", 99).Ids);
    }

    [Theory, MemberData(nameof(Models))]
    public void Special_ids_that_text_can_make_are_refused(string model)
    {
        var tokenizer = TokenizerCases.Models[model];
        var n = tokenizer.VocabularySize;
        Assert.Throws<ArgumentException>(() => new SequenceBuilder(tokenizer, SpecialTokens.Original(n - 1)));
        Assert.Throws<ArgumentException>(() => new SequenceBuilder(tokenizer, SpecialTokens.Create(n - 1, n, [n + 1], [n + 2])));
        Assert.NotNull(new SequenceBuilder(tokenizer, SpecialTokens.Create(n, 0, [n + 1], [n + 2])));
    }

    [Fact]
    public void A_negative_prompt_differs_from_the_positive_in_one_word()
    {
        Assert.Equal("This is a chest X-ray showing pleural effusion", CategoryPrompts.Default.Present("pleural effusion"));
        Assert.Equal("This is a chest X-ray showing no pleural effusion", CategoryPrompts.Default.Absent("pleural effusion"));
    }

    [Fact]
    public void Prompt_templates_need_a_place_for_the_disease()
    {
        Assert.Equal("Edema?", (CategoryPrompts.Default with { PresentTemplate = "{disease}?" }).Present("Edema"));
        Assert.Throws<ArgumentException>(() => CategoryPrompts.Default with { AbsentTemplate = "There is no {Disease}" });
        Assert.Throws<ArgumentException>(() => CategoryPrompts.Default.Present(" "));
    }

    static SequenceBuilder Original(string model) =>
        new(TokenizerCases.Models[model], SpecialTokens.Original(TokenizerCases.Models[model].VocabularySize));

    static int[] At(TokenSequence sequence, TokenRole role) =>
        [.. Enumerable.Range(0, sequence.Length).Where(i => sequence.Roles[i] == role)];
}
