using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OllamaSharp;
using OpenAI;
using RadZ.Files;

namespace RadZ.Descriptions.Chat;

/// <summary>The forms in which a server of chat models is spoken to.</summary>
enum EndpointForm
{
    /// <summary><c>/v1/chat/completions</c>: OpenAI, vLLM, llama.cpp, LM Studio and others.</summary>
    OpenAi,

    /// <summary><c>/api/chat</c>: Ollama.</summary>
    Ollama,
}

/// <summary>A server that a user named. Nothing is sent anywhere else: redirects are not followed.</summary>
/// <param name="Address">Its address: up to <c>/v1</c> for <see cref="EndpointForm.OpenAi"/>, without a path for Ollama.</param>
/// <param name="Model">The model's name there.</param>
sealed record ChatEndpoint(Uri Address, string Model)
{
    /// <summary>The form, if not said: Ollama's at its port 11434 without a path, OpenAI's elsewhere.</summary>
    public EndpointForm Form { get; init; } = Address is { Port: 11434, AbsolutePath: "/" } ? EndpointForm.Ollama : EndpointForm.OpenAi;

    /// <summary>Sent as a bearer token; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>The longest that one answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a request is sent at most when the server is busy, fails or does not answer.</summary>
    public int Tries { get; init; } = 4;

    /// <summary>The wait before the second try where the server names none; it doubles from try to try.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait that a server may ask for; one that asks for more is reported at once.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Where waits are timed.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>A client whose failures are <see cref="InvalidInputException"/>s that name the address and what to do.</summary>
    /// <exception cref="InvalidInputException">A key would be sent unencrypted over a network.</exception>
    public IChatClient Open()
    {
        if (Address.Scheme is not ("http" or "https"))
            throw new InvalidInputException($"{Address}", "bad-endpoint",
                "expected an address that begins with http:// or https://; check --endpoint.");
        if (Key is not null && Address.Scheme == "http" && !Address.IsLoopback)
            throw new InvalidInputException($"{Address}", "unencrypted-key",
                "a key would be sent unencrypted; use https://, or leave the key out (--key-env).");
        // the handler times each try
        var http = new HttpClient(new EndpointHandler(this)) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        return new ReportedChat(Form == EndpointForm.Ollama ? Ollama(http) : OpenAi(http), this, http);
    }

    IChatClient OpenAi(HttpClient http) => new OpenAIClient(new ApiKeyCredential("none"), new OpenAIClientOptions
    {
        Endpoint = Address,
        Transport = new HttpClientPipelineTransport(http),
        RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        NetworkTimeout = System.Threading.Timeout.InfiniteTimeSpan,
    }).GetChatClient(Model).AsIChatClient();

    IChatClient Ollama(HttpClient http)
    {
        http.BaseAddress = Address;
        return new OllamaApiClient(http, Model);
    }
}
