using System.Diagnostics;
using System.Text.Json;
using RadZ.Text.Knowledge;
using RadZ.Torch.Tests.Descriptions;

namespace RadZ.Torch.Tests.Cli;

[Collection(SharedWorld.Name)]
public class KnowledgeWriteVerbTests(CliWorld world)
{
    static string Description(Asked asked)
    {
        var text = asked.Body["messages"]![1]!["content"] is System.Text.Json.Nodes.JsonArray parts ? (string)parts[0]!["text"]!
            : (string)asked.Body["messages"]![1]!["content"]!;
        var name = text[(text.LastIndexOf(" for ", StringComparison.Ordinal) + 5)..].TrimEnd('.');
        if (name == "mass") return "It is round.";
        var d = KnowledgeBase.Embedded.Resolve(name).Description!;
        return $"**Disease description:** {d.Overview}\n\n**Imaging characteristics:** {d.Imaging}\n\n**Clinical presentation:** " +
            $"{d.Presentation}";
    }

    [Fact]
    public void A_server_writes_what_is_then_a_knowledge_file()
    {
        using var server = new ChatServer(asked => ChatServer.Json(ChatServer.OpenAiAnswer(Description(asked))));
        string[] arguments = ["knowledge", "write", "--diseases", "edema,mass,lung nodule", "--endpoint", server.OpenAi.ToString(),
            "--name", "large", "--out", "written.json", "--tries", "2", "--seed", "30", "--format", "json"];
        var run = world.WithoutModel.Start(arguments);

        Assert.Equal(2, run.Code);
        Assert.Equal(["file", "author", "diseases"], run.Json.EnumerateObject().Select(m => m.Name));
        JsonElement[] diseases = [.. run.Json.GetProperty("diseases").EnumerateArray()];
        Assert.Equal(["edema True 1", "mass False 2", "nodule True 1"],
            diseases.Select(d => $"{d.GetProperty("name")} {d.GetProperty("written")} {d.GetProperty("tries").GetArrayLength()}"));
        Assert.StartsWith("1 of 3: edema: ", run.Error);
        Assert.Contains("\n2 of 3: mass: failed in 2 tries: the heading 'Disease description' is missing. ", run.Error);
        Assert.EndsWith("\nWritten by a model: have a radiologist read them. Research use only. Not a medical device.\n", run.Error);
        Assert.Equal((0, "45 diseases, 0 problems.\n"),
            world.WithoutModel.Start("knowledge", "check", "written.json") is var check
                ? (check.Code, check.Out.Replace($"{KnowledgeBase.Embedded.Diseases.Count} ", "45 ")) : default);
        var show = world.WithoutModel.Start("knowledge", "show", "edema", "--knowledge", "written.json");
        Assert.Contains($"large, temperature 0.2, seed 30, prompt ", show.Out);
        Assert.Contains($"at {server.OpenAi}", show.Out);

        var asked = server.Requests.Count;
        // goes on: nothing is asked that is there or tried out
        var again = world.WithoutModel.Start([.. arguments[..^2]]);
        Assert.Equal((2, asked), (again.Code, server.Requests.Count));
        Assert.Matches("^  disease +words +tries +seed$", again.Lines[0]);
        Assert.Matches("^  edema +written +[0-9]+ +1 +30$", again.Lines[1]);
        Assert.Matches("^  mass +failed +2$", again.Lines[2]);
        Assert.Equal("2 of 3 descriptions in written.json, by large; every try in written.json.report.json.", again.Lines[^1]);
    }

