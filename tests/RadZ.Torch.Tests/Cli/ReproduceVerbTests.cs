using System.Text.Json;

namespace RadZ.Torch.Tests.Cli;

/// <summary><c>sweep</c> and <c>reproduce</c> through the real program, at the tiniest size.</summary>
[Collection(SharedWorld.Name)]
public class ReproduceVerbTests(CliWorld world)
{
    const string Findings = "\"pleural effusion\", \"cardiomegaly\", \"mass\", \"edema\", \"consolidation\"";
    const string Seen = "\"pleural effusion\", \"cardiomegaly\", \"mass\", \"edema\"";

    /// <summary>The arms of the claims over a few small phantoms.</summary>
    string Sweep(string name)
    {
        const string teacher =
            """{ "kind": "teacher", "epochs": 0.5, "batch": 8, "rate": 1e-3, "teacher": { "widths": [8, 16], "blocks": [1, 1] } }""";
        const string unseen = $$"""
            "data": { "leave_out": ["consolidation"], "sources": { "0": { "phantoms": { "findings": [{{Seen}}] } } } }
            """;
        return world.Write(name, $$"""
            {
              "name": "tiny", "seeds": [1, 2], "measure": "hospital b",
              "base": {
                "name": "default",
                "model": { "new": { "tokenizer": {{JsonSerializer.Serialize(TinyModelFolder.Tokenizer)}},
                  "image_size": 32, "patch_size": 8, "vision_width": 32, "vision_layers": 2, "vision_heads": 2,
                  "width": 32, "layers": 2, "heads": 4, "key_value_heads": 2, "mlp_width": 64, "text_limit": 96 } },
                "data": { "split_salt": "tiny", "sources": [
                  { "name": "hospital a", "kind": "phantoms",
                    "phantoms": { "count": 32, "seed": 3, "sites": ["a"], "size": 64, "findings": [{{Findings}}] } },
                  { "name": "hospital b", "kind": "phantoms", "validation": 1,
                    "phantoms": { "count": 40, "seed": 4, "sites": ["b"], "size": 64, "findings": [{{Findings}}] } } ] },
                "phases": [ { "kind": "alignment", "epochs": 0.5, "batch": 8, "rate": 1e-3, "vision_rate": 0,
                  "augment": false, "cache_vision": true } ],
                "validation": [ { "name": "hospital b", "sources": ["hospital b"],
                  "diseases": [{{Findings}}, "no finding"], "average": [{{Findings}}] } ]
              },
              "trunks": [
                { "name": "trunk", "patch": { "phases": [ {{teacher}} ] } },
                { "name": "unseen-trunk", "patch": { {{unseen}}, "phases": [ {{teacher}} ] } } ],
              "variants": [
                { "name": "answering", "group": "baselines", "patch": { "phases": { "0": { "kind": "answering" } } } },
                { "name": "asked-as-it-is", "group": "baselines", "start": "default",
                  "patch": { "phases": { "0": { "kind": "answering", "rate": 0, "epochs": 0.01 } } } },
                { "name": "encoders", "group": "baselines", "patch": { "phases": { "0": { "kind": "encoder_alignment" } } } },
                { "name": "last-token", "group": "pooling",
                  "patch": { "model": { "new": { "image_tokens": 0, "text_tokens": 0, "pooling": "last" } } } },
                { "name": "mean-pooling", "group": "pooling",
                  "patch": { "model": { "new": { "image_tokens": 0, "text_tokens": 0, "pooling": "mean" } } } },
                { "name": "no-anchor", "group": "dkam", "patch": { "phases": { "0": { "alignment": { "lambda": 1 } } } } },
                { "name": "last-layer", "group": "layer", "patch": { "model": { "new": { "feature_layer": -1 } } } },
                { "name": "unseen", "group": "unseen", "start": "unseen-trunk", "against": "none", "patch": { {{unseen}} } },
                { "name": "tokens-1", "group": "tokens", "patch": { "model": { "new": { "image_tokens": 1, "text_tokens": 1 } } } }
              ]
            }
            """);
    }

