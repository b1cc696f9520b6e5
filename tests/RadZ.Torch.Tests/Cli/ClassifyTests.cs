using System.Text.Json;
using RadZ.Model.Features;
using RadZ.Model.RandomCheckpoints;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Results;
using RadZ.Recognition.Scoring;
using RadZ.Text.Knowledge;

namespace RadZ.Torch.Tests.Cli;

[Collection(SharedWorld.Name)]
public class ClassifyTests(CliWorld world)
{
    static string[] Members(JsonElement element) => [.. element.EnumerateObject().Select(m => m.Name)];

    [Fact]
    public void Json_holds_every_image_in_order_and_bad_ones_stop_no_other()
    {
        var run = world.Program.Start("classify", "bad", "gone.png", "nothing", "xrays", "--format", "json");

        Assert.Equal(["model", "results"], Members(run.Json));
        var model = run.Json.GetProperty("model");
        Assert.Equal(["name", "hash"], Members(model));
        Assert.Equal(TinyModelFolder.Name, model.GetProperty("name").GetString());
        Assert.Matches("^[0-9a-f]{64}$", model.GetProperty("hash").GetString());
        JsonElement[] results = [.. run.Json.GetProperty("results").EnumerateArray()];
        var kinds = results.Select(r =>
            $"{r.GetProperty("file").GetString()} {(r.TryGetProperty("error", out var e) ? e.GetProperty("kind").GetString() : "read")}");
        Assert.Equal(["bad/cut.jpg truncated", "bad/dot.png too-small", "bad/empty.png empty", "bad/text.png not-an-image",
            "gone.png missing", "nothing no-images",
            "xrays/a.png read", "xrays/b.jpg read", "xrays/deeper/c.png read"], kinds);
        Assert.All(results[..6], r =>
        {
            Assert.Equal(["file", "error"], Members(r));
            Assert.Equal(["kind", "message"], Members(r.GetProperty("error")));
            var message = r.GetProperty("error").GetProperty("message").GetString()!;
            Assert.StartsWith(r.GetProperty("file").GetString()!, message);
            // what was found, what was expected, what to do
            Assert.Matches("(expected|holds no image).*; (check|copy)", message);
        });
        Assert.All(results[6..], r =>
        {
            Assert.Equal(["file", "gate", "findings"], Members(r));                              // noise is no radiograph
            Assert.All(r.GetProperty("gate").EnumerateArray(), g => Assert.Equal(["reason", "score", "source", "detail"], Members(g)));
            JsonElement[] findings = [.. r.GetProperty("findings").EnumerateArray()];
            Assert.All(findings, f => Assert.Equal(["disease", "score", "probability", "standalone"], Members(f)));
            Assert.Equal(["edema", "mass", "no finding", "pneumonia"], findings.Select(f => f.GetProperty("disease").GetString()).Order());
            double[] probabilities = [.. findings.Select(f => f.GetProperty("probability").GetDouble())];
            Assert.Equal(probabilities.OrderDescending(), probabilities);
            Assert.Equal(1, probabilities.Sum(), 9);
            Assert.All(findings, f => Assert.InRange(f.GetProperty("standalone").GetDouble(), 0, 1));
        });
        Assert.Equal(2, run.Code);
        Assert.Matches("^Research use only[.] Not a medical device[.]\n6 of 9 images could not be read[.]\n" +
            "3 of 9 images are doubted \\([a-z0-9, -]+\\); --gate refuse refuses them[.]\n$", run.Error);
    }

    [Theory, InlineData("direct"), InlineData("anchored"), InlineData("bank")]
    public async Task Each_score_is_the_librarys(string score)
    {
        string[] diseases = ["lung infection", "nodule", "kerley lines", "no finding"];
        var run = world.Program.Start("classify", "xrays/a.png", "--format", "json", "--score", score, "--diseases",
            string.Join(',', diseases));
        Assert.Equal(0, run.Code);

        using var encoder = RadiologyEncoder.Load(world.Model);
        using var recognizer = new ImageScorer(encoder, DiseaseList.Create(diseases, KnowledgeBase.Embedded),
            Enum.Parse<ScoreKind>(score, ignoreCase: true), new(null));
        var expected = (ImageResult.Recognized)await recognizer.ScoreAsync([world.At("xrays", "a.png")],
            cancel: TestContext.Current.CancellationToken).FirstAsync(TestContext.Current.CancellationToken);
        var actual = run.Json.GetProperty("results")[0].GetProperty("findings").EnumerateArray();
        Assert.All(expected.Ranked.Zip(actual), pair =>
        {
            Assert.Equal(pair.First.Disease, pair.Second.GetProperty("disease").GetString());
            Assert.Equal(pair.First.Score, pair.Second.GetProperty("score").GetDouble(), 1e-4 * Math.Abs(pair.First.Score) + 1e-4);
            Assert.Equal(pair.First.Probability, pair.Second.GetProperty("probability").GetDouble(), 1e-4);
            Assert.Equal(pair.First.Standalone, pair.Second.GetProperty("standalone").GetDouble(), 1e-4);
        });
        Assert.Equal(4, actual.Count());
    }

    [Fact]
    public void A_table_is_plain_ascii_when_redirected_and_says_research_use()
    {
        var run = world.Program.Start("classify", "xrays/a.png", "bad/text.png", "--top", "2");

        Assert.Equal(2, run.Code);
        Assert.Matches("^[\n\x20-\x7e]+$", run.Out);
        Assert.Equal("xrays/a.png", run.Lines[0]);
        Assert.Matches("^  disease +probability +alone +score$", run.Lines[1]);
        Assert.All(run.Lines[2..4], l => Assert.Matches("^  (pneumonia|mass|edema|no finding) +#* +[0-9.]+ % +[0-9.]+ % +-?[0-9.]+$", l));
        Assert.Matches("^  doubted: [a-z-]+ \\([01][.][0-9]+, pixels: .*\\)$", run.Lines[4]);
        Assert.Equal("", run.Lines[5]);
        Assert.Equal("Research use only. Not a medical device.", run.Lines[^1]);
        Assert.StartsWith("error: bad/text.png: the file begins with the text \"Patient has a co\", expected a PNG", run.Error);
    }

