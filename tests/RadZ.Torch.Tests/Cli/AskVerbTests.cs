using System.Diagnostics;
using RadZ.TestKit;

namespace RadZ.Torch.Tests.Cli;

[Collection(SharedWorld.Name)]
public class AskVerbTests(CliWorld world)
{
    const string Notice = "Research use only. Not a medical device.\n";

    [Fact]
    public void One_question_is_answered_on_standard_output_and_the_notice_stands_on_the_other()
    {
        var text = world.Program.Start("ask", "xrays/a.png", "What does it show?", "--max-tokens", "12");
        Assert.Equal((0, Notice + "The answer was cut after 12 tokens; --max-tokens allows more.\n"), (text.Code, text.Error));
        var json = world.Program.Start("ask", "xrays/a.png", "What does it show?", "--max-tokens", "12", "--format", "json");
        Assert.Equal(["model", "file", "template", "temperature", "seed", "answers"], json.Json.EnumerateObject().Select(m => m.Name));
        var answer = json.Json.GetProperty("answers")[0];
        Assert.Equal(["question", "answer", "finish", "tokens", "prompt_tokens"], answer.EnumerateObject().Select(m => m.Name));
        Assert.Equal(("What does it show?", "length", 12),
            (answer.GetProperty("question").GetString(), answer.GetProperty("finish").GetString(),
                answer.GetProperty("tokens").GetInt32()));
        Assert.Equal(text.Out.TrimEnd(), answer.GetProperty("answer").GetString());
    }

    [Fact]
    public void Several_questions_stand_under_their_headings_and_a_seed_repeats_them()
    {
        string[] arguments = ["ask", "xrays/a.png", "What is seen?", "And where?", "--max-tokens", "8", "--temperature", "0.9", "--top-p",
            "0.9", "--top-k", "500", "--seed", "11", "--template", "vicuna_v1"];
        var run = world.Program.Start(arguments);
        Assert.Equal(0, run.Code);
        Assert.Contains("> What is seen?\n", run.Out);
        Assert.Contains("\n\n> And where?\n", run.Out);
        Assert.Equal(run, world.Program.Start(arguments));
        Assert.NotEqual(run.Out, world.Program.Start([.. arguments[..^3], "12", .. arguments[^2..]]).Out);
    }

    [Fact]
    public async Task An_answer_streams_and_stops_when_told()
    {
        var model = world.Changed("endless", "config.json",
            text => text.Replace("\"max_position_embeddings\": 4096", "\"max_position_embeddings\": 100000", StringComparison.Ordinal));
        using var process = Process.Start(world.Program.Command("ask", "xrays/a.png", "Tell me all.", "--max-tokens", "20000", "--model",
            model))!;
        var first = new char[4];
        // long before the last of 20,000 tokens
        Assert.Equal(4, await process.StandardOutput.ReadBlockAsync(first, TestContext.Current.CancellationToken));
        Assert.False(process.HasExited);
        // a shell's background jobs ignore SIGINT, and what they start does too: SIGTERM takes the same way and is never ignored
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((143, Notice + "stopped.\n"), (process.ExitCode, await error));
    }

    [Theory]
    [InlineData("ask xrays/a.png", "error: ask needs IMAGE and QUESTION\nTry 'radz ask --help'.\n")]
    [InlineData("ask xrays/a.png Why? --top-p 0", "error: --top-p is '0', expected a number above 0, at most 1\nTry 'radz ask --help'.\n")]
    [InlineData("ask xrays/a.png Why? --temperature warm",
        "error: --temperature is 'warm', expected a number of at least 0\nTry 'radz ask --help'.\n")]
    [InlineData("ask xrays/a.png Why? --temperature -1",
        "error: --temperature is '-1', expected a number of at least 0\nTry 'radz ask --help'.\n")]
    [InlineData("ask xrays/a.png Why? --template vicuna",
        "error: --template is 'vicuna', expected one of vicuna_v1, llava_med_vicuna_v1, llava_v1, llava_med_llava_v1, mistral_instruct; " +
        "did you mean 'vicuna_v1'?\nTry 'radz ask --help'.\n")]

    public void What_cannot_be_asked_is_told(string args, string error)
    {
        var run = world.Program.Start(args.Split(' '));
        Assert.Equal((2, "", error), (run.Code, run.Out, run.Error));
    }

    [Fact]
    public void The_shipped_model_says_that_it_gives_features_only()
    {
        var sample = Path.Combine(Fixtures.Repository, "samples", "images", "IM-0709-0001.jpeg");
        var run = world.WithoutModel.Start("ask", sample, "What is it?");
        Assert.Equal((2, ""), (run.Code, run.Out));
        Assert.Matches("^error: .*radz-small: radz-small is a feature model: its LM head was never trained \\(\"answers\": false in " +
            "radz.json\\), so it cannot answer in words. Take a checkpoint that does, such as llava-med-v1.5-mistral-7b", run.Error);
        Assert.Equal(2, world.WithoutModel.Start("classify", sample, "--score", "vqa").Code);
    }

    [Fact]
    public void Classify_and_evaluate_take_the_vqa_score()
    {
        var classified = world.Program.Start("classify", "xrays", "--score", "vqa", "--diseases", "pneumonia,mass,no finding", "--format",
            "json");
        Assert.Equal(0, classified.Code);
        Assert.StartsWith(Notice, classified.Error, StringComparison.Ordinal);               // behind it, what the gate says of noise
        world.Write("vqa.csv", "image,patient,pneumonia,mass\nxrays/a.png,p1,1,0\nxrays/b.jpg,p2,0,1\nxrays/deeper/c.png,p3,1,\n");
        var evaluated = world.Program.Start("evaluate", "vqa.csv", "--score", "vqa", "--probability", "standalone", "--out", "vqa",
            "--format", "json");
        Assert.Equal((0, 3), (evaluated.Code, evaluated.Json.GetProperty("rows").GetInt32()));
        var table = RadZ.Evaluation.Tables.ScoreTableFile.Read(world.At("vqa", "scores.csv"));
        var alone = classified.Json.GetProperty("results").EnumerateArray()
            .Select(r => r.GetProperty("findings").EnumerateArray().First(f => f.GetProperty("disease").GetString() == "pneumonia")
            .GetProperty("standalone").GetDouble());
        Assert.Equal(alone, Enumerable.Range(0, 3).Select(row => table.Scores[row, 0]), (a, b) => Math.Abs(a - b) < 1e-4);
    }
}
