using System.Diagnostics;
using RadZ.TestKit;

namespace RadZ.Torch.Tests.Cli;

/// <summary>A run over many files is killed without warning, again and again, and its file comes out as if it never had been.</summary>
[Collection(SharedWorld.Name)]
public sealed class ResumeTests : IDisposable
{
    const int Files = 200;
    readonly string _folder = Directory.CreateTempSubdirectory("radz-resume-").FullName;
    readonly Radz _program;

    public ResumeTests(CliWorld world)
    {
        _program = new(_folder, world.Model);
        Directory.CreateDirectory(Path.Combine(_folder, "in"));
        for (var i = 0; i < Files; i++)
        {
            var pixels = new byte[40 * 40];
            new Random(i).NextBytes(pixels);
            File.WriteAllBytes(Path.Combine(_folder, "in", $"film, \"{i}\""),
                i % 50 == 7 ? [.. new byte[128], .. "DICM"u8, 1, 2, 3] : DicomMaker.Grey(40, 40, 8, pixels).File());
        }
    }

    string[] Arguments(string format, string file, params string[] more) =>
        ["classify", "in", "--format", format, "--out", file, "--top", "2", .. more];

    string Text(string file) => File.ReadAllText(Path.Combine(_folder, file));

    [Fact]
    public void Killed_and_resumed_a_file_has_every_row_once()
    {
        Assert.Equal(2, _program.Start(Arguments("csv", "whole")).Code);
        var (whole, kills) = (Text("whole"), 0);
        // killed as soon as rows are there that the start before has not left; on a machine that does not let us look in time it begins
        // anew
        for (var attempt = 0; attempt < 20 && kills < 2; attempt++)
        {
            var before = Rows("killed");
            using var process = Process.Start(_program.Command(Arguments("csv", "killed", "--resume")))!;
            while (!process.HasExited && Rows("killed") <= before) Thread.Sleep(1);
            process.Kill();
            process.WaitForExit();
            if (process.ExitCode == 137)
            {
                kills++;
                Assert.InRange(Rows("killed"), before + 1, Rows("whole"));
                continue;
            }
            kills = 0;
            File.Delete(Path.Combine(_folder, "killed"));
            File.Delete(Path.Combine(_folder, "killed.run.json"));
        }
        Assert.Equal(2, kills);
        Assert.Equal(2, _program.Start(Arguments("csv", "killed", "--resume")).Code);
        Assert.Equal(whole, Text("killed"));
        var last = _program.Start(Arguments("csv", "killed", "--resume"));
        Assert.Equal(whole, Text("killed"));
        Assert.Equal(2, last.Code);                                                // the file holds failures, whoever wrote them
        Assert.Contains($"4 of {Files} images could not be read.", last.Error, StringComparison.Ordinal);
        Assert.Contains($"{Files} answers were there already.", last.Error, StringComparison.Ordinal);
    }

    int Rows(string file)
    {
        if (!File.Exists(Path.Combine(_folder, file))) return 0;
        using var reader = new FileStream(Path.Combine(_folder, file), FileMode.Open, FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete);
        using var text = new StreamReader(reader);
        return text.ReadToEnd().Count(c => c == '\n');
    }

    [Fact]
    public void A_file_of_another_run_is_not_continued()
    {
        Assert.Equal(2, _program.Start("classify", "in/film, \"7\"", "--format", "csv", "--out", "a.csv").Code);
        var run = _program.Start("classify", "in/film, \"7\"", "--format", "csv", "--out", "a.csv", "--resume", "--diseases",
            "mass,no finding");
        Assert.Equal((2, ""), (run.Code, run.Out));
        Assert.StartsWith("error: a.csv: the file was begun in another way (4 diseases), and rows of both must not mix", run.Error);
        File.WriteAllText(Path.Combine(_folder, "b.csv"), "something,else\n");
        Assert.StartsWith("error: b.csv: the file is there, and b.csv.run.json is not",
            _program.Start("classify", "in", "--format", "csv", "--out", "b.csv", "--resume").Error);
        Assert.StartsWith("error: --resume goes on with a file; give --out FILE", _program.Start("classify", "in", "--resume").Error);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