    [Fact]
    public void Csv_has_a_row_a_finding_and_a_row_a_failure()
    {
        var run = world.Program.Start("classify", "xrays", "bad/empty.png", "--format", "csv", "--top", "1", "--diseases-file",
            world.Write("list.txt", "# mine\nmass # or lump\n\nno finding\n"));

        Assert.Equal("file,disease,score,probability,standalone,error,message,gate", run.Lines[0]);
        Assert.Equal(["xrays/a.png", "xrays/b.jpg", "xrays/deeper/c.png", "bad/empty.png"], run.Lines[1..].Select(l => l.Split(',')[0]));
        Assert.All(run.Lines[1..4],
            l => Assert.Matches("^[^,]+,(mass|no finding),-?[0-9.E-]+,[0-9.E-]+,[0-9.E-]+,,,[a-z-]+ [01][.][0-9]{2}(\\|[a-z-]+ " +
                "[01][.][0-9]{2})*$", l));
        Assert.StartsWith("bad/empty.png,,,,,empty,", run.Lines[4]);
        Assert.Equal(2, run.Code);
    }

    [Theory]
    [InlineData("pneumona",
        "error: --diseases: 'pneumona' is not in the knowledge base; did you mean 'pneumonia'? To use the words as they are, write " +
        "\"disease:pneumona\".\n")]
    [InlineData("mass,lung mass",
        "error: --diseases: names mass more than once (mass, lung mass); a softmax over it would count it twice.\n")]
    [InlineData(",", "error: --diseases: names no disease; give at least one, as in --diseases pneumonia,\"no finding\".\n")]
    [InlineData("mass,??", "error: --diseases: holds the name '??', expected letters.\n")]
    public void A_disease_that_cannot_be_used_is_told_before_anything_is_loaded(string diseases, string error)
    {
        var run = world.Program.Start("classify", "xrays", "--diseases", diseases, "--model", "no-such-model");
        Assert.Equal(new Run(2, "", error), run);
    }

    [Fact]
    public void A_checkpoint_that_does_not_fit_lists_what_is_wrong()
    {
        var changed = world.Changed("wrong", "config.json",
            text => text.Replace("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4", StringComparison.Ordinal));
        var run = world.Program.Start("classify", "xrays", "--model", changed, "--format", "json");

        Assert.Equal(2, run.Code);
        Assert.Equal("", run.Out);
        Assert.StartsWith("error: wrong: 25 weight(s) of the model are missing: ", run.Error);
        Assert.Contains("vision_tower.vision_model.encoder.layers.3.layer_norm1.weight", run.Error);
        Assert.EndsWith("Is this the checkpoint that its config.json describes?\n", run.Error);
    }

    [Fact]
    public void Settings_that_cannot_be_tell_all_their_mistakes()
    {
        var changed = world.Changed("settings", "radz.json",
            text => text.Replace("2003,", "2103,", StringComparison.Ordinal).Replace("\"pad_token\": 2001",
                "\"pad_token\": 2000, \"nickname\": 1", StringComparison.Ordinal));
        var run = world.Program.Start("classify", "xrays", "--model", changed);
        Assert.Equal((2, ""), (run.Code, run.Out));
        Assert.Contains(": unknown member 'nickname'; expected one of version, name", run.Error);
        Assert.Contains(" image_tokens and text_tokens are 2002, 2103, 2004,", run.Error);
        Assert.EndsWith(" pad_token is 2000; expected a row of the table of its own.\n", run.Error);
    }

    [Fact]
    public void A_plain_llava_is_used_with_a_warning()
    {
        RandomCheckpoint.Write(CheckpointShape.Tiny, seed: 3, world.At("plain"), TinyModelFolder.Tokenizer, null,
            TestContext.Current.CancellationToken);
        var run = world.Program.Start("classify", "xrays/a.png", "--model", "plain", "--format", "json");

        Assert.Equal(0, run.Code);
        Assert.StartsWith("warning: plain is a plain LLaVA: its modality tokens are new and untrained", run.Error);
        Assert.Equal(15, run.Json.GetProperty("results")[0].GetProperty("findings").GetArrayLength());   // ChestX-ray14 and no finding
    }

    [Theory]
    [InlineData(new[] { "classify", "xrays", "--model", "nowhere" },
        "error: nowhere: no such folder; expected a LLaVA checkpoint (config.json, tokenizer.model, weights: model.safetensors, " +
        "model.safetensors.index.json, pytorch_model.bin, pytorch_model.bin.index.json). Check --model.\n")]
    [InlineData(new[] { "classify", "xrays", "--diseases", "kerley lines", "--score", "anchored", "--format", "json" },
        "error: --score anchored: none of the diseases has a description in the knowledge base; take --score direct, or add " +
        "descriptions.\n")]
    [InlineData(new[] { "classify", "xrays", "--knowledge", "nowhere.json" },
        "error: nowhere.json: there is no such file; check the path.\n")]
    [InlineData(new[] { "classify", "xrays", "--diseases-file", "nowhere.txt" },
        "error: nowhere.txt: there is no such file, expected a text file with a disease a line; check --diseases-file.\n")]
    public void What_is_not_there_is_named(string[] args, string error) => Assert.Equal(new Run(2, "", error), world.Program.Start(args));
}
