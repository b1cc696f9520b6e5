using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using RadZ.Files;

namespace RadZ.Descriptions.Chat;

/// <summary>
/// Sends a request until it is answered: waits as the server says (429, 503 with Retry-After) or ever longer, times each try, reads the
/// whole body (a cut one is tried again), and turns what stays wrong into one error. The same for every form of server.
/// </summary>
sealed class EndpointHandler(ChatEndpoint endpoint)
    : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = endpoint.Timeout })
{
    const long LargestAnswer = 8 << 20;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = endpoint.Key is { } key ? new AuthenticationHeaderValue("Bearer", key) : null;
        var wait = endpoint.Backoff;
        for (var left = endpoint.Tries - 1; ; left--)
        {
            var (response, fault) = await TrySendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response is not null) return response;
            if (left <= 0 || !fault!.MayPass || fault.Wait > endpoint.LongestWait) throw fault!.Error;
            await Task.Delay(fault.Wait ?? wait, endpoint.Time, cancellationToken).ConfigureAwait(false);
            wait *= 2;
        }
    }

    /// <summary>Why a try failed.</summary>
    /// <param name="Error">What is told if no try succeeds.</param>
    /// <param name="MayPass">Whether another try may succeed.</param>
    /// <param name="Wait">How long the server asked to wait.</param>
    sealed record Fault(InvalidInputException Error, bool MayPass, TimeSpan? Wait = null);

    async Task<(HttpResponseMessage?, Fault?)> TrySendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(endpoint.Timeout, endpoint.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, either.Token).ConfigureAwait(false);
            await response.Content.LoadIntoBufferAsync(LargestAnswer, either.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.OK) return (response, null);
            var fault = await ReadFaultAsync(response, either.Token).ConfigureAwait(false);
            response.Dispose();
            return (null, fault);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            response?.Dispose();
            return (null, new(Error("timeout",
                $"did not answer within {endpoint.Timeout.TotalSeconds:0.#} s; is the model loaded there? Raise --timeout if it is only " +
                $"slow.", e), MayPass: true));
        }
        catch (HttpRequestException e)
        {
            response?.Dispose();
            return (null, e switch
            {
                { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => new(Error("too-large",
                    $"answers with more than {LargestAnswer >> 20} MiB; is it a server of chat models?", e), MayPass: false),
                _ when response is not null => new(Error("cut",
                    $"ended its answer before it was whole ({Cause(e)}); try again, and look at the server's log.", e), MayPass: true),
                {
                    HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError
                } =>
                    new(Error("unreachable",
                        $"cannot be reached ({Cause(e)}); is the server running, and the address right? Check --endpoint.", e),
                            MayPass: false),
                _ => new(Error("bad-answer", $"does not answer as a web server does ({Cause(e)}); check --endpoint.", e), MayPass: true),
            });
        }
    }

    async Task<Fault> ReadFaultAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var (code, said) = ((int)response.StatusCode, await ReadMessageAsync(response, cancel).ConfigureAwait(false));
        var wait = response.Headers.RetryAfter is { } after
            ? after.Delta ?? (after.Date is { } date ? date - endpoint.Time.GetUtcNow() : null) : null;
        if (wait < TimeSpan.Zero) wait = TimeSpan.Zero;
        return code switch
        {
            401 or 403 => new(Error("unauthorised",
                $"refuses the request ({code}{said}); name the environment variable that holds a valid key with --key-env."),
                    MayPass: false),
            404 => new(Error("not-found",
                $"knows no such place or model ({code}{said}); check the model '{endpoint.Model}' and the address " +
                $"({(endpoint.Form == EndpointForm.Ollama ? "Ollama's has no path" : "an OpenAI-compatible one ends in /v1")})."),
                    MayPass: false),
            429 => new(Error("rate-limited",
                $"still asks to wait ({code}{said}{(wait is { } w ? $", {w.TotalSeconds:0} s" : "")}) after the last of " +
                $"{endpoint.Tries} tries; go on later, what is written is kept."), MayPass: true, wait),
            >= 300 and < 400 => new(Error("redirected",
                $"sends on to {response.Headers.Location} ({code}), which is not followed; give that address with --endpoint if it is " +
                $"meant."), MayPass: false),
            408 or >= 500 => new(Error("server-error",
                $"failed ({code}{said}) in each of {endpoint.Tries} tries; look at the server's log."), MayPass: true, wait),
            _ => new(Error("bad-request",
                $"does not take the request ({code}{said}); check the model's name and the server's form (--api)."), MayPass: false),
        };
    }

    /// <summary>The server's own words: the message of an error object, else the beginning of the text.</summary>
    static async Task<string> ReadMessageAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var text = (await response.Content.ReadAsStringAsync(cancel).ConfigureAwait(false)).Trim();
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("error", out var error))
                text = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var message) ? message.ToString()
                    : error.ToString();
        }
        catch (JsonException) { }                                                      // no JSON: the text itself
        text = string.Concat(text.ReplaceLineEndings(" ").Where(c => !char.IsControl(c)));
        return text.Length == 0 ? "" : $": {(text.Length <= 160 ? text : text[..157] + "...")}";
    }

    static string Cause(Exception e) => (e.InnerException ?? e).Message.TrimEnd('.');

    InvalidInputException Error(string kind, string message, Exception? cause = null) => new($"{endpoint.Address}", kind, message, cause);
}
