using System.Diagnostics;
using System.Security.Cryptography;
using RadZ.Data.Sets;

namespace RadZ.Torch.Tests.Cli;

[Collection(SharedWorld.Name)]
public class PhantomVerbTests(CliWorld world)
{
    string Hash(string folder) =>
        string.Concat(Directory.EnumerateFiles(world.At(folder), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(f => $"{Path.GetRelativePath(world.At(folder), f)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f)))}\n"));

    [Fact]
    public void Phantoms_are_written_and_evaluate_takes_them()
    {
        var run = world.Program.Start("phantom", "phantoms", "--count", "12", "--size", "64", "--site", "both", "--seed", "3", "--findings",
            "effusion,mass", "--bits", "16");
        Assert.Equal(new Run(0,
            "phantoms: 12 phantoms of 64 px, site a and b, seed 3.\nNo patient is in them. Research use only. Not a medical device.\n", ""),
                run);
        var set = ManifestFile.Read(world.At("phantoms", "manifest.csv"));
        Assert.Equal((12, 0), (set.Samples.Count, set.Skipped.Count));
        Assert.Empty(set.Samples.SelectMany(s => s.Labels.Present).Distinct().Except(["pleural effusion", "mass", "no finding"]));

        var again = world.Program.Start("phantom", "phantoms", "--count", "12", "--size", "64", "--site", "both", "--seed", "3",
            "--findings", "mass,pleural effusion", "--bits", "16");
        Assert.Contains("12 of them were there already", again.Out);
        var other = world.Program.Start("phantom", "phantoms", "--count", "13", "--size", "64");
        Assert.Equal((2, "error: phantoms: holds phantoms of other settings (phantoms.json); take another folder, or give the same " +
            "settings to go on.\n"), (other.Code, other.Error));

        var measured = world.Program.Start("evaluate", "phantoms/manifest.csv", "--diseases", "mass,pleural effusion", "--score", "bank",
            "--control", "20", "--format", "json");
        Assert.Equal(0, measured.Code);
        var control = measured.Json.GetProperty("descriptions");
        Assert.Equal(20, control.GetProperty("random_descriptions").GetInt32());
        Assert.Equal(["mass", "pleural effusion"],
            control.GetProperty("classes").EnumerateArray().Select(c => c.GetProperty("disease").GetString()!));
        Assert.All(control.GetProperty("classes").EnumerateArray(), c =>
        {
            Assert.InRange(c.GetProperty("p").GetDouble(), 1 / 21.0, 1);
            Assert.InRange(c.GetProperty("random_low").GetDouble(), 0, c.GetProperty("random_high").GetDouble());
        });
        Assert.Contains("random ones of the same length",
            world.Program.Start("evaluate", "phantoms/manifest.csv", "--diseases", "mass,pleural effusion", "--control", "20").Out);
    }

    [Fact]
    public void Killed_without_warning_the_same_command_ends_with_the_same_bytes()
    {
        string[] args = ["--count", "400", "--size", "64"];
        Assert.Equal(0, world.Program.Start(["phantom", "phantoms-whole", .. args]).Code);
        using (var process = Process.Start(world.Program.Command(["phantom", "phantoms-killed", .. args]))!)
        {
            while (!File.Exists(world.At("phantoms-killed", ".parts", "000000.json")))
                Assert.False(process.WaitForExit(1), "it ended before it could be killed");
            process.Kill();
            process.WaitForExit();
        }
        Assert.False(File.Exists(world.At("phantoms-killed", "card.md")));
        Assert.Equal(0, world.Program.Start(["phantom", "phantoms-killed", .. args]).Code);
        Assert.Equal(Hash("phantoms-whole"), Hash("phantoms-killed"));
    }

    [Fact]
    public void Wrong_arguments_are_told_with_what_was_meant()
    {
        var run = world.Program.Start("phantom", "x", "--site", "bth", "--bits", "9", "--size", "5000", "--prevalence", "3", "--count",
            "0");
        Assert.Equal(2, run.Code);
        foreach (var part in (string[])["--site is 'bth', expected one of a, b, both; did you mean 'both'?",
            "--bits is '9', expected 8 or 16", "--size is '5000', expected at most 1024",
            "--prevalence is '3', expected a number from 0 to 1", "--count is '0', expected a whole number of at least 1"])
            Assert.Contains(part, run.Error);
        Assert.Equal("error: --findings: 'nodul' cannot be drawn; did you mean 'nodule'?\n",
            world.Program.Start("phantom", "x", "--findings", "nodul").Error);
        Assert.False(Directory.Exists(world.At("x")));
    }
}
