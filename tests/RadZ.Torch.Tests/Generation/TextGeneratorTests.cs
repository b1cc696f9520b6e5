using RadZ.Files;
using RadZ.Model.Features;
using RadZ.Model.Generation;
using RadZ.Model.Weights;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Images;
using RadZ.Recognition.Scoring;
using RadZ.Text.Knowledge;
using RadZ.Torch.Tests.Cli;

namespace RadZ.Torch.Tests.Generation;

/// <summary>
/// Answers of a small model of random weights: what they are does not matter, that every way of getting them is the same does.
/// </summary>
[Collection(SharedWorld.Name)]
public class TextGeneratorTests(CliWorld world)
{
    static readonly string[] s_questions = ["What does this chest X-ray show?", "Is the heart enlarged?", "Why?"];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    Tensor Pixels(RadiologyEncoder encoder, string name = "a.png") =>
        ImageBatches.Pixels(world.At("xrays", name), encoder.Folder.Preparation, CPU);

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.8)]
    public void Answers_side_by_side_are_those_of_each_question_alone_and_stream_in_pieces(double temperature)
    {
        using var encoder = RadiologyEncoder.Load(world.Model);
        var generator = new TextGenerator(encoder);
        var options = new GenerationOptions { MaxTokens = 20, Temperature = temperature, TopP = 0.95, TopK = 400, Seed = 3 };
        using var pixels = Pixels(encoder);
        var pieces = s_questions.Select(_ => new List<string?>()).ToList();
        var together = generator.Ask(pixels, s_questions, options, (i, text) => pieces[i].Add(text), Cancel);
        Assert.Equal(3, together.Count);
        Assert.All(s_questions.Index(), q =>
        {
            var alone = generator.Ask(pixels, [q.Item], options, cancel: Cancel)[0];
            Assert.Equal(alone.Tokens, together[q.Index].Tokens);
            Assert.Equal((alone.Text, alone.Reason, alone.PromptTokens),
                (together[q.Index].Text, together[q.Index].Reason, together[q.Index].PromptTokens));
            Assert.Null(pieces[q.Index][^1]);
            Assert.Equal(alone.Text, string.Concat(pieces[q.Index]).TrimEnd());
            Assert.Equal(encoder.Folder.Tokenizer.Decode([.. alone.Tokens]).Trim(), alone.Text);
        });
        Assert.True(pieces[0].Count > 5, "an answer of 20 tokens came in one piece");
        Assert.Distinct(together.Select(t => t.Text));
    }

    [Fact]
    public void A_seed_is_a_text_and_another_seed_another()
    {
        using var encoder = RadiologyEncoder.Load(world.Model);
        var generator = new TextGenerator(encoder);
        string Reply(long seed) =>
            generator.Reply([[new("Name a disease.")]], new() { MaxTokens = 16, Temperature = 1, Seed = seed }, cancel: Cancel)[0].Text;
        Assert.Equal(Reply(1), Reply(1));
        Assert.NotEqual(Reply(1), Reply(2));
    }

    [Fact]
    public void A_stop_text_cuts_where_it_begins()
    {
        using var encoder = RadiologyEncoder.Load(world.Model);
        var generator = new TextGenerator(encoder);
        using var pixels = Pixels(encoder);
        var whole = generator.Ask(pixels, [s_questions[0]], new() { MaxTokens = 24 }, cancel: Cancel)[0];
        Assert.Equal(FinishReason.Length, whole.Reason);
        var stop = whole.Text[9..14];
        var shown = "";
        var cut = generator.Ask(pixels, [s_questions[0]], new() { MaxTokens = 24, Stop = [stop] }, (_, text) => shown += text, Cancel)[0];
        Assert.Equal(FinishReason.Stop, cut.Reason);
        Assert.Equal(whole.Text[..whole.Text.IndexOf(stop, StringComparison.Ordinal)].TrimEnd(), cut.Text);
        Assert.Equal(cut.Text, shown.TrimEnd());
        Assert.True(cut.Tokens.Count < whole.Tokens.Count);
    }

    [Fact]
    public void The_closing_token_ends_an_answer_and_tokens_without_text_never_come()
    {
        using var encoder = RadiologyEncoder.Load(world.Model);
        var tokenizer = encoder.Folder.Tokenizer;
        var row = new WrittenRow(tokenizer, new() { MaxTokens = 9 }, 1, _ => { });
        float[] Only(int id) => [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(i => i == id ? 1f : 0f)];
        row.Next(Only(tokenizer.Encode("mass")[0]));
        Assert.False(row.Ended);
        row.Next(Only(tokenizer.EndId));
        Assert.Equal((true, FinishReason.End, 1, tokenizer.EndId), (row.Ended, row.Text().Reason, row.Text().Tokens.Count, row.Last));

        using var head = encoder.Training.Weights.First(w => w.Name == "language_model.lm_head.weight").Value.alias();
        // the image's and the modality tokens' rows
        using (no_grad()) head.narrow(0, 2000, 14).mul_(torch.tensor(1000f));
        var answer = new TextGenerator(encoder).Reply([[new("Which?")]], new() { MaxTokens = 12 }, cancel: Cancel)[0];
        Assert.All(answer.Tokens, id => Assert.InRange(id, 0, 1999));
    }

    [Fact]
    public void A_question_beyond_the_checkpoints_positions_is_refused_and_an_answer_ends_there()
    {
        using var encoder = RadiologyEncoder.Load(world.Changed("short", "config.json",
            text => text.Replace("\"max_position_embeddings\": 4096", "\"max_position_embeddings\": 60",
                StringComparison.Ordinal)) is var name ? world.At(name) : "");
        var generator = new TextGenerator(encoder);
        Assert.Equal("question: the prompt takes 3,014 tokens, and tiny was made for 60 with the answer; ask in fewer words.",
            Assert.Throws<InvalidInputException>(() =>
                generator.Reply([[new(string.Join(' ', Enumerable.Repeat("why", 1000)))]], new(), cancel: Cancel)).Message);
        var answer = generator.Reply([[new("Why?")]], new() { MaxTokens = 500 }, cancel: Cancel)[0];
        Assert.Equal((FinishReason.Length, 60), (answer.Reason, answer.PromptTokens + answer.Tokens.Count));
    }

    [Fact]
    public void A_feature_model_does_not_answer_and_may_leave_its_head_out()
    {
        var without = world.Changed("features-only", "radz.json",
            text => text.Replace("\"answers\": true", "\"answers\": false", StringComparison.Ordinal));
        var path = world.At(without, "model.safetensors");
        using (NewDisposeScope())
        using (var file = new SafetensorsFile(world.At("tiny", "model.safetensors")))
            SafetensorsFile.Write(path,
                [.. file.Header.Tensors.Keys.Where(k => k != "language_model.lm_head.weight").Select(k => (k, file.Read(k)))]);
        using var encoder = RadiologyEncoder.Load(world.At(without));
        using var whole = RadiologyEncoder.Load(world.Model);
        using var pixels = Pixels(encoder);
        using var _ = NewDisposeScope();
        Assert.True(encoder.Images(pixels).Global_BD.equal(whole.Images(pixels).Global_BD).all().item<bool>());
        Assert.Contains("tiny is a feature model: it has no LM head, so it cannot answer in words.",
            Assert.Throws<InvalidInputException>(() => new TextGenerator(encoder)).Message);

        // a model that answers must have one
        File.Copy(world.At("tiny", "radz.json"), world.At(without, "radz.json"), overwrite: true);
        Assert.Contains("language_model.lm_head.weight",
            Assert.Throws<InvalidInputException>(() => RadiologyEncoder.Load(world.At(without))).Message);
    }

    [Fact]
    public void Yes_and_no_are_told_by_whole_words_in_all_their_spellings()
    {
        using var encoder = RadiologyEncoder.Load(world.Model);
        var tokenizer = encoder.Folder.Tokenizer;
        var tokens = YesNoTokens.Find(tokenizer);
        Assert.Empty(tokens.Yes.Intersect(tokens.No));
        using var scores = torch.zeros(2, 2014);
        foreach (var id in tokens.Yes) scores[0, id] = torch.tensor(2f);
        foreach (var id in tokens.No) scores[1, id] = torch.tensor(3f);
        var odds = Math.Log((double)tokens.Yes.Count / tokens.No.Count);
        Assert.Equal([2 + odds, odds - 3], tokens.Margins(scores), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Vqa_reads_yes_and_no_of_each_disease_as_if_it_were_asked_alone()
    {
        using var encoder = RadiologyEncoder.Load(world.Model);
        var list = DiseaseList.Create(["lung infection", "kerley lines", "no finding", "mass"], KnowledgeBase.Embedded);
        string[] questions = ["Does this chest X-ray show pneumonia? Answer yes or no.",
            "Does this chest X-ray show kerley lines? Answer yes or no.",
            "Is this chest X-ray normal, without any abnormal finding? Answer yes or no.",
            "Does this chest X-ray show mass? Answer yes or no."];
        using var scope = NewDisposeScope();
        var pixels = cat([Pixels(encoder), Pixels(encoder, "b.jpg")]);
        var scorer = new VqaScorer(encoder, list);
        var findings = scorer.Findings(pixels, Cancel);
        var tokens = YesNoTokens.Find(encoder.Folder.Tokenizer);
        for (var image = 0; image < 2; image++)
        {
            using var alone = new TextGenerator(encoder).FirstTokens(pixels.narrow(0, image, 1), questions, share: false, Cancel);
            Assert.Equal(tokens.Margins(alone), findings[image].Select(f => f.Score), (a, b) => Math.Abs(a - b) < 1e-4);
            Assert.All(findings[image], f => Assert.Equal(1 / (1 + Math.Exp(-f.Score)), f.Standalone, 1e-9));
            Assert.Equal(1, findings[image].Sum(f => f.Probability), 1e-9);
        }
        Assert.Equal(["lung infection", "kerley lines", "no finding", "mass"], findings[0].Select(f => f.Disease));
        Assert.NotEqual(findings[0].Select(f => f.Score), findings[1].Select(f => f.Score));
        Assert.Throws<ArgumentException>(() => new VqaQuestions { Template = "Is it there?" });
    }
}
