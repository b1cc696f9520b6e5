using RadZ.Files;
using RadZ.Hub;
using RadZ.TestKit;

namespace RadZ.Tests.Hub;

public sealed class PullTests : IDisposable
{
    const int Part = 64 << 10;
    static readonly RepositoryName s_name = RepositoryName.Parse("owner/llava-tiny");
    static readonly byte[] s_weights = HostileHub.Bytes(10 * Part + 123, 1);
    static readonly byte[] s_config = "{\"model_type\": \"llava\"}"u8.ToArray();

    readonly TempFolder _folder = new();
    readonly HostileHub _hub =
        new HostileHub().With("config.json", s_config).With("model.safetensors", s_weights).With("sub dir/empty.txt", []);
    readonly Heard _heard = new();

    sealed class Heard : IPullProgress
    {
        public long Total, Have, Came;
        public readonly List<string> Waited = [], Published = [];

        public void Begin(int files, long total, long have) => (Total, Have) = (total, have);

        public void Received(long bytes) => Interlocked.Add(ref Came, bytes);

        void IPullProgress.Published(HubFile file)
        {
            lock (Published) Published.Add(file.Path);
        }

        public void Waiting(string reason, TimeSpan pause)
        {
            lock (Waited) Waited.Add(reason);
        }
    }

    HubSettings Settings(string? token = null) => new(new(_hub.Address), token, _folder.At("cache"));

    static PullOptions Options => new()
    {
        PartSize = Part,
        Stall = TimeSpan.FromSeconds(20),
        FirstDelay = TimeSpan.FromMilliseconds(1),
        LongestDelay = TimeSpan.FromSeconds(2),
        Attempts = 4,
    };

    Task<Pulled> Pull(Destination? destination = null, PullOptions? options = null, string? token = null,
        CancellationTokenSource? stop = null) =>
        new Pull(Settings(token), options ?? Options, _heard).RunAsync(s_name, "main", l => l.Files,
            destination ?? new HubCache(Settings(), s_name), stop?.Token ?? TestContext.Current.CancellationToken);