    [Fact]
    public void The_claims_are_put_to_the_test_and_a_second_start_trains_nothing()
    {
        var run = world.Program.Start("reproduce", "--sweep", Sweep("claims.json"), "--claims-only", "--seeds", "1", "--out",
            "runs/claims");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.StartsWith("run 1 of 11: seed 1, trunk\n", run.Out);
        Assert.Contains("ONE SEED PROVES NOTHING", run.Out, StringComparison.Ordinal);
        Assert.EndsWith("The report is in runs/claims/report.html.\n", run.Out);
        var claims = JsonDocument.Parse(File.ReadAllText(world.At("runs", "claims", "claims.json"))).RootElement
            .GetProperty("sweeps")[0].GetProperty("claims").EnumerateArray().ToList();
        Assert.Equal(["a", "b", "c", "d", "e", "f"], claims.Select(c => c.GetProperty("id").GetString()));
        Assert.All(claims, c => Assert.Equal("undecided", c.GetProperty("verdict").GetString()));
        Assert.Equal([1, 2, 3, 1, 1, 1], claims.Select(c => c.GetProperty("comparisons").GetArrayLength()));
        Assert.All(claims.SelectMany(c => c.GetProperty("comparisons").EnumerateArray()), c =>
        {
            Assert.Equal(40, c.GetProperty("measure").GetString() == "silhouette" ? 40 : c.GetProperty("images").GetInt32());
            Assert.True(c.GetProperty("comparison").GetProperty("interval").GetProperty("low").GetDouble() <= c.GetProperty("comparison")
                .GetProperty("interval").GetProperty("high").GetDouble());
        });
        Assert.Matches("Better than [0-9]+ of 200 \\(seed 1\\) random descriptions",
            claims[5].GetProperty("comparisons")[0].GetProperty("remark").GetString());
        var page = File.ReadAllText(world.At("runs", "claims", "report.html"));
        Assert.Contains("Research use only", page, StringComparison.Ordinal);
        Assert.Contains("consolidation", page, StringComparison.Ordinal);
        Assert.Equal(11, JsonDocument.Parse(File.ReadAllText(world.At("runs", "claims", "record.json"))).RootElement.GetProperty("sweeps")
            .GetProperty("sweep").GetProperty("runs").EnumerateArray().Count(r => r.GetProperty("seconds").GetDouble() > 0));

        var scores = File.ReadAllText(world.At("runs", "claims", "claims.csv"));
        var again = world.Program.Start("reproduce", "--sweep", "claims.json", "--claims-only", "--seeds", "1", "--out", "runs/claims",
            "--resume");
        Assert.Equal(0, again.Code);
        Assert.StartsWith("11 of 11 runs are finished already.\n", again.Out);
        Assert.Equal(scores, File.ReadAllText(world.At("runs", "claims", "claims.csv")));

        var verified = world.WithoutModel.Start("verify", "runs/claims");
        Assert.Equal((0, ""), (verified.Code, verified.Error));
        Assert.Contains("sweep/table.json  ", verified.Out);
        Assert.Contains("11 finished runs", verified.Out);
        page = File.ReadAllText(world.At("runs", "claims", "report.html"));
        Assert.Equal("runs/claims/report.html\n", world.WithoutModel.Start("report", "runs/claims").Out);
        Assert.Equal(page, File.ReadAllText(world.At("runs", "claims", "report.html")));
        // a score of one run: the seal, the table of the sweep and the claims say so
        var file = Directory.GetFiles(world.At("runs", "claims", "sweep", "seed-1", "default"), "*.scores.csv", SearchOption.AllDirectories)
            .First(f => f.Contains("report-model", StringComparison.Ordinal));
        Told(file, t => string.Join('\n',
            t.Split('\n').Select((line, i) => i is >= 1 and <= 12 && line.Length > 0
                ? string.Join(',', line.Split(',').Select((c, k) => k == 4 ? "0.99" : c)) : line)), "is not what was sealed",
                    "sweep/table.json\n  - ", "claims.json\n  - ");
        Told(world.At("runs", "claims", "sweep", "seed-1", "no-anchor", "recipe.json"),
            t => t.Replace("\"lambda\": 1", "\"lambda\": 0.5", StringComparison.Ordinal), "no-anchor/recipe.json: is not what was sealed");
        Told(world.At("runs", "claims", "sweep", "seed-1", "no-anchor", "finished.json"),
            t => System.Text.RegularExpressions.Regex.Replace(t, "\"recipe\": \"[0-9a-f]{4}", "\"recipe\": \"0000"),
            "seed 1, no-anchor: was trained by recipe 0000");
        Told(world.At("runs", "claims", "claims.json"), t => t.Replace("\"undecided\"", "\"supported\"", StringComparison.Ordinal),
            "verdict: \"supported\", computed \"undecided\"");
        Assert.Equal(0, world.WithoutModel.Start("verify", "runs/claims").Code);

        void Told(string path, Func<string, string> change, params string[] words)
        {
            var before = File.ReadAllText(path);
            Assert.NotEqual(before, change(before));
            File.WriteAllText(path, change(before));
            var changed = world.WithoutModel.Start("verify", "runs/claims");
            Assert.Equal(2, changed.Code);
            Assert.All(words, w => Assert.Contains(w, changed.Out, StringComparison.Ordinal));
            File.WriteAllText(path, before);
        }
    }