    [Fact]
    public void A_key_goes_by_the_name_of_its_variable_and_is_shown_nowhere()
    {
        using var server = new ChatServer(_ => ChatServer.Json("""{"error":"no"}""", 401));
        var command = world.WithoutModel.Command("knowledge", "write", "--diseases", "edema", "--endpoint", server.Address.ToString(),
            "--api", "ollama", "--name", "large", "--key-env", "RADZ_TEST_KEY", "--out", "keyed.json");
        command.Environment["RADZ_TEST_KEY"] = "s3cret";
        using var process = Process.Start(command)!;
        var (output, error) = (process.StandardOutput.ReadToEnd(), process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.Equal((2, "", $"0 of 1 diseases are done; the same command goes on.\nerror: {server.Address}: refuses the request (401: " +
            $"no); name the environment variable that holds a valid key with --key-env.\n"), (process.ExitCode, output, error));
        Assert.Equal("Bearer s3cret", server.Requests[0].Headers["Authorization"]);
        Assert.DoesNotContain("s3cret", string.Concat(Directory.GetFiles(world.Folder, "keyed.json*").Select(File.ReadAllText)));
    }

    [Fact]
    public void A_model_of_this_machine_writes_under_the_same_checks()
    {
        string[] arguments = ["knowledge", "write", "--diseases", "edema,no finding", "--out", "by-tiny.json", "--tries", "2",
            "--max-tokens", "30", "--format", "json"];
        var run = world.Program.Start(arguments);
        Assert.Equal(2, run.Code);                                                        // random weights describe nothing
        var author = run.Json.GetProperty("author");
        Assert.Equal("tiny", author.GetProperty("name").GetString());
        Assert.Matches("^[0-9a-f]{64}$", author.GetProperty("weights").GetString());
        JsonElement[] diseases = [.. run.Json.GetProperty("diseases").EnumerateArray()];
        Assert.All(diseases, d =>
            Assert.Equal([0, 1], d.GetProperty("tries").EnumerateArray().Select(t => t.GetProperty("seed").GetInt32())));
        Assert.All(diseases, d => Assert.Contains("the text was cut after 30 tokens.",
            d.GetProperty("tries")[0].GetProperty("problems").EnumerateArray().Select(p => p.GetString())));
        Assert.False(File.Exists(world.At("by-tiny.json")));
        Assert.Equal(run.Out, world.Program.Start(arguments).Out);
        Assert.Equal("error: by-tiny.json.report.json: is of a run by tiny with another model state, prompt, temperature or seed; give " +
            "the same to go on, or another --out. An entry that you edited yourself stays if you take its 'origin' out.\n",
            world.Program.Start([.. arguments, "--seed", "4"]).Error);
    }

    [Theory]
    [InlineData("--endpoint http://localhost:1", "error: --endpoint needs --name, the model's name there\n")]
    [InlineData("--endpoint http://localhost:1 --name m --model d", "error: give either --model or --endpoint, not both\n")]
    [InlineData("--endpoint http://localhost:1 --name m --adapter d", "error: give either --adapter or --endpoint, not both\n")]
    [InlineData("--endpoint http://localhost:1 --name m --vision-tower own", "error: give either --vision-tower or --endpoint, not both\n")]
    [InlineData("--name m", "error: --name goes with --endpoint\n")]
    [InlineData("--endpoint localhost --name m", "error: --endpoint is 'localhost', expected an address such as http://localhost:11434\n")]
    [InlineData("--api olama --endpoint http://localhost:1 --name m",
        "error: --api is 'olama', expected one of openai, ollama; did you mean 'ollama'?\n")]
    [InlineData("--temperature 3", "error: --temperature is '3', expected a number of at least 0, at most 2\n")]
    public void Options_that_do_not_go_together_are_told(string options, string error)
    {
        var run = world.WithoutModel.Start(["knowledge", "write", "--diseases", "edema", "--out", "never.json", .. options.Split(' ')]);
        Assert.Equal(new Run(2, "", error + "Try 'radz knowledge write --help'.\n"), run);
    }

    [Theory]
    [InlineData("--endpoint http://localhost:1/v1 --name m --key-env RADZ_NO_SUCH_KEY",
        "error: --key-env: the environment variable RADZ_NO_SUCH_KEY is not set; put the key there (the option takes the variable's " +
        "name, not the key).\n")]
    [InlineData("--prompt gone.txt", "error: gone.txt: there is no such file; check --prompt.\n")]
    [InlineData("--prompt slotless.txt",
        "error: slotless.txt: holds no {disease}, so that every disease would be asked for alike; put it where the name belongs " +
        "({example}: a worked example).\n")]
    public void What_is_missing_is_told(string options, string error)
    {
        world.Write("slotless.txt", "Describe it.");
        Assert.Equal(new Run(2, "", error),
            world.WithoutModel.Start(["knowledge", "write", "--diseases", "edema", "--out", "never.json", .. options.Split(' ')]));
    }

    [Fact]
    public void The_shipped_model_does_not_write() => Assert.Contains("radz-small is a feature model",
        world.WithoutModel.Start("knowledge", "write", "--diseases", "edema", "--out", "never.json").Error);
}
