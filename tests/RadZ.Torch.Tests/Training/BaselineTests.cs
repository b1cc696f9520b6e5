using RadZ.Data;
using RadZ.Model.Features;
using RadZ.Model.Generation;
using RadZ.Text.ChatTemplates;
using RadZ.Text.Knowledge;
using RadZ.Text.Sequences;
using RadZ.Training.Data;
using RadZ.Training.Phases;
using RadZ.Training.Recipes;
using RadZ.Training.Runs;

namespace RadZ.Torch.Tests.Training;

/// <summary>What the baselines compute, by hand.</summary>
public class BaselineTests
{
    static Sample Of(params (string Disease, Label Label)[] labels) =>
        new("x", "p", "s", new(labels.ToDictionary(l => l.Disease, l => l.Label)));

    [Fact]
    public void Questions_are_half_yes_and_half_no_and_never_about_what_is_unknown()
    {
        string[] diseases = ["mass", "nodule", "edema"];
        var training = Enumerable.Repeat(Of(("mass", Label.Present)), 9).Append(Of(("nodule", Label.Present))).ToList();
        var both = Of(("mass", Label.Present), ("nodule", Label.Present), ("edema", Label.Absent));
        Sample[] batch = [.. Enumerable.Repeat(both, 2000), Of(("mass", Label.Unknown), ("nodule", Label.Absent)),
            Of(("edema", Label.Unknown))];
        var asked = new AskedQuestions(diseases, training, perPicture: 2).Draw(batch, seed: 1);
        // two of each picture, one of which only an absence is known, none of which nothing is
        Assert.Equal(4001, asked.Count);
        Assert.All(asked, a => Assert.Equal(a.IsPresent ? Label.Present : Label.Absent, batch[a.Picture].Labels[a.Disease]));
        Assert.Equal((2000, 2001), (asked.Count(a => a.IsPresent), asked.Count(a => !a.IsPresent)));
        // nine times as frequent in training, asked for a ninth as often: 1800 of 2000 ask for the nodule (deviation 13)
        Assert.InRange(asked.Count(a => a is { IsPresent: true, Disease: "nodule" }), 1740, 1860);
        Assert.Equal(asked, new AskedQuestions(diseases, training, 2).Draw(batch, seed: 1));
        Assert.NotEqual(asked, new AskedQuestions(diseases, training, 2).Draw(batch, seed: 2));
    }

    static (RadiologyEncoder Encoder, TrainingRecipe Recipe, TrainingData Data) Start(ToyData toy, string phase)
    {
        var recipe = RecipeFile.Read(toy.Recipe("start", phase));
        var data = TrainingData.Read(recipe.Data, KnowledgeBase.Embedded);
        return (ModelStart.Load(recipe, data, CPU), recipe, data);
    }

    [Fact]
    public void What_is_learnt_is_what_is_asked_in_use()
    {
        using var toy = new ToyData(12);
        var (encoder, recipe, data) = Start(toy, """{ "kind": "answering", "batch": 4 }""");
        using var _ = NewDisposeScope();
        using var owned = encoder;
        using var context = new PhaseContext(recipe, data, KnowledgeBase.Embedded, encoder);
        using var task = new AnsweringTask(context, recipe.Phases[0]);
        var images = new PreparedImages(encoder.Folder.Preparation);
        var batch = new BatchProducer(data, images, new(recipe.Wording, KnowledgeBase.Embedded), new(), 1, recipe.Seed, null).Make([0], 0,
            0);
        var loss = task.Loss(batch, 0).Total.ToDouble();

        // by the generator, which decodes the prompt with a cache: - ln P of the answer's tokens, one after the other
        var asked = new AskedQuestions(data.Diseases, data.Training, 2).Draw(batch.Samples, unchecked(recipe.Seed * 9_176_263));
        Assert.Equal(2, asked.Count);
        var (tokenizer, template) = (encoder.Folder.Tokenizer, new TextGenerator(encoder).Template);
        var (sum, tokens) = (0.0, 0);
        using var __ = no_grad();
        var patches = encoder.Model.Project(encoder.Model.See(tensor(batch.Pixels, [1, 3, 32, 32])));
        foreach (var question in asked)
        {
            var list = RadZ.Recognition.Diseases.DiseaseList.Create([question.Disease], KnowledgeBase.Embedded);
            var text = AnsweringTask.Questions(recipe.Phases[0].Answering).QuestionFor(list.Entries[0]);
            int[] answer = [.. tokenizer.EncodeWord(question.IsPresent ? "Yes" : "No", spaced: true), tokenizer.EndId];
            var prompt = template.Encode([ChatMessage.WithImage(text)], tokenizer, encoder.Folder.Config.ImageTokenIndex,
                encoder.Folder.Config.Vision.Patches);
            using var first = new TextGenerator(encoder).FirstTokens(tensor(batch.Pixels, [1, 3, 32, 32]), [text],
                cancel: TestContext.Current.CancellationToken);
            sum -= first[0].log_softmax(0)[answer[0]].ToDouble();
            for (var t = 1; t < answer.Length; t++)
            {
                var sequence = new TokenSequence([.. prompt.Ids, .. answer[..t]],
                    [.. prompt.Roles, .. Enumerable.Repeat(TokenRole.Text, t)]);
                var logits = encoder.Model.Logits(encoder.Model.Last(encoder.Model.Embed(TokenBatch.Pad([sequence], 0, PaddingSide.Right),
                    patches, ScalarType.Float32)));
                sum -= logits[0, sequence.Length - 1].log_softmax(0)[answer[t]].ToDouble();
            }
            tokens += answer.Length;
        }
        Assert.Equal(sum / tokens, loss, 4);
    }

