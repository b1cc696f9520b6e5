using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RadZ.Torch.Tests.Descriptions;

/// <summary>What a client sent.</summary>
sealed record Asked(string Method, string Path, IReadOnlyDictionary<string, string> Headers, JsonNode Body);

/// <summary>
/// A server on this machine that speaks HTTP over a socket, so that it can also do what no well-behaved server does: cut an answer, lie
/// about its length, say nothing. Each request takes the next of the replies, the last one again and again.
/// </summary>
sealed class ChatServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly IReadOnlyList<Func<Asked, string?>> _replies;
    readonly ConcurrentQueue<Asked> _asked = new();
    int _next;

    /// <param name="replies">Raw answers; null never answers.</param>
    public ChatServer(params Func<Asked, string?>[] replies)
    {
        _replies = replies;
        _listener.Start();
        _ = Serve();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public Uri OpenAi => new(Address, "v1");

    public IReadOnlyList<Asked> Requests => [.. _asked];

    /// <summary>A whole answer with a JSON body.</summary>
    public static string Json(string body, int status = 200, string headers = "", int? length = null) =>
        $"HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {length ?? Encoding.UTF8.GetByteCount(body)}\r\n" +
        $"{headers}Connection: close\r\n\r\n{body}";

    /// <summary>An answer of an OpenAI-compatible server.</summary>
    public static string OpenAiAnswer(string text, string finish = "stop") => $$$"""
        {"id":"c1","object":"chat.completion","created":1,"model":"large",
         "choices":[{"index":0,"finish_reason":"{{{finish}}}",
                     "message":{"role":"assistant","content":{{{JsonSerializer.Serialize(text)}}}}}],
         "usage":{"prompt_tokens":9,"completion_tokens":9,"total_tokens":18}}
        """;

    /// <summary>An answer of Ollama.</summary>
    public static string OllamaAnswer(string text, bool done = true) =>
        """{"model":"large","created_at":"2026-11-24T00:00:00Z","message":{"role":"assistant","content":""" +
        $$$"""{{{JsonSerializer.Serialize(text)}}}},"done":{{{(done ? "true,\"done_reason\":\"stop\"" : "false")}}}}""" + "\n";

    async Task Serve()
    {
        try
        {
            while (true) _ = Answer(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException) { }
    }

    async Task Answer(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            var asked = await Read(stream);
            _asked.Enqueue(asked);
            var reply = _replies[Math.Min(Interlocked.Increment(ref _next), _replies.Count) - 1](asked);
            if (reply is null) await Task.Delay(Timeout.Infinite, _stop.Token);
            else await stream.WriteAsync(Encoding.UTF8.GetBytes(reply), _stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException) { }
    }

    async Task<Asked> Read(NetworkStream stream)
    {
        var (bytes, buffer) = (new List<byte>(), new byte[4096]);
        int head;
        while ((head = Encoding.ASCII.GetString([.. bytes]).IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0) await More();
        var lines = Encoding.ASCII.GetString([.. bytes[..head]]).Split("\r\n");
        var headers = lines[1..].Select(l => l.Split(": ", 2)).ToDictionary(h => h[0], h => h[1], StringComparer.OrdinalIgnoreCase);
        string body;
        if (headers.TryGetValue("Content-Length", out var length))
        {
            while (bytes.Count < head + 4 + int.Parse(length)) await More();
            body = Encoding.UTF8.GetString([.. bytes[(head + 4)..]]);
        }
        else
        {
            while (!Encoding.ASCII.GetString([.. bytes]).EndsWith("0\r\n\r\n", StringComparison.Ordinal)) await More();
            body = Unchunked([.. bytes[(head + 4)..]]);
        }
        var first = lines[0].Split(' ');
        return new(first[0], first[1], headers, JsonNode.Parse(body)!);

        async Task More()
        {
            var n = await stream.ReadAsync(buffer, _stop.Token);
            if (n == 0) throw new IOException("the client went away");
            bytes.AddRange(buffer[..n]);
        }
    }

    static string Unchunked(byte[] bytes)
    {
        var (whole, at) = (new List<byte>(), 0);
        while (true)
        {
            var end = Array.IndexOf(bytes, (byte)'\r', at);
            var size = Convert.ToInt32(Encoding.ASCII.GetString(bytes[at..end]), 16);
            if (size == 0) return Encoding.UTF8.GetString([.. whole]);
            whole.AddRange(bytes[(end + 2)..(end + 2 + size)]);
            at = end + 2 + size + 2;
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }
}