    [Fact]
    public void A_sweep_ends_in_a_table()
    {
        var run = world.Program.Start("sweep", Sweep("tokens.json"), "--out", "runs/tokens", "--only", "tokens");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Matches(@"\n  default +2 +0\.\d{4} +0\.\d{4}\ntokens\n  tokens-1 +2 +0\.\d{4} +0\.\d{4}  default ", run.Out);
        Assert.EndsWith("Research use only. Not a medical device.\n", run.Out);
        Assert.Equal(3, File.ReadAllLines(world.At("runs", "tokens", "table.csv"))
            .Count(l => l.StartsWith("default,", StringComparison.Ordinal) || l.StartsWith("tokens-1,", StringComparison.Ordinal)
                || l.StartsWith("arm,", StringComparison.Ordinal)));
        Assert.Equal(0, world.WithoutModel.Start("verify", "runs/tokens").Code);
        Assert.Contains("Each arm less the one it is compared with", File.ReadAllText(world.At("runs", "tokens", "report.html")));
        Assert.Equal("runs/tokens/report.html\n", world.WithoutModel.Start("report", "runs/tokens").Out);
        var table = File.ReadAllText(world.At("runs", "tokens", "table.csv"));
        File.WriteAllText(world.At("runs", "tokens", "table.csv"),
            table.Replace("tokens-1,tokens", "tokens-1,other", StringComparison.Ordinal));
        var edited = world.WithoutModel.Start("verify", "runs/tokens");
        Assert.Equal(2, edited.Code);
        Assert.Contains("table.csv: is not what was sealed", edited.Out);
        Assert.Contains("computed \"tokens-1,tokens", edited.Out);
        var twice = world.Program.Start("sweep", "tokens.json", "--out", "runs/tokens", "--only", "tokens");
        Assert.Equal((2, "error: runs/tokens/seed-1/trunk: holds a run already; go on with --resume, or take another --out.\n"),
            (twice.Code, twice.Error));
        // the sweep that lies in the folder is the same, and goes on from there
        var kept = world.Program.Start("sweep", "runs/tokens/sweep.json", "--out", "runs/tokens", "--only", "tokens", "--resume");
        Assert.Equal((0, ""), (kept.Code, kept.Error));
        Assert.StartsWith("6 of 6 runs are finished already.\n", kept.Out);
        Assert.Equal((2, true), (world.Program.Start("sweep",
            world.Write("bad.json", File.ReadAllText(world.At("tokens.json")).Replace("\"lambda\"", "\"lamda\"", StringComparison.Ordinal)),
            "--out", "runs/bad").Code, !Directory.Exists(world.At("runs", "bad"))));
    }
}
