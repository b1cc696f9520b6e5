using System.Net;
using System.Net.Http.Headers;
using RadZ.Files;

namespace RadZ.Hub;

/// <summary>
/// Asks the hub: follows redirects itself, so that the token never goes to another host, and tells passing faults from lasting ones.
/// </summary>
sealed class HubClient(HubSettings settings, PullOptions options, IPullProgress progress) : IDisposable
{
    const int MostRedirects = 5;
    const int LargestListing = 64 << 20;

    readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = options.Stall,
        MaxConnectionsPerServer = options.Connections,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("radz", "0.1") } },
    };

    /// <summary>What the repository holds.</summary>
    public async Task<HubListing> ListAsync(RepositoryName repository, string revision, CancellationToken cancel)
    {
        var address = new Uri($"{settings.Root}/api/models/{repository}/revision/{Uri.EscapeDataString(revision)}?blobs=true");
        var json = await RetryAsync(address, async () =>
        {
            using var response = await GetAsync(address, null, $"{repository} at {revision}", cancel).ConfigureAwait(false);
            using var body = new MemoryStream();
            await foreach (var bytes in ReadAsync(response, cancel).ConfigureAwait(false))
            {
                if (body.Length + bytes.Length > LargestListing)
                    throw new HubFault("bad-listing", "the list of files has no end", passing: false);
                body.Write(bytes.Span);
            }
            return body.ToArray();
        }, cancel).ConfigureAwait(false);
        return HubListing.Read(HubFault.Display(address), json);
    }

    /// <summary>The address of a file at a commit.</summary>
    public Uri AddressOf(RepositoryName repository, string commit, HubFile file) =>
        new($"{settings.Root}/{repository}/resolve/{commit}/{string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString))}");

    /// <summary>Opens an answer, of some bytes or of all.</summary>
    /// <exception cref="HubFault">Whatever else came than 200 or 206.</exception>
    public async Task<HttpResponseMessage> GetAsync(Uri address, RangeHeaderValue? range, string what, CancellationToken cancel)
    {
        var at = address;
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, at) { Headers = { Range = range } };
            if (settings.Token is { } token && IsSameHost(at, settings.Endpoint) && HubSettings.MayCarryToken(at))
                request.Headers.Authorization = new("Bearer", token);
            var response = await WithinStallAsync(stall => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall),
                cancel)
                .ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent) return response;
            using (response)
            {
                if ((int)response.StatusCode is < 300 or >= 400 || response.Headers.Location is not { } location)
                    throw FaultOf(response, at, what);
                if (redirects == MostRedirects)
                    throw new HubFault("redirects", $"redirected more than {MostRedirects} times on the way to {what}", passing: false);
                var next = new Uri(at, location);
                if (next.Scheme is not ("http" or "https") || (at.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps))
                    throw new HubFault("redirects", $"redirected from {at.Scheme} to {next.Scheme}, which is refused", passing: false);
                at = next;
            }
        }
    }

    /// <summary>The bytes of an answer as they come; silence is a passing fault.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        var buffer = new byte[1 << 17];
        while (await WithinStallAsync(stall => body.ReadAsync(buffer, stall).AsTask(), cancel).ConfigureAwait(false) is > 0 and var count)
            yield return buffer.AsMemory(0, count);
    }

    /// <summary>Tries until it works or has failed too often in a row.</summary>
    public async Task<T> RetryAsync<T>(Uri address, Func<Task<T>> attempt, CancellationToken cancel)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await attempt().ConfigureAwait(false);
            }
            catch (HubFault fault)
            {
                await PauseAfterAsync(fault, failures, address, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits before the next try; ends the matter where there is no use in one.</summary>
    public async Task PauseAfterAsync(HubFault fault, int failures, Uri address, CancellationToken cancel)
    {
        if (!fault.Passing) throw fault.Final(address);
        if (failures >= options.Attempts)
            throw new InvalidInputException(HubFault.Display(address), fault.Kind,
                $"{fault.Message}; given up after {failures} tries. What came so far is kept: the same command goes on from there.");
        if (fault.RetryAfter > options.LongestDelay)
            throw new InvalidInputException(HubFault.Display(address), fault.Kind,
                $"{fault.Message}, and asks to come back in {fault.RetryAfter.Value.TotalMinutes:0} minutes; run the same command then, " +
                "it goes on from here.");
        var doubled = TimeSpan.FromSeconds(Math.Min(options.LongestDelay.TotalSeconds,
            options.FirstDelay.TotalSeconds * Math.Pow(2, failures - 1)));
        var pause = fault.RetryAfter is { } asked && asked > doubled ? asked : doubled;
        progress.Waiting(fault.Message, pause);
        await Task.Delay(pause, cancel).ConfigureAwait(false);
    }

    static bool IsSameHost(Uri a, Uri b) => a.Scheme == b.Scheme && a.Host == b.Host && a.Port == b.Port;

    async Task<T> WithinStallAsync<T>(Func<CancellationToken, Task<T>> act, CancellationToken cancel)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        stall.CancelAfter(options.Stall);
        try
        {
            return await act(stall.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && e is OperationCanceledException)
        {
            throw new HubFault("stalled", $"nothing came for {options.Stall.TotalSeconds:0.#} s", passing: true);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new HubFault("network", $"the connection failed: {e.Message.TrimEnd('.')}", passing: true);
        }
    }

    HubFault FaultOf(HttpResponseMessage response, Uri at, string what)
    {
        var code = (int)response.StatusCode;
        var after = response.Headers.RetryAfter is { } header ? header.Delta ?? (header.Date - options.Time.GetUtcNow()) : null;
        return code switch
        {
            401 => new("unauthorized",
                $"the hub does not show {what} to {(settings.Token is null ? "strangers" : "the owner of this token")} (401): it is " +
                $"private, gated, or does not exist; check the name, and set HF_TOKEN to a token that may read it{TokenNote()}.", false),
            403 => new("forbidden", $"the hub refuses {what} (403): accept the model's terms at {settings.Root} with the account of " +
                $"HF_TOKEN, or use a token that may read it{TokenNote()}.", false),
            404 => new("not-found", $"the hub has no {what} (404); check OWNER/NAME and --revision.", false),
            416 => new("wrong-length", $"the server of {at.Host} has fewer bytes of {what} than the hub lists (416).", true),
            429 => new("rate-limited", $"the hub asks to slow down (429){(settings.Token is null ? "; with HF_TOKEN it allows more" : "")}",
                true, after),
            408 or 425 or >= 500 => new("unavailable", $"the hub cannot answer now ({code})", true, after),
            _ => new("unexpected-answer", $"the hub answered {code} where the content of {what} was expected.", false),
        };
    }

    string TokenNote() => settings.Token is not null && !HubSettings.MayCarryToken(settings.Endpoint)
        ? $" (the token was not sent: {settings.Root} is not encrypted)" : "";

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
