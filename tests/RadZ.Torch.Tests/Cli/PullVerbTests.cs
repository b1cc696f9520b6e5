using System.Diagnostics;
using RadZ.TestKit;

namespace RadZ.Torch.Tests.Cli;

[Collection(SharedWorld.Name)]
public sealed class PullVerbTests(CliWorld world) : IDisposable
{
    readonly HostileHub _hub = new();
    readonly string _home = Path.Combine(world.Folder, "hub-" + Guid.NewGuid().ToString("n"));

    ProcessStartInfo Command(params string[] args)
    {
        var start = world.WithoutModel.Command(args);
        (start.Environment["HF_ENDPOINT"], start.Environment["HF_HOME"]) = (_hub.Address, _home);
        foreach (var name in (string[])["HF_TOKEN", "HF_HUB_CACHE", "HF_TOKEN_PATH"]) start.Environment.Remove(name);
        return start;
    }

    Run Start(params string[] args)
    {
        using var process = Process.Start(Command(args))!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.Result);
    }

    [Fact]
    public void A_pulled_model_classifies_by_its_name()
    {
        foreach (var file in Directory.GetFiles(world.Model)) _hub.With(Path.GetFileName(file), File.ReadAllBytes(file));
        var missing = Start("classify", "xrays", "--model", "owner/tiny");
        Assert.Equal((2, "error: owner/tiny: there is no such folder, and no pulled model of that name; check the path, or bring it " +
            "with: radz pull owner/tiny\n"), (missing.Code, missing.Error));
        var pulled = Start("pull", "owner/tiny");
        Assert.Equal((0, Path.Combine(_home, "hub", "models--owner--tiny", "snapshots", HostileHub.Commit)),
            (pulled.Code, pulled.Out.TrimEnd()));
        var (byName, byFolder) = (Start("classify", "xrays", "--model", "owner/tiny", "--format", "csv"),
            world.Program.Start("classify", "xrays", "--format", "csv"));
        Assert.Equal((0, byFolder.Out), (byName.Code, byName.Out));
        Assert.Equal(0, Start("pull", "owner/tiny", "--format", "json").Json.GetProperty("fetched").GetInt32());
    }

    [Fact]
    public void A_killed_pull_goes_on_and_leaves_nothing_half_under_its_name()
    {
        var weights = HostileHub.Bytes(40 << 20, 1);
        _hub.With("model.safetensors", weights);
        using var hold = new ManualResetEventSlim();
        _hub.Twist = (request, answer) =>
        {
            if (request.From >= 32 << 20) hold.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            return answer;
        };
        using (var process = Process.Start(Command("pull", "owner/big", "--out", "big"))!)
        {
            var journal = Path.Combine(world.Folder, "big", ".radz-partial", HostileHub.HashOf(weights) + ".parts");
            var until = Stopwatch.StartNew();
            while (until.Elapsed < TimeSpan.FromSeconds(30) && !(File.Exists(journal) && Shared(journal).Split('\n').Length >= 4))
                Thread.Sleep(20);
            process.Kill();                                                        // SIGKILL
            process.WaitForExit();
        }
        hold.Set();
        Assert.False(File.Exists(Path.Combine(world.Folder, "big", "model.safetensors")));
        var asked = _hub.Requests.Count(r => r.From >= 0);
        var again = Start("pull", "owner/big", "--out", "big");
        Assert.Equal((0, "big"), (again.Code, Path.GetFileName(again.Out.TrimEnd())));
        Assert.Contains("33.6 MB are here from an earlier pull", again.Error);
        Assert.Equal(asked + 1, _hub.Requests.Count(r => r.From >= 0));
        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(world.Folder, "big", "model.safetensors")));
        Assert.Equal(["model.safetensors"], Directory.GetFileSystemEntries(Path.Combine(world.Folder, "big")).Select(Path.GetFileName));

        static string Shared(string path)
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd();
        }
    }

    [Theory]
    [InlineData("pull llava", "error: llava: this is no repository name; expected OWNER/NAME, as in liuhaotian/llava-v1.5-7b.\n")]
    [InlineData("pull a/b --all --include *.json", "error: --include and --all exclude each other\nTry 'radz pull --help'.\n")]
    [InlineData("pull a/b --connections 17", "error: --connections is at most 16\nTry 'radz pull --help'.\n")]
    public void A_mistake_is_told_before_anything_is_asked(string args, string error)
    {
        Assert.Equal(new Run(2, "", error), Start(args.Split(' ')));
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public void A_refusal_of_the_hub_is_bad_input()
    {
        _hub.Twist = (_, _) => new(401, []);
        var run = Start("pull", "owner/gated");
        Assert.Equal(2, run.Code);
        Assert.Contains("set HF_TOKEN", run.Error);
    }

    public void Dispose() => _hub.Dispose();
}
