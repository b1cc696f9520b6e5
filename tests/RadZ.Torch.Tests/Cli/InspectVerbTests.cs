using System.Text.Json;
using RadZ.TestKit;

namespace RadZ.Torch.Tests.Cli;

[Collection(SharedWorld.Name)]
public class InspectVerbTests(CliWorld world)
{
    static string[] Strings(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetString()!)];

    [Fact]
    public void A_model_folder()
    {
        var run = world.Program.Start("inspect", world.Model, "--format", "json");
        var weights = FixtureTensors.Read(Path.Combine(world.Model, "model.safetensors"));
        var parameters = weights.Keys.Sum(k => weights.Shape(k).Aggregate(1L, (a, b) => a * b));

        Assert.Equal(0, run.Code);
        Assert.Equal("hf_2023_disk", run.Json.GetProperty("layout").GetString());
        Assert.Equal(parameters, run.Json.GetProperty("parameters").GetInt64());
        Assert.Equal(4 * parameters, run.Json.GetProperty("bytes_needed").GetInt64());
        Assert.Equal("float32", run.Json.GetProperty("dtype").GetString());
        Assert.Empty(Strings(run.Json.GetProperty("missing")));
        Assert.Empty(Strings(run.Json.GetProperty("unexpected")));
        Assert.True(run.Json.GetProperty("files").GetProperty("tokenizer_config.json").GetBoolean());

        var table = world.Program.Start("inspect", world.Model).Out;
        Assert.StartsWith("tiny (", table);
        Assert.Contains("  vision      32 px in patches of 8 (16), width 32, 3 layers, 2 heads\n", table);
        Assert.Contains("  tokens      image 2000, ImgCls 2002 to 2005, TxtCls 2006 to 2013, pad 2001\n", table);
    }

    [Fact]
    public void A_model_folder_that_does_not_fit_lists_what_is_missing_and_unexpected()
    {
        var changed = world.Changed("odd", "config.json",
            text => text.Replace("\"multimodal_projector_bias\": true", "\"multimodal_projector_bias\": false", StringComparison.Ordinal)
            .Replace("\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true", StringComparison.Ordinal));
        var run = world.Program.Start("inspect", changed, "--format", "json");
        Assert.Equal(2, run.Code);
        Assert.Equal(["language_model.lm_head.weight", "multi_modal_projector.linear_1.bias", "multi_modal_projector.linear_2.bias"],
            Strings(run.Json.GetProperty("unexpected")).Order());
        Assert.StartsWith("error: odd: the weights do not fit config.json (0 missing, 3 unexpected, 0 of another shape)", run.Error);

        var deeper = world.Changed("deep", "config.json",
            text => text.Replace("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4", StringComparison.Ordinal));
        var missing = Strings(world.Program.Start("inspect", deeper, "--format", "json").Json.GetProperty("missing"));
        Assert.Equal(25, missing.Length);
        Assert.Contains("language_model.model.layers.3.mlp.down_proj.weight", missing);
    }

    [Theory, InlineData("llava-mistral-tiny", "hf_5_disk", 0), InlineData("llava-mistral-tiny/layouts/hf-2023", "hf_2023_disk", 0),
        InlineData("llava-mistral-tiny/layouts/original", "original", 2)]
    public void The_layouts_of_published_checkpoints(string folder, string layout, int code)
    {
        var run = world.Program.Start("inspect", Path.Combine(Fixtures.Repository, "tests", "fixtures", "model", folder), "--format",
            "json");
        Assert.Equal((code, layout, 80136),
            (run.Code, run.Json.GetProperty("layout").GetString(), run.Json.GetProperty("parameters").GetInt32()));
        Assert.Empty(Strings(run.Json.GetProperty("missing")).Concat(Strings(run.Json.GetProperty("unexpected"))));
        if (code == 2) Assert.Contains("mm_vision_tower is \"clip-tiny\", expected openai/clip-vit-large-patch14-336", run.Error);
    }

    [Fact]
    public void An_image()
    {
        var run = world.Program.Start("inspect", "xrays/a.png", "--format", "json");
        Assert.Equal(0, run.Code);
        string Of(string member) => run.Json.GetProperty(member).ToString();
        Assert.Equal(["image", "png", "40", "30", "1", "8"], new[] { "kind", "format", "width", "height", "channels", "bits" }.Select(Of));
        Assert.Equal(40, run.Json.GetProperty("preparation").GetProperty("square").GetInt32());
        Assert.Equal(32, run.Json.GetProperty("preparation").GetProperty("size").GetInt32());
        Assert.InRange(run.Json.GetProperty("levels").GetProperty("mean").GetDouble(), 110, 145);

        Assert.EndsWith("Too small to be recognised: classify takes at least 16 pixels a side.\n",
            world.Program.Start("inspect", "bad/dot.png").Out);
        Assert.StartsWith("error: gone.png: there is no such file", world.Program.Start("inspect", "gone.png").Error);
    }

    [Fact]
    public void A_recipe_with_three_mistakes_tells_all_three()
    {
        var recipe = world.Write("mistakes.json", $$"""
            {
              "name": "mine",
              "model": { "new": { "tokenizer": "{{TinyModelFolder.Tokenizer}}" } },
              "data": { "sources": [ { "name": "own", "kind": "manifest", "path": "m.csv" } ], "leave_out": [ "pneumona" ] },
              "phases": [ { "kind": "alignment", "batch": 1, "epoch": 3 } ]
            }
            """);
        Assert.Equal(new Run(2, "", "error: mistakes.json: line 5: unknown member 'epoch'; did you mean 'epochs'? "
            + "phases[0].batch is 1; it must be between 2 and 4096. data.leave_out: the knowledge base has no disease 'pneumona'; did " +
                "you mean 'pneumonia'?\n"),
            world.Program.Start("inspect", recipe));

        var good = world.Write("good.json",
            File.ReadAllText(world.At(recipe)).Replace("\"batch\": 1, \"epoch\": 3", "\"batch\": 8, \"epochs\": 3",
                StringComparison.Ordinal).Replace("pneumona", "mass", StringComparison.Ordinal));
        var run = world.Program.Start("inspect", good);
        Assert.Equal((0, "mine (good.json)"), (run.Code, run.Lines[0]));
        Assert.Contains("  phase 1     alignment, 3 epochs of batches of 8, rate 2E-05\n", run.Out, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_table_of_a_recipe_holds_its_films_and_says_how_many_phantoms_it_leaves_out()
    {
        world.Write("films.csv", "image,patient,mass\nxrays/a.png,1,1\nxrays/b.jpg,2,1\n");
        string Recipe(string name, string sources) => world.Write(name, $$"""
            {
              "name": "mixed",
              "model": { "new": { "tokenizer": "{{TinyModelFolder.Tokenizer}}" } },
              "data": { "root": ".", "sources": [ {{sources}} ] },
              "phases": [ { "kind": "alignment", "batch": 8 } ]
            }
            """);
        const string Drawn = """{ "name": "drawn", "kind": "phantoms", "phantoms": { "count": 7, "seed": 1 } }""";
        var run = world.Program.Start("inspect",
            Recipe("mixed.json", """{ "name": "own", "kind": "manifest", "path": "films.csv" }, """ + Drawn), "--manifest", "table.csv");
        Assert.Equal((0, "table.csv: 2 training and 0 validation images; 0 skipped, 7 phantoms left out (they lie in no file).\n"),
            (run.Code, run.Error));
        var lines = File.ReadAllLines(world.At("table.csv"));
        Assert.Equal(3, lines.Length);
        Assert.All(lines[1..], l => Assert.StartsWith("xrays/", l));

        run = world.Program.Start("inspect", Recipe("drawn.json", Drawn), "--manifest", "none.csv");
        Assert.Equal(2, run.Code);
        Assert.Contains("the recipe draws all its pictures", run.Error);
        Assert.False(File.Exists(world.At("none.csv")));
    }

    [Fact]
    public void A_gate_is_measured_on_the_films_of_a_recipe_alone()
    {
        world.Write("gate-films.csv", "image,patient,mass\n" + string.Concat(Enumerable.Range(0, 12).Select(i =>
        {
            var name = $"gate-{i}.png";
            CliWorld.Picture(world.At(name), 40, 40, SkiaSharp.SKEncodedImageFormat.Png, i);
            return $"{name},{i},1\n";
        })));
        var recipe = world.Write("gate.json", $$"""
            {
              "name": "mixed",
              "model": { "new": { "tokenizer": "{{TinyModelFolder.Tokenizer}}" } },
              "data": { "root": ".", "sources": [
                { "name": "own", "kind": "manifest", "path": "gate-films.csv" },
                { "name": "drawn", "kind": "phantoms", "phantoms": { "count": 20, "seed": 1 } } ] },
              "phases": [ { "kind": "alignment", "batch": 8 } ]
            }
            """);
        var run = world.Program.Start("gate", "measure", recipe, "--format", "json");
        Assert.Equal((0, "20 phantoms left out: a gate is fitted to films.\n"), (run.Code, run.Error));
        Assert.Equal(["own"], run.Json.EnumerateArray().Select(r => r.GetProperty("set").GetString()).Distinct());
        Assert.All(run.Json.EnumerateArray(), r => Assert.Equal(0, r.GetProperty("unreadable").GetInt32()));
    }
}
