using System.Text.Json;
using RadZ.Data.Guards;
using RadZ.Evaluation.Runs;
using RadZ.Model.Features;
using RadZ.TestKit;

namespace RadZ.Torch.Tests.Cli;

[Collection(SharedWorld.Name)]
public class RobustnessVerbTests(CliWorld world)
{
    const string Manifest = """
        image,patient,pneumonia,lung mass,no finding
        xrays/a.png,p1,1,0,0
        xrays/b.jpg,p2,0,1,0
        xrays/deeper/c.png,p3,0,,1
        bad/cut.jpg,p4,0,0,0

        """;

    [Fact]
    public void Every_text_is_scored_as_the_library_scores_it_and_the_folder_is_sealed()
    {
        var run = world.Program.Start("robustness", world.Write("words.csv", Manifest), "--out", "words", "--random", "2", "--resamples",
            "50", "--format", "json");

        Assert.Equal(2, run.Code);
        Assert.Contains("error: ", run.Error);
        Assert.Contains("the JPEG ends ", run.Error);
        Assert.EndsWith("Research use only. Not a medical device.\n", run.Error);
        Assert.Equal(run.Out, File.ReadAllText(world.At("words", "robustness.json")));
        Assert.Equal((3, 1), (run.Json.GetProperty("images").GetInt32(), run.Json.GetProperty("failed").GetInt32()));
        Assert.Equal(["pneumonia", "lung mass", "no finding"],
            run.Json.GetProperty("diseases").EnumerateArray().Select(d => d.GetProperty("disease").GetString()));
        Assert.Equal(6, run.Json.GetProperty("texts").EnumerateArray().Count(t => t.GetProperty("kind").GetString() == "random"));
        Assert.Equal(4, run.Json.GetProperty("denials").GetArrayLength());                 // of two diseases, by sentence and description
        Assert.Empty(Seal.Read(world.At("words")).Broken(world.At("words")));

        // the folder holds, says what was changed, and its page can be made again
        var verified = world.WithoutModel.Start("verify", "words");
        Assert.Equal((0, ""), (verified.Code, verified.Error));
        Assert.Equal("words: every number follows from the scores, and nothing was changed.", verified.Lines[0]);
        var page = File.ReadAllText(world.At("words", "report.html"));
        foreach (var told in (string[])["Research use only", "Negations by disease", "Each wording less the default",
            verified.Lines[^1][5..]]) Assert.Contains(told, page, StringComparison.Ordinal);
        File.Delete(world.At("words", "report.html"));
        var reported = world.WithoutModel.Start("report", "words");
        Assert.Equal((0, "words/report.html"), (reported.Code, reported.Lines[^1]));
        Assert.Equal(page, File.ReadAllText(world.At("words", "report.html")));
        var whole = File.ReadAllText(world.At("words", "scores.csv"));
        var row = whole.Split('\n')[1].Split(',');
        File.WriteAllText(world.At("words", "scores.csv"),
            whole.Replace(string.Join(',', row), string.Join(',', row.Select((c, i) => i < 6 ? c : i % 2 == 0 ? "77" : "-77"))));
        var changed = world.WithoutModel.Start("verify", "words");
        Assert.Equal(2, changed.Code);
        Assert.Contains("scores.csv: is not what was sealed", changed.Out);
        Assert.Contains("\nrobustness.json\n  - ", changed.Out);
        File.WriteAllText(world.At("words", "scores.csv"), whole);

        string[][] texts = [.. File.ReadAllLines(world.At("words", "texts.csv")).Select(l => l.Split(','))],
        scores = [.. File.ReadAllLines(world.At("words", "scores.csv")).Select(l => l.Split(','))];
        var first = Array.FindIndex(texts, t => t[4] == "This is a chest X-ray showing no pneumonia");
        using var encoder = RadiologyEncoder.Load(world.Model);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var pixels = tensor(encoder.Folder.Preparation.Prepare(world.At("xrays", "a.png")), [1, 3, 32, 32]);
        var expected = nn.functional.cosine_similarity(encoder.Images(pixels).Global_BD,
            encoder.Texts(["This is a chest X-ray showing no pneumonia"]).Global_BD).item<float>() / encoder.Folder.Settings.Temperature;
        Assert.Equal(expected, double.Parse(scores[1][Array.IndexOf(scores[0], $"text {first}")],
            System.Globalization.CultureInfo.InvariantCulture), 1e-3);
    }

