using Microsoft.Extensions.AI;
using RadZ.Descriptions.Chat;
using RadZ.Files;

namespace RadZ.Torch.Tests.Descriptions;

/// <summary>Both forms of server, over real sockets, well-behaved and not.</summary>
public class ChatEndpointTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static readonly ChatOptions s_options = new() { Temperature = 0.2f, Seed = 5, MaxOutputTokens = 77 };

    static ChatEndpoint Of(ChatServer server, EndpointForm form) =>
        new(form == EndpointForm.Ollama ? server.Address : server.OpenAi, "large")
        {
            Form = form,
            Backoff = TimeSpan.FromMilliseconds(1),
            Timeout = TimeSpan.FromSeconds(20),
            Tries = 3,
        };

    static string Good(EndpointForm form, string text = "Fine.") =>
        ChatServer.Json(form == EndpointForm.Ollama ? ChatServer.OllamaAnswer(text) : ChatServer.OpenAiAnswer(text));

    static async Task<ChatResponse> Ask(ChatEndpoint endpoint)
    {
        using var client = endpoint.Open();
        return await client.GetResponseAsync([new(ChatRole.System, "You are exact."), new(ChatRole.User, "Röntgen?")], s_options, Cancel);
    }

    static async Task<InvalidInputException> Refused(ChatEndpoint endpoint) =>
        await Assert.ThrowsAsync<InvalidInputException>(() => Ask(endpoint));

    [Theory, InlineData(EndpointForm.OpenAi), InlineData(EndpointForm.Ollama)]
    internal async Task A_question_goes_out_whole_and_its_answer_comes_back(EndpointForm form)
    {
        using var server = new ChatServer(_ => Good(form, "Wilhelm Conrad Röntgen."));
        var response = await Ask(Of(server, form) with { Key = "secret" });
        Assert.Equal(("Wilhelm Conrad Röntgen.", ChatFinishReason.Stop), (response.Text, response.FinishReason));
        var asked = Assert.Single(server.Requests);
        Assert.Equal(("POST", form == EndpointForm.Ollama ? "/api/chat" : "/v1/chat/completions"), (asked.Method, asked.Path));
        Assert.Equal("Bearer secret", asked.Headers["Authorization"]);
        Assert.Equal("large", (string?)asked.Body["model"]);
        Assert.Equal(["You are exact.", "Röntgen?"],
            asked.Body["messages"]!.AsArray()
                .Select(m => m!["content"] is System.Text.Json.Nodes.JsonArray parts ? (string?)parts[0]!["text"] : (string?)m["content"]));
        var numbers = form == EndpointForm.Ollama ? asked.Body["options"]! : asked.Body;
        Assert.Equal((0.2, 5), (Math.Round((double)numbers["temperature"]!, 6), (int)numbers["seed"]!));
        Assert.Equal(77, (int)(numbers["num_predict"] ?? numbers["max_completion_tokens"] ?? numbers["max_tokens"])!);
    }

    [Theory, InlineData(EndpointForm.OpenAi), InlineData(EndpointForm.Ollama)]
    internal async Task Without_a_key_none_is_sent(EndpointForm form)
    {
        using var server = new ChatServer(_ => Good(form));
        await Ask(Of(server, form));
        Assert.DoesNotContain("Authorization", server.Requests[0].Headers.Keys, StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(EndpointForm.OpenAi, 401, "unauthorised",
        "refuses the request (401: No such key.); name the environment variable that holds a valid key with --key-env.", 1)]
    [InlineData(EndpointForm.Ollama, 401, "unauthorised",
        "refuses the request (401: No such key.); name the environment variable that holds a valid key with --key-env.", 1)]
    [InlineData(EndpointForm.OpenAi, 404, "not-found",
        "knows no such place or model (404: No such key.); check the model 'large' and the address (an OpenAI-compatible one ends in /v1).",
        1)]
    [InlineData(EndpointForm.Ollama, 404, "not-found",
        "knows no such place or model (404: No such key.); check the model 'large' and the address (Ollama's has no path).", 1)]
    [InlineData(EndpointForm.OpenAi, 400, "bad-request",
        "does not take the request (400: No such key.); check the model's name and the server's form (--api).", 1)]
    [InlineData(EndpointForm.OpenAi, 500, "server-error", "failed (500: No such key.) in each of 3 tries; look at the server's log.", 3)]
    [InlineData(EndpointForm.Ollama, 503, "server-error", "failed (503: No such key.) in each of 3 tries; look at the server's log.", 3)]
    [InlineData(EndpointForm.Ollama, 429, "rate-limited",
        "still asks to wait (429: No such key.) after the last of 3 tries; go on later, what is written is kept.", 3)]
    internal async Task A_refusal_is_told_in_the_servers_words(EndpointForm form, int status, string kind, string message, int tries)
    {
        using var server = new ChatServer(_ => ChatServer.Json(form == EndpointForm.Ollama ? """{"error":"No such key."}"""
            : """{"error":{"message":"No such key.","type":"x"}}""", status));
        var endpoint = Of(server, form);
        var error = await Refused(endpoint);
        Assert.Equal((kind, $"{endpoint.Address}: {message}"), (error.Kind, error.Message));
        Assert.Equal(tries, server.Requests.Count);
    }

    [Theory, InlineData(EndpointForm.OpenAi), InlineData(EndpointForm.Ollama)]
    internal async Task A_busy_server_is_waited_for_as_long_as_it_says(EndpointForm form)
    {
        using var server = new ChatServer(_ => ChatServer.Json("{}", 429, "Retry-After: 7\r\n"), _ => ChatServer.Json("{}", 503),
            _ => Good(form));
        var time = new RecordedTime();
        Assert.Equal("Fine.", (await Ask(Of(server, form) with { Time = time })).Text);
        Assert.Equal([TimeSpan.FromSeconds(7), TimeSpan.FromMilliseconds(2)], time.Waits);
    }

    [Fact]
    public async Task A_wait_that_is_too_long_is_told_at_once()
    {
        using var server = new ChatServer(_ => ChatServer.Json("{}", 429, "Retry-After: 3600\r\n"));
        Assert.Contains("still asks to wait (429: {}, 3600 s)", (await Refused(Of(server, EndpointForm.OpenAi))).Message);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(EndpointForm.OpenAi, "<html>Welcome</html>")]
    [InlineData(EndpointForm.Ollama, "<html>Welcome</html>")]
    [InlineData(EndpointForm.OpenAi, "{}")]
    [InlineData(EndpointForm.OpenAi, "[]")]
    [InlineData(EndpointForm.Ollama, "[]")]
    [InlineData(EndpointForm.OpenAi, "")]
    internal async Task Something_else_than_an_answer_is_told(EndpointForm form, string body)
    {
        using var server = new ChatServer(_ => ChatServer.Json(body));
        var error = await Refused(Of(server, form));
        Assert.Contains(error.Kind, (string[])["bad-answer", "cut"]);
        Assert.StartsWith($"{Of(server, form).Address}: ", error.Message);
        Assert.Matches("check the address and the server's form|look at the server's log", error.Message);
    }

    [Theory, InlineData(EndpointForm.OpenAi), InlineData(EndpointForm.Ollama)]
    internal async Task A_cut_answer_is_asked_for_again_and_then_told(EndpointForm form)
    {
        string Cut(Asked _) => ChatServer.Json("""{"model":"large","mess""", length: 900);
        using (var server = new ChatServer(Cut, _ => Good(form))) Assert.Equal("Fine.", (await Ask(Of(server, form))).Text);
        using (var server = new ChatServer(Cut))
        {
            var error = await Refused(Of(server, form));
            Assert.Equal("cut", error.Kind);
            Assert.Equal(3, server.Requests.Count);
        }
    }

    [Fact]
    public async Task An_answer_that_never_says_it_is_done_is_cut()
    {
        using var server = new ChatServer(_ => ChatServer.Json(ChatServer.OllamaAnswer("Pneumonia is an inf", done: false)));
        Assert.Equal("cut", (await Refused(Of(server, EndpointForm.Ollama))).Kind);
    }

    [Theory, InlineData(EndpointForm.OpenAi), InlineData(EndpointForm.Ollama)]
    internal async Task A_server_that_says_nothing_is_given_up(EndpointForm form)
    {
        using var server = new ChatServer(_ => null);
        var endpoint = Of(server, form) with { Timeout = TimeSpan.FromSeconds(0.3), Tries = 2 };
        var error = await Refused(endpoint);
        Assert.Equal(("timeout",
            $"{endpoint.Address}: did not answer within 0.3 s; is the model loaded there? Raise --timeout if it is only slow."),
                (error.Kind, error.Message));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_users_stop_is_no_failure_of_the_server()
    {
        using var server = new ChatServer(_ => null);
        using var client = Of(server, EndpointForm.OpenAi).Open();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(0.3));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            client.GetResponseAsync([new(ChatRole.User, "?")], cancellationToken: stop.Token));
    }

    [Fact]
    public async Task What_is_sent_stays_with_the_server_that_was_named()
    {
        using var other = new ChatServer(_ => Good(EndpointForm.OpenAi));
        using var server = new ChatServer(_ => ChatServer.Json("", 307, $"Location: {other.Address}v1/chat/completions\r\n"));
        Assert.Equal("redirected", (await Refused(Of(server, EndpointForm.OpenAi))).Kind);
        Assert.Empty(other.Requests);
        Assert.Equal("unencrypted-key",
            Assert.Throws<InvalidInputException>(() =>
                new ChatEndpoint(new("http://models.example.org/v1"), "m") { Key = "k" }.Open()).Kind);
        Assert.Equal("bad-endpoint",
            Assert.Throws<InvalidInputException>(() => new ChatEndpoint(new("ftp://localhost/v1"), "m").Open()).Kind);
    }

    [Fact]
    public async Task A_place_where_nobody_listens_is_told()
    {
        Uri address;
        using (var server = new ChatServer(_ => "")) address = server.OpenAi;
        Assert.Equal("unreachable", (await Refused(new(address, "m") { Form = EndpointForm.OpenAi })).Kind);
        using var silent = new ChatServer(_ => "");                                       // takes the question and closes
        Assert.Contains((await Refused(Of(silent, EndpointForm.OpenAi))).Kind, (string[])["bad-answer", "cut", "unreachable"]);
    }

    [Fact]
    public void The_form_is_told_by_the_address()
    {
        Assert.Equal(EndpointForm.Ollama, new ChatEndpoint(new("http://localhost:11434"), "m").Form);
        Assert.Equal(EndpointForm.OpenAi, new ChatEndpoint(new("http://localhost:11434/v1"), "m").Form);
        Assert.Equal(EndpointForm.OpenAi, new ChatEndpoint(new("https://api.example.org/v1"), "m").Form);
    }

    /// <summary>Notes how long was waited, and waits no longer than a moment.</summary>
    sealed class RecordedTime : TimeProvider
    {
        public List<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            // the time-out of a try
            if (dueTime >= TimeSpan.FromSeconds(20) || dueTime < TimeSpan.Zero) return base.CreateTimer(callback, state, dueTime, period);
            Waits.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
