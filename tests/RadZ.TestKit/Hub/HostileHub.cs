using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RadZ.TestKit;

/// <summary>What a hub was asked.</summary>
/// <param name="Host">As the client called it.</param>
/// <param name="Path">With the query.</param>
/// <param name="From">First byte of the range, -1 where none was asked for.</param>
/// <param name="To">Last byte of the range, inclusive.</param>
/// <param name="Token">What stood behind Bearer; null without.</param>
public sealed record HubRequest(string Host, string Path, long From, long To, string? Token);

/// <summary>
/// What goes over the wire in answer; the rest of the body is cut away after <see cref="CutAt"/> bytes, or never comes after
/// <see cref="StallAt"/>.
/// </summary>
public sealed record HubAnswer(int Status, byte[] Body, params string[] Headers)
{
    /// <summary>Bytes after which the connection is closed.</summary>
    public int CutAt { get; init; } = int.MaxValue;

    /// <summary>Bytes after which nothing more comes.</summary>
    public int StallAt { get; init; } = int.MaxValue;

    /// <summary>The Content-Length that is claimed; the body's when null.</summary>
    public long? ClaimedLength { get; init; }
}

/// <summary>A hub on this machine, spoken to over real sockets, that behaves as well or as badly as a test wants.</summary>
public sealed class HostileHub : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Dictionary<string, byte[]> _files = [];

    /// <summary>A hub that holds nothing yet.</summary>
    public HostileHub()
    {
        _listener.Start();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    /// <summary>The commit of everything it holds.</summary>
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    /// <summary>Its address.</summary>
    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>All that it was asked.</summary>
    public ConcurrentQueue<HubRequest> Requests { get; } = new();

    /// <summary>The most requests for content that were open at once.</summary>
    public int MostAtOnce { get; private set; }

    int _open;

    /// <summary>Changes an answer; gets the request and the right answer.</summary>
    public Func<HubRequest, HubAnswer, HubAnswer> Twist { get; set; } = (_, answer) => answer;

    /// <summary>Changes the list of files before it is sent.</summary>
    public Func<string, string> TwistListing { get; set; } = json => json;

    /// <summary>Adds a file; those above 1,000 bytes are large files with a SHA-256.</summary>
    public HostileHub With(string path, byte[] content)
    {
        _files[path] = content;
        return this;
    }

    /// <summary>A file's content of some length, the same each time.</summary>
    public static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>The hash that the hub lists.</summary>
    public static string HashOf(byte[] content) => content.Length > 1000 ? Convert.ToHexStringLower(SHA256.HashData(content))
#pragma warning disable CA5350 // the hub lists Git's names
        : Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));
#pragma warning restore CA5350

    /// <summary>Each connection has a thread of its own: what a test blocks must block nothing else.</summary>
    void Serve()
    {
        try
        {
            while (true)
            {
                var client = _listener.AcceptTcpClient();
                new Thread(() => Talk(client)) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException or InvalidOperationException)
        {
        }
    }

    void Talk(TcpClient client)
    {
        using var connection = client;
        try
        {
            using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            while (Request(reader) is { } request)
            {
                Requests.Enqueue(request);
                var content = request.Path.Contains("/resolve/", StringComparison.Ordinal);
                if (content) Opened();
                try
                {
                    if (!Answer(stream, Twist(request, Right(request)))) return;
                }
                finally
                {
                    if (content) Interlocked.Decrement(ref _open);
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    void Opened()
    {
        var open = Interlocked.Increment(ref _open);
        lock (_files) MostAtOnce = Math.Max(MostAtOnce, open);
    }

    static HubRequest? Request(StreamReader reader)
    {
        if (reader.ReadLine() is not { Length: > 0 } first) return null;
        var (from, to, token, host) = (-1L, -1L, (string?)null, "");
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            var value = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            if (line.StartsWith("Host:", StringComparison.OrdinalIgnoreCase)) host = value;
            if (line.StartsWith("Authorization:", StringComparison.OrdinalIgnoreCase)) token = value["Bearer ".Length..];
            if (!line.StartsWith("Range:", StringComparison.OrdinalIgnoreCase)) continue;
            string[] range = value["bytes=".Length..].Split('-');
            (from, to) = (long.Parse(range[0], CultureInfo.InvariantCulture), long.Parse(range[1], CultureInfo.InvariantCulture));
        }
        return new(host, first.Split(' ')[1], from, to, token);
    }

    HubAnswer Right(HubRequest request)
    {
        if (request.Path.StartsWith("/api/models/", StringComparison.Ordinal))
            return new(200, Encoding.UTF8.GetBytes(TwistListing(Listing())));
        var path = Uri.UnescapeDataString(request.Path.Split('?')[0].Split("/resolve/" + Commit + "/").Last());
        if (!_files.TryGetValue(path, out var file)) return new(404, []);
        if (request.From < 0) return new(200, file);
        if (request.From >= file.Length) return new(416, [], $"Content-Range: bytes */{file.Length}");
        var to = Math.Min(request.To, file.Length - 1);
        return new(206, file[(int)request.From..(int)(to + 1)], $"Content-Range: bytes {request.From}-{to}/{file.Length}");
    }

    string Listing() => JsonSerializer.Serialize(new
    {
        sha = Commit,
        siblings = _files.Select(f => f.Value.Length > 1000
            ? (object)new
            {
                rfilename = f.Key,
                size = f.Value.Length,
                blobId = new string('0', 40),
                lfs = new { sha256 = HashOf(f.Value), size = f.Value.Length, pointerSize = 134 }
            }
            : new { rfilename = f.Key, size = f.Value.Length, blobId = HashOf(f.Value) }),
    });

    bool Answer(NetworkStream stream, HubAnswer answer)
    {
        var head = $"HTTP/1.1 {answer.Status} x\r\nContent-Length: {answer.ClaimedLength ?? answer.Body.Length}\r\n" +
            $"{string.Concat(answer.Headers.Select(h => h + "\r\n"))}\r\n";
        stream.Write(Encoding.ASCII.GetBytes(head));
        stream.Write(answer.Body.AsSpan(0, Math.Min(answer.Body.Length, Math.Min(answer.CutAt, answer.StallAt))));
        stream.Flush();
        if (answer.StallAt < answer.Body.Length) _stop.Token.WaitHandle.WaitOne(TimeSpan.FromMinutes(5));
        return answer.CutAt >= answer.Body.Length && answer.ClaimedLength is null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }
}
