namespace RadZ.Torch.Tests.Cli;

[Collection(SharedWorld.Name)]
public class NewCheckpointVerbTests(CliWorld world)
{
    [Fact]
    public void What_it_writes_is_inspected_and_classifies()
    {
        var run = world.Program.Start("new-checkpoint", "--shape", "tiny", "--seed", "3", "--out", "made/tiny");
        Assert.Equal(new Run(0, "made/tiny: random weights of tiny, seed 3, 0.00 GB.\n", ""), run);
        var report = world.Program.Start("inspect", "made/tiny", "--format", "json");
        Assert.Equal((0, "hf_2023_disk", "float32"),
            (report.Code, report.Json.GetProperty("layout").GetString(), report.Json.GetProperty("dtype").GetString()));
        Assert.Equal(0, world.Program.Start("classify", "xrays/a.png", "--model", "made/tiny", "--diseases", "mass,edema").Code);
        Assert.StartsWith("error: ", world.Program.Start("new-checkpoint", "--shape", "tiny", "--out", "made/tiny").Error);
        Assert.False(Directory.Exists(world.At("made", ".tiny.partial")));
    }

    [Theory]
    [InlineData("new-checkpoint --shape llava-med-8b --out x",
        "error: --shape is 'llava-med-8b', expected one of llava-med-7b, llava-1.5-7b, tiny; did you mean 'llava-med-7b'?\n" +
        "Try 'radz new-checkpoint --help'.\n")]
    [InlineData("new-checkpoint --shape tiny --layers 1 --out x",
        "error: --layers is '1', expected a whole number of at least 2\nTry 'radz new-checkpoint --help'.\n")]
    [InlineData("new-checkpoint --shape tiny --out x --tokenizer gone.model",
        "error: gone.model: there is no such file; check --tokenizer.\n")]
    public void What_cannot_be_written_is_told(string args, string error) =>
        Assert.Equal(new Run(2, "", error), world.Program.Start(args.Split(' ')));
}