    void RequireWhole(Pulled pulled)
    {
        Assert.Equal(s_weights, File.ReadAllBytes(Path.Combine(pulled.Folder, "model.safetensors")));
        Assert.Equal(s_config, File.ReadAllBytes(Path.Combine(pulled.Folder, "config.json")));
        Assert.Empty(File.ReadAllBytes(Path.Combine(pulled.Folder, "sub dir", "empty.txt")));
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories),
            f => f.EndsWith(".parts", StringComparison.Ordinal));
        Assert.Equal(_heard.Total, _heard.Have + _heard.Came);
    }

    async Task<InvalidInputException> Fails(Destination? destination = null)
    {
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => Pull(destination));
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.Path, "model.safetensors", SearchOption.AllDirectories), _ => true);
        return e;
    }

    static bool IsWeights(HubRequest r) => r.Path.Contains("model.safetensors", StringComparison.Ordinal);

    [Fact]
    public async Task A_repository_comes_in_parallel_ranges_into_the_shared_cache()
    {
        _hub.Twist = (request, answer) =>
        {
            if (IsWeights(request)) Thread.Sleep(20);
            return answer;
        };
        var pulled = await Pull();
        RequireWhole(pulled);
        Assert.Equal(_folder.At("cache", "models--owner--llava-tiny", "snapshots", HostileHub.Commit), pulled.Folder);
        Assert.Equal(pulled.Folder, HubCache.Find(Settings(), s_name));
        Assert.Equal("../../blobs/" + HostileHub.HashOf(s_weights),
            new FileInfo(Path.Combine(pulled.Folder, "model.safetensors")).LinkTarget);
        Assert.Equal(11, _hub.Requests.Count(IsWeights));
        // the server counts an answer a moment longer than the client
        Assert.InRange(_hub.MostAtOnce, 2, 2 * Options.Connections);
    }

    [Fact]
    public async Task A_second_pull_fetches_nothing()
    {
        await Pull();
        var before = _hub.Requests.Count;
        Assert.Equal(0, (await Pull()).Fetched);
        Assert.Equal(before + 1, _hub.Requests.Count);
    }

    [Fact]
    public async Task A_pull_that_was_stopped_goes_on_with_the_parts_it_has()
    {
        using var stop = new CancellationTokenSource();
        var served = 0;
        _hub.Twist = (request, answer) =>
        {
            if (IsWeights(request) && Interlocked.Increment(ref served) == 7) stop.Cancel();
            return answer;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Pull(stop: stop));
        Assert.Null(HubCache.Find(Settings(), s_name));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "model.safetensors", SearchOption.AllDirectories));
        var (before, _) = (_hub.Requests.Count(IsWeights), _heard.Came = 0);
        RequireWhole(await Pull());
        Assert.InRange(_hub.Requests.Count(IsWeights) - before, 1, 10);
        Assert.True(_heard.Have > 0);
    }

    [Fact]
    public async Task A_torn_line_of_the_journal_costs_a_part_not_the_file()
    {
        var partial = _folder.At("cache", "models--owner--llava-tiny", "radz-partial", HostileHub.HashOf(s_weights));
        Directory.CreateDirectory(Path.GetDirectoryName(partial)!);
        File.WriteAllBytes(partial, [.. s_weights[..(2 * Part)], .. new byte[s_weights.Length - (2 * Part)]]);
        File.WriteAllText(partial + ".parts", $"radz-parts 1 {s_weights.Length} {Part}\n0\n1\n1x");
        RequireWhole(await Pull());
        Assert.Equal(9, _hub.Requests.Count(IsWeights));
    }

    [Fact]
    public async Task Cut_and_stalled_connections_go_on_where_they_ended()
    {
        var served = new System.Collections.Concurrent.ConcurrentDictionary<long, int>();
        _hub.Twist = (request, answer) => !IsWeights(request) ? answer : served.AddOrUpdate(request.To, 1, (_, n) => n + 1) switch
        {
            1 => answer with { CutAt = answer.Body.Length / 2 },
            2 => answer with { StallAt = answer.Body.Length / 3 },
            _ => answer,
        };
        RequireWhole(await Pull(options: Options with { Stall = TimeSpan.FromSeconds(0.5), Attempts = 20 }));
        Assert.Contains(_hub.Requests, r => IsWeights(r) && r.From % Part != 0);
        Assert.Contains(_heard.Waited, w => w.StartsWith("nothing came for 0.5 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_without_ranges_is_read_in_one_go()
    {
        _hub.Twist = (request, answer) => IsWeights(request) ? new(200, s_weights) : answer;
        RequireWhole(await Pull());
    }

    [Fact]
    public async Task Wrong_bytes_are_fetched_once_more_and_then_refused()
    {
        byte[] wrong = [.. s_weights[..^1], (byte)~s_weights[^1]];
        var served = 0;
        _hub.Twist = (request, answer) => IsWeights(request) && request.From >= 10 * Part && Interlocked.Increment(ref served) == 1
            ? answer with { Body = wrong[(10 * Part)..] } : answer;
        RequireWhole(await Pull());
        Assert.Contains(_heard.Waited, w => w.Contains("hash", StringComparison.Ordinal));

        using var other = new TempFolder();
        _hub.Twist = (request, answer) =>
            IsWeights(request) && request.From >= 10 * Part ? answer with { Body = wrong[(10 * Part)..] } : answer;
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => Pull(new PlainFolder(other.Path)));
        Assert.Equal("wrong-hash", e.Kind);
        Assert.False(File.Exists(other.At("model.safetensors")));
    }

    [Theory]
    [InlineData("Content-Range: bytes 5-9/100", null)]                              // of another file
    [InlineData(null, 5L)]                                                          // claims less than it sends
    public async Task A_lie_about_lengths_ends_the_pull(string? range, long? claimed)
    {
        _hub.Twist = (request, answer) => !IsWeights(request) ? answer
            : (range is null ? answer : new HubAnswer(206, answer.Body, range)) with { ClaimedLength = claimed };
        Assert.Contains((await Fails()).Kind, (string[])["wrong-length", "cut"]);
    }

    [Fact]
    public async Task A_file_shorter_than_listed_ends_the_pull()
    {
        _hub.TwistListing = json =>
            json.Replace($"\"size\":{s_weights.Length}", $"\"size\":{s_weights.Length + (3 * Part)}", StringComparison.Ordinal);
        Assert.Equal("wrong-length", (await Fails()).Kind);
    }

    [Theory]
    [InlineData(401, "unauthorized", "HF_TOKEN")]
    [InlineData(403, "forbidden", "terms")]
    [InlineData(404, "not-found", "--revision")]
    [InlineData(400, "unexpected-answer", "400")]
    public async Task A_refusal_is_told_at_once(int status, string kind, string word)
    {
        _hub.Twist = (_, _) => new(status, "<html>"u8.ToArray());
        var e = await Fails();
        Assert.Equal(kind, e.Kind);
        Assert.Contains(word, e.Message, StringComparison.Ordinal);
        Assert.Single(_hub.Requests);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_busy_hub_is_asked_again(int status)
    {
        var served = 0;
        _hub.Twist = (_, answer) => Interlocked.Increment(ref served) <= 2 ? new(status, [], "Retry-After: 1") : answer;
        RequireWhole(await Pull());
        Assert.Equal(2, _heard.Waited.Count);
    }

    [Theory]
    [InlineData("Retry-After: 3600", "60 minutes", 1)]                              // longer than anyone waits
    [InlineData("X: y", "given up after 4 tries", 4)]
    public async Task A_hub_that_stays_busy_ends_the_pull(string header, string words, int requests)
    {
        _hub.Twist = (_, _) => new(503, [], header);
        Assert.Contains(words, (await Fails()).Message, StringComparison.Ordinal);
        Assert.Equal(requests, _hub.Requests.Count);
    }

    [Fact]
    public async Task Redirects_are_followed_and_the_token_stays_with_the_hub()
    {
        using var store = new HostileHub().With("model.safetensors", s_weights);
        _hub.Twist = (request, answer) => IsWeights(request)
            ? new(302, [], $"Location: {store.Address}/resolve/{HostileHub.Commit}/model.safetensors?signature=secret") : answer;
        RequireWhole(await Pull(token: "hf_secret"));
        Assert.All(_hub.Requests, r => Assert.Equal("hf_secret", r.Token));
        Assert.NotEmpty(store.Requests);
        Assert.All(store.Requests, r => Assert.Null(r.Token));
    }

    [Fact]
    public async Task A_circle_of_redirects_ends()
    {
        _hub.Twist = (request, answer) => IsWeights(request) ? new(302, [], $"Location: {request.Path}") : answer;
        Assert.Equal("redirects", (await Fails()).Kind);
    }

    [Theory]
    [InlineData("config.json", "../../config.json")]
    [InlineData("config.json", "/etc/config.json")]
    [InlineData("config.json", "a//b")]
    [InlineData("config.json", "a\\\\b")]
    [InlineData(HostileHub.Commit, "main")]
    [InlineData("\"sha256\":\"", "\"sha256\":\"../")]
    [InlineData("\"size\":", "\"size\":-")]
    [InlineData("config.json", "model.safetensors")]
    [InlineData("siblings", "files")]
    [InlineData("{", "[")]
    public async Task A_listing_that_cannot_be_trusted_is_refused(string from, string to)
    {
        _hub.TwistListing = json => json.Replace(from, to, StringComparison.Ordinal);
        Assert.Equal("bad-listing", (await Fails()).Kind);
        Assert.Single(_hub.Requests);
    }

    [Fact]
    public async Task Space_is_asked_for_before_the_first_byte()
    {
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => Pull(options: Options with { FreeSpace = _ => s_weights.Length }));
        Assert.Equal("no-space", e.Kind);
        Assert.Single(_hub.Requests);
    }

    [Fact]
    public async Task A_plain_folder_keeps_what_is_right_and_overwrites_nothing()
    {
        var place = new PlainFolder(_folder.At("out"));
        RequireWhole(await Pull(place));
        Assert.Equal(0, (await Pull(place)).Fetched);
        File.WriteAllText(_folder.At("out", "config.json"), "{\"model_type\": \"mine!\"}");
        Assert.Equal("would-overwrite", (await Assert.ThrowsAsync<InvalidInputException>(() => Pull(place))).Kind);
        Assert.Equal(["config.json", "model.safetensors", "sub dir"],
            Directory.EnumerateFileSystemEntries(_folder.At("out")).Select(Path.GetFileName).Where(n => n != ".radz-partial").Order());
    }

    [Fact]
    public async Task Two_pulls_of_one_place_do_not_mix()
    {
        var second = Task.FromResult<Exception?>(null);
        _hub.Twist = (request, answer) =>
        {
            if (IsWeights(request) && request.From == 0) second = Record.ExceptionAsync(() => Pull()).AsTask();
            if (IsWeights(request) && request.From == 0) second.Wait(5000);
            return answer;
        };
        RequireWhole(await Pull());
        Assert.Equal("busy", Assert.IsType<InvalidInputException>(await second).Kind);
    }

    [Fact]
    public void Weights_of_other_frameworks_are_left_out()
    {
        static HubFile F(string path) => new(path, 1, "");
        static string[] Taken(params string[] paths) => [.. FileSelection.Usable(new("", [.. paths.Select(F)])).Select(f => f.Path)];
        Assert.Equal(["config.json", "model-00001-of-2.safetensors", "mm_projector.bin", "README.md"],
            Taken("config.json", "model-00001-of-2.safetensors", "pytorch_model-1.bin", "pytorch_model.bin.index.json", "tf_model.h5",
                "onnx/model.onnx", ".gitattributes", "mm_projector.bin", "README.md"));
        Assert.Equal(["pytorch_model.bin"], Taken("pytorch_model.bin", "flax_model.msgpack"));
        Assert.Equal("no-match",
            Assert.Throws<InvalidInputException>(() => FileSelection.Matching(new("", [F("config.json")]), ["*.json", "*.bin"])).Kind);
    }

    [Theory]
    [InlineData("a/b", true)]
    [InlineData("llava-hf/llava-1.5-7b-hf", true)]
    [InlineData("a", false)]
    [InlineData("a/b/c", false)]
    [InlineData("../b", false)]
    [InlineData("a/..", false)]
    [InlineData("a/b\n", false)]
    [InlineData("-a/b", false)]
    public void A_repository_has_an_owner_and_a_name(string text, bool right) => Assert.Equal(right, RepositoryName.TryParse(text, out _));

    [Fact]
    public void The_environment_means_what_it_means_elsewhere()
    {
        HubSettings Of(params (string Name, string Value)[] variables) =>
            HubSettings.FromEnvironment(n => variables.FirstOrDefault(v => v.Name == n).Value, "/home/someone");
        const string home = "/home/someone";
        Assert.Equal(("https://huggingface.co/", Path.Combine(home, ".cache/huggingface/hub")),
            (Of(("HF_TOKEN_PATH", "/none")).Endpoint.ToString(), Of().Cache));
        File.WriteAllText(_folder.At("token"), "hf_file\n");
        Assert.Equal(("hf_file", _folder.At("hub")), (Of(("HF_HOME", _folder.Path)).Token, Of(("HF_HOME", _folder.Path)).Cache));
        Assert.Equal(("hf_x", "/c"), (Of(("HF_HOME", _folder.Path), ("HF_TOKEN", "hf_x")).Token, Of(("HF_HUB_CACHE", "/c")).Cache));
        Assert.Throws<InvalidInputException>(() => Of(("HF_ENDPOINT", "ftp://x")));
        Assert.False(HubSettings.MayCarryToken(new("http://example.org")));
    }

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }
}
