using Microsoft.Extensions.AI;
using RadZ.Descriptions.Writing;
using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Torch.Tests.Descriptions;

public sealed class WritingRunTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("radz-writing-").FullName;

    string Out => Path.Combine(_folder, "mine.json");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static Disease[] Diseases(params string[] names) => [.. names.Select(KnowledgeBase.Embedded.Resolve)];

    WritingRun Run(Author author, WritingOptions? options = null) =>
        new(Out, new(author, "stub", "abc"), KnowledgeBase.Embedded, options ?? new(), TimeProvider.System);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_passes_is_kept_with_its_origin_and_what_does_not_is_reported()
    {
        var author = new Author((disease, seed) =>
            disease == "mass" ? "I cannot." : seed < 2 ? Author.Good("pneumothorax") : Author.Good(disease));
        var outcomes = await Run(author, new() { Seed = 0, Tries = 3 }).WriteAsync(Diseases("edema", "mass", "no finding"), cancel: Cancel);

        Assert.Equal(["edema 3 True", "mass 3 False", "no finding 3 True"],
            outcomes.Select(o => $"{o.Name} {o.Tries.Count} {o.Entry is not null}"));
        Assert.Equal([0, 1, 2], outcomes[1].Tries.Select(t => t.Seed));
        Assert.All(outcomes[1].Tries, t => Assert.Contains("the heading 'Imaging characteristics' is missing.", t.Problems));
        var kept = KnowledgeBase.Load(Out);
        Assert.Equal(["edema", "no finding"], kept.Diseases.Select(d => d.Name));
        var edema = kept.Resolve("edema");
        Assert.Equal(KnowledgeBase.Embedded.Resolve("edema").Description, edema.Description);
        Assert.Equal(KnowledgeBase.Embedded.Resolve("edema").Synonyms, edema.Synonyms);
        Assert.Equal("stub", edema.WrittenBy);
        Assert.Equal(new()
        {
            Model = "stub",
            Weights = "abc",
            Prompt = DescriptionPrompt.Default.Hash,
            Temperature = 0.2,
            Seed = 2,
            Tries = 3
        }, edema.Origin);
        Assert.Empty(KnowledgeBase.Embedded.WithOverrides(kept).Check());
        Assert.Equal($"{DescriptionPrompt.Expert}\n\n{DescriptionPrompt.Default.Template}\n", File.ReadAllText(Out + ".prompt.txt"));
        Assert.All(author.Options, o => Assert.Equal((0.2f, 400), (o.Temperature, o.MaxOutputTokens)));
    }

    [Fact]
    public async Task A_run_that_was_stopped_goes_on_and_asks_nothing_twice()
    {
        using var stop = new CancellationTokenSource();
        var author = new Author((disease, seed) => disease == "mass" ? "No." : Author.Good(disease));
        var run = Run(author, new() { Tries = 2 });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            run.WriteAsync(Diseases("edema", "mass", "nodule"), o => { if (o.Name == "mass") stop.Cancel(); }, stop.Token));
        Assert.Equal(["edema 0", "mass 0", "mass 1"], author.Asked);

        author.Asked.Clear();
        var outcomes = await Run(author, new() { Tries = 2 }).WriteAsync(Diseases("edema", "mass", "nodule"), cancel: Cancel);
        Assert.Equal(["nodule 0"], author.Asked);
        Assert.Equal([true, false, true], outcomes.Select(o => o.Entry is not null));
        Assert.Equal(2, outcomes[1].Tries.Count);                                       // still reported

        author.Asked.Clear();
        await Run(author, new() { Tries = 4 }).WriteAsync(Diseases("edema", "mass", "nodule"), cancel: Cancel);
        Assert.Equal(["mass 2", "mass 3"], author.Asked);
    }

    [Fact]
    public async Task An_entry_that_a_person_edited_stays_and_another_run_is_refused()
    {
        var author = new Author((disease, _) => Author.Good(disease));
        await Run(author).WriteAsync(Diseases("edema"), cancel: Cancel);
        Assert.Equal("other-run", Assert.Throws<InvalidInputException>(() => Run(author, new() { Temperature = 0.3 })).Kind);
        Assert.Equal("other-run", Assert.Throws<InvalidInputException>(() => Run(author, new() { Seed = 9 })).Kind);
        Assert.Equal("other-run", Assert.Throws<InvalidInputException>(() => Run(author, new() { Prompt = new("Say {disease}.") })).Kind);

        var edited = KnowledgeBase.Load(Out).Diseases[0] with
        {
            Origin = null,
            WrittenBy = "A radiologist",
            Description = new() { Overview = "Mine." },
        };
        new KnowledgeBase([edited]).Write(Out);
        author.Asked.Clear();
        var outcome = Assert.Single(await Run(author).WriteAsync(Diseases("edema"), cancel: Cancel));
        Assert.Empty(author.Asked);
        Assert.Equal("Mine.", outcome.Entry!.Description!.Overview);
        Assert.Equal("Mine.", KnowledgeBase.Load(Out).Diseases[0].Description!.Overview);
    }

    [Fact]
    public async Task A_text_that_was_cut_does_not_pass()
    {
        var author = new Author((disease, _) => Author.Good(disease)) { Reason = ChatFinishReason.Length };
        var outcome = Assert.Single(await Run(author, new() { Tries = 1 }).WriteAsync(Diseases("edema"), cancel: Cancel));
        Assert.Equal(["the text was cut after 400 tokens."], outcome.Tries[0].Problems);
    }

    [Fact]
    public async Task A_model_that_cannot_be_asked_is_told_and_ends_the_run_where_there_is_no_hope()
    {
        var author = new Author((disease, _) =>
            throw new InvalidInputException("http://x", disease == "mass" ? "server-error" : "timeout", "failed."));
        var seen = new List<string?>();
        var error = await Assert.ThrowsAsync<InvalidInputException>(() =>
            Run(author).WriteAsync(Diseases("edema", "mass", "nodule", "hernia"), o => seen.Add(o.Fault), Cancel));
        Assert.Equal(["http://x: failed.", "http://x: failed."], seen);                    // the third in a row ends it
        Assert.Equal("http://x: failed.", error.Message);
        Assert.False(File.Exists(Out));

        var hopeless = new Author((_, _) => throw new InvalidInputException("http://x", "unauthorised", "no key."));
        await Assert.ThrowsAsync<InvalidInputException>(() => Run(hopeless).WriteAsync(Diseases("edema", "mass"), cancel: Cancel));
        Assert.Single(hopeless.Asked);
    }

    /// <summary>A model whose text is a function of disease and seed.</summary>
    sealed class Author(Func<string, long, string> text) : IChatClient
    {
        public List<string> Asked { get; } = [];

        public List<ChatOptions> Options { get; } = [];

        public ChatFinishReason Reason { get; init; } = ChatFinishReason.Stop;

        public static string Good(string disease)
        {
            var d = KnowledgeBase.Embedded.Resolve(disease).Description!;
            return $"Disease description: {d.Overview}\nImaging characteristics: {d.Imaging}\nClinical presentation: {d.Presentation}";
        }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null,
            CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var last = messages.Last().Text;
            var name = last[(last.LastIndexOf(" for ", StringComparison.Ordinal) + 5)..].TrimEnd('.');
            var disease = name.StartsWith('"') ? Disease.NoFinding : name;
            Asked.Add($"{disease} {options!.Seed}");
            Options.Add(options);
            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, text(disease, options.Seed!.Value)))
            {
                FinishReason = Reason,
            });
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages,
            ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() { }
    }
}