    [Fact]
    public async Task A_batch_without_a_known_label_teaches_nothing_stops_nothing_and_is_counted()
    {
        using var toy = new ToyData(24);
        var lines = File.ReadAllLines(toy.At("manifest.csv"));
        // of two patients in three only a report is there, whose labels nobody knows
        File.WriteAllLines(toy.At("manifest.csv"),
            lines.Select((l, i) => i == 0 ? l + ",report" : i % 3 == 0 ? l + ","
                : string.Join(',', l.Split(',')[..2]) + ",,,,The heart is of normal size."));
        var run = await toy.Train(toy.Recipe("answers", """{ "kind": "answering", "epochs": 3, "batch": 2, "rate": 1e-3 }"""), "run");
        var steps = File.ReadAllLines(run.Steps("1-answering")).Select(l => l.Split(',')).ToList();
        var (at, answers) = (Array.IndexOf(steps[0], "unasked"), Array.IndexOf(steps[0], "answers"));
        Assert.Contains("1", steps.Skip(1).Select(s => s[at]));
        Assert.Contains("0", steps.Skip(1).Select(s => s[at]));
        Assert.All(steps.Skip(1), s => Assert.Equal(s[at] == "1", s[answers] == "0"));
        Assert.True(File.Exists(Path.Combine(run.Model, "model.safetensors")));
    }

    [Fact]
    public void The_two_encoders_read_means_and_padding_has_no_part()
    {
        using var toy = new ToyData(12);
        var (encoder, recipe, _) = Start(toy, """{ "kind": "encoder_alignment", "batch": 4 }""");
        using var scope = NewDisposeScope();
        using var __ = no_grad();
        using var owned = encoder;
        using var pair = new EncoderPair(encoder.Folder, recipe.Seed, CPU, ScalarType.Float32);
        string[] texts = ["mass", "There is a large pleural effusion on the left side.", "no finding",
            string.Join(' ', Enumerable.Repeat("edema", 300))];
        var sequences = texts.Select(pair.Sequence).ToList();
        Assert.Equal(encoder.Folder.Settings.TextLimit, sequences[3].Length);
        Assert.All(sequences, s => Assert.Equal(encoder.Folder.Tokenizer.BeginId, s.Ids[0]));
        var together = pair.Texts(sequences).Global_BD;
        for (var i = 0; i < texts.Length; i++)
            Assert.InRange((together[i] - pair.Texts([sequences[i]]).Global_BD[0]).abs().max().ToDouble(), 0, 1e-5);

        var patches = randn(2, 16, 32);
        var map = pair.Weights.Single(w => w.Name == "image_projection.weight").Value.data<float>().ToArray();
        var image = pair.Images(patches).Global_BD;
        for (var row = 0; row < 2; row++)
        {
            var mean = new double[32];
            for (var v = 0; v < 16; v++)
            {
                var x = patches[row, v].data<float>().Select(f => (double)f).ToArray();
                var (center, spread) = (x.Average(), Math.Sqrt(x.Average(f => f * f) - x.Average() * x.Average() + 1e-5));
                for (var d = 0; d < 32; d++) mean[d] += (x[d] - center) / spread / 16;
            }
            for (var o = 0; o < 32; o++) Assert.Equal(mean.Select((m, d) => m * map[o * 32 + d]).Sum(), image[row, o].ToDouble(), 4);
        }
        Assert.Equal(encoder.Folder.Config.Decoder.NumHiddenLayers,
            pair.Weights.Select(w => w.Name).Where(n => n.Contains(".layers.", StringComparison.Ordinal))
                .Select(n => n.Split(".layers.")[1].Split('.')[0]).Distinct().Count());
    }
}
