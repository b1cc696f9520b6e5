using System.Diagnostics;
using RadZ.TestKit;
using RadZ.Torch.Tests.Cli;

namespace RadZ.Torch.Tests.Recognition;

/// <summary>What the program leaves in a user's home, and what it does where there is none.</summary>
[Collection(SharedWorld.Name)]
public sealed class HomeTests(CliWorld world)
{
    Run Start(string home, params string[] args)
    {
        var command = world.Program.Command(args);
        foreach (var name in (string[])["RADZ_CACHE", "RADZ_KEY", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"]) command.Environment.Remove(name);
        command.Environment["HOME"] = home;
        using var process = Process.Start(command)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.Result);
    }

    static string Dicom => Path.Combine(Fixtures.Repository, "tests", "fixtures", "dicom", "files", "ct-rescale.dcm");

    [Theory, InlineData("/proc"), InlineData("/nowhere")]
    public void Without_a_home_that_can_be_written_one_notice_is_all(string home)
    {
        var run = Start(home, "classify", "xrays/a.png", Dicom, "--format", "json", "--gate", "pass");
        Assert.Equal(0, run.Code);
        Assert.Equal("note: nothing can be kept in this user's home, so texts are computed anew each time, and pseudonyms hold within " +
            "this run only; RADZ_CACHE and RADZ_KEY name other places.\nResearch use only. Not a medical device.\n", run.Error);
        Assert.False(Directory.Exists(world.At(".cache")) || Directory.Exists(world.At(".config")));
    }

    [Fact]
    public void A_plain_picture_makes_no_key_and_a_DICOM_file_does()
    {
        var home = world.At("home");
        Directory.CreateDirectory(home);
        Assert.Equal(0, Start(home, "classify", "xrays/a.png").Code);
        Assert.True(Directory.Exists(Path.Combine(home, ".cache", "radz")));
        Assert.False(Directory.Exists(Path.Combine(home, ".config")));
        Assert.Equal(0, Start(home, "classify", Dicom).Code);
        Assert.True(File.Exists(Path.Combine(home, ".config", "radz", "pseudonyms.key")));
    }
}
