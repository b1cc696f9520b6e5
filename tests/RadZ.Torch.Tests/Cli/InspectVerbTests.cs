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
        var changed = world.Changed("odd", "config.json", text => text.Replace("\"multimodal_projector_bias\": true", "\"multimodal_projector_bias\": false", StringComparison.Ordinal)
            .Replace("\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true", StringComparison.Ordinal));
        var run = world.Program.Start("inspect", changed, "--format", "json");
        Assert.Equal(2, run.Code);
        Assert.Equal(["language_model.lm_head.weight", "multi_modal_projector.linear_1.bias", "multi_modal_projector.linear_2.bias"], Strings(run.Json.GetProperty("unexpected")).Order());
        Assert.StartsWith("error: odd: the weights do not fit config.json (0 missing, 3 unexpected, 0 of another shape)", run.Error);

        var deeper = world.Changed("deep", "config.json", text => text.Replace("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4", StringComparison.Ordinal));
        var missing = Strings(world.Program.Start("inspect", deeper, "--format", "json").Json.GetProperty("missing"));
        Assert.Equal(25, missing.Length);
        Assert.Contains("language_model.model.layers.3.mlp.down_proj.weight", missing);
    }

    [Theory, InlineData("llava-mistral-tiny", "hf_5_disk", 0), InlineData("llava-mistral-tiny/layouts/hf-2023", "hf_2023_disk", 0), InlineData("llava-mistral-tiny/layouts/original", "original", 2)]
    public void The_layouts_of_published_checkpoints(string folder, string layout, int code)
    {
        var run = world.Program.Start("inspect", Path.Combine(Fixtures.Repository, "tests", "fixtures", "model", folder), "--format", "json");
        Assert.Equal((code, layout, 80136), (run.Code, run.Json.GetProperty("layout").GetString(), run.Json.GetProperty("parameters").GetInt32()));
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

        Assert.EndsWith("Too small to be recognised: classify takes at least 16 pixels a side.\n", world.Program.Start("inspect", "bad/dot.png").Out);
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
            + "phases[0].batch is 1; it must be between 2 and 4096. data.leave_out: the knowledge base has no disease 'pneumona'; did you mean 'pneumonia'?\n"),
            world.Program.Start("inspect", recipe));

        var good = world.Write("good.json", File.ReadAllText(world.At(recipe)).Replace("\"batch\": 1, \"epoch\": 3", "\"batch\": 8, \"epochs\": 3", StringComparison.Ordinal).Replace("pneumona", "mass", StringComparison.Ordinal));
        var run = world.Program.Start("inspect", good);
        Assert.Equal((0, "mine (good.json)"), (run.Code, run.Lines[0]));
        Assert.Contains("  phase 1     alignment, 3 epochs of batches of 8, rate 2E-05\n", run.Out, StringComparison.OrdinalIgnoreCase);
    }
}