    [Fact]
    public void The_shipped_model_is_measured_on_the_samples()
    {
        string Sample(string name) => Path.Combine(Fixtures.Repository, "samples", "images", name);
        world.Write("films.csv",
            $"image,patient,pneumonia,no finding\n{Sample("IM-0709-0001.jpeg")},p1,0,1\n{Sample("person1010_bacteria_2941.jpeg")}" +
            ",p2,1,0\n");
        var run = world.WithoutModel.Start("robustness", "films.csv", "--random", "1", "--resamples", "0", "--format", "json",
            "--allow-training-patients");
        Assert.Equal(0, run.Code);
        JsonElement[] texts =
            [.. run.Json.GetProperty("texts").EnumerateArray().Where(t => t.GetProperty("disease").GetString() == "pneumonia")];
        double Auc(string style) =>
            texts.Single(t => t.GetProperty("style").GetString() == style).GetProperty("auc").GetProperty("value").GetDouble();
        Assert.Equal((1.0, 1.0), (Auc("This is a chest X-ray showing {disease}"), Auc("in plain language")));
        // the denial by itself ranks as the disease does (docs/robustness.md); set against what it denies it tells the two films apart
        var denial = texts.Single(t => t.GetProperty("style").GetString() == "This is a chest X-ray showing no {disease}");
        Assert.Equal(1.0, denial.GetProperty("difference_auc").GetDouble());
        Assert.InRange(denial.GetProperty("cosine").GetDouble(), -1, 0.99);
    }

    [Theory]
    [InlineData("", "error: robustness needs MANIFEST.csv or --dataset NAME --root DIR\nTry 'radz robustness --help'.\n")]
    [InlineData("words.csv --split test", "error: --split needs --dataset NAME\nTry 'radz robustness --help'.\n")]
    [InlineData("--dataset chestxray14",
        "error: --dataset needs --root DIR, the folder in which the set lies\nTry 'radz robustness --help'.\n")]
    [InlineData("words.csv --diseases pneumona", "error: --diseases: 'pneumona' is no column of words.csv; did you mean 'pneumonia'?\n")]
    public void A_mistake_is_told(string options, string error)
    {
        world.Write("words.csv", Manifest);
        var run = world.Program.Start(["robustness", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal((2, "", error), (run.Code, run.Out, run.Error));
    }

    [Fact]
    public void A_map_shows_two_models_and_says_what_could_not_be_read()
    {
        TinyModelFolder.Write(world.At("earlier", "model"), seed: 8);
        world.Write("map.csv",
            $"image,patient,pneumonia,no finding\n{string.Concat(Enumerable.Range(0, 6).Select(i => Draw(i)))}bad/cut.jpg,p9,0,1\n");
        var run = world.Program.Start("features", "map.csv", "--figure", "map", "--against", "earlier");
        Assert.Equal(2, run.Code);
        Assert.Contains("the JPEG ends ", run.Error);
        Assert.Contains("before: tiny", run.Out);
        Assert.Contains("after: tiny", run.Out);
        var csv = File.ReadAllLines(world.At("map", "features.csv"));
        Assert.Equal(1 + 2 * (6 + 2), csv.Length);
        Assert.Equal("after: tiny,image,drawn-0.png,pneumonia", string.Join(',', csv[9].Split(',')[..4]));
        Assert.NotEqual(csv[1].Split(',')[4], csv[9].Split(',')[4]);                     // another model, another map
        Assert.StartsWith("<svg ", File.ReadAllText(world.At("map", "features.svg")));
        Assert.Equal(2, JsonDocument.Parse(File.ReadAllText(world.At("map", "features.json"))).RootElement.GetArrayLength());
        var again = world.Program.Start("features", "map.csv", "--figure", "again", "--against", "earlier");
        Assert.Equal((2, File.ReadAllText(world.At("map", "features.csv"))),
            (again.Code, File.ReadAllText(world.At("again", "features.csv"))));

        var trained = world.Changed("map-trained", "radz.json", text => text);
        TrainingPatients.FromKeys(["map:q1"]).Write(world.At(trained));
        var refused = world.Program.Start("features", "map.csv", "--figure", "refused", "--model", trained);
        Assert.Equal(new Run(2, "",
            "error: map.csv: the model was trained on 1 of its 7 patients: figures would be too good. Leave them out, or say " +
            "--allow-training-patients; the table will say so.\n"), refused);
        Assert.Contains("!! TRAINED ON THESE PATIENTS (after): 1 of 7 were in training.",
            world.Program.Start("features", "map.csv", "--figure", "allowed", "--model", trained, "--allow-training-patients").Out);

        string Draw(int i)
        {
            CliWorld.Picture(world.At($"drawn-{i}.png"), 30, 30, SkiaSharp.SKEncodedImageFormat.Png, 50 + i);
            return $"drawn-{i}.png,q{i},{1 - i % 2},{i % 2}\n";
        }
    }

    [Theory]
    [InlineData("xrays --out f --figure m",
        "error: features takes --out F.safetensors or --figure DIR, not both\nTry 'radz features --help'.\n")]
    [InlineData("xrays --out f --against m", "error: --against goes with --figure DIR\nTry 'radz features --help'.\n")]
    [InlineData("xrays --out f --window 40,0",
        "error: --window is '40,0', expected centre and width (40,400; the width at least 1), a number from 1, or a name\n" +
        "Try 'radz features --help'.\n")]
    public void A_mistake_with_features_is_told(string options, string error) =>
        Assert.Equal(new Run(2, "", error), world.Program.Start(["features", .. options.Split(' ')]));
}
