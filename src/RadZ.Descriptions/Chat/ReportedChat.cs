using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using RadZ.Files;

namespace RadZ.Descriptions.Chat;

/// <summary>A client of an endpoint whose every failure is an <see cref="InvalidInputException"/> with its address.</summary>
sealed class ReportedChat(IChatClient inner, ChatEndpoint endpoint, HttpClient http) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        try
        {
            var response = await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
            return response.FinishReason is not null ? response
                : throw Cut(null);
        }
        catch (Exception e) when (Reported(e, cancellationToken) is { } reported)
        {
            throw reported;
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // bodies are read whole: see EndpointHandler
        var response = await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        foreach (var update in response.ToChatResponseUpdates()) yield return update;
    }

    /// <summary>What is told of a failure; null for a user's own stop.</summary>
    InvalidInputException? Reported(Exception e, CancellationToken cancel)
    {
        if (e is InvalidInputException) return null;                                    // told already
        if (e is OperationCanceledException && cancel.IsCancellationRequested) return null;
        for (var cause = e.InnerException; cause is not null; cause = cause.InnerException)
            if (cause is InvalidInputException inside) return inside;                   // the client wrapped what the handler told
        // OllamaSharp: the last line is missing
        if (e is InvalidOperationException && endpoint.Form == EndpointForm.Ollama) return Cut(e);
        return Error("bad-answer",
            $"answers with something else than a chat model does ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}); check the address " +
            $"and the server's form (--api).", e);
    }

    InvalidInputException Cut(Exception? cause) =>
        Error("cut", "ended its answer without saying that it was whole; try again, and look at the server's log.", cause);

    InvalidInputException Error(string kind, string message, Exception? cause) => new($"{endpoint.Address}", kind, message, cause);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) http.Dispose();
    }
}
