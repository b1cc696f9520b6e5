using Microsoft.Extensions.AI;
using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Descriptions.Writing;

/// <summary>How descriptions are written.</summary>
sealed record WritingOptions
{
    /// <summary>What the model is asked by.</summary>
    public DescriptionPrompt Prompt { get; init; } = DescriptionPrompt.Default;

    /// <summary>The method's (section 4).</summary>
    public double Temperature { get; init; } = 0.2;

    /// <summary>Seed of the first text of every disease; the next try takes the next seed.</summary>
    public long Seed { get; init; }

    /// <summary>How many texts of a disease are written at most until one passes.</summary>
    public int Tries { get; init; } = 4;

    /// <summary>The most tokens of a text: 75 words and headings take some 150.</summary>
    public int MaxTokens { get; init; } = 400;
}

/// <summary>Who writes.</summary>
/// <param name="Client">The model, here or on a server.</param>
/// <param name="Name">Its name.</param>
/// <param name="Weights">What names its weights' state, where it is known.</param>
/// <param name="Endpoint">The server's address; null for this machine.</param>
sealed record DescriptionAuthor(IChatClient Client, string Name, string? Weights = null, string? Endpoint = null);

/// <summary>A text that a model wrote and what the review found wrong with it.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Problems">Empty when it passed.</param>
sealed record WritingAttempt(long Seed, IReadOnlyList<string> Problems);

/// <summary>What came of one disease.</summary>
/// <param name="Name">The disease.</param>
/// <param name="Entry">The entry with the description that passed; null when none did.</param>
/// <param name="Tries">All texts that were written.</param>
sealed record WrittenDescription(string Name, Disease? Entry, IReadOnlyList<WritingAttempt> Tries)
{
    /// <summary>Why the model could not be asked; it may be asked again.</summary>
    public string? Fault { get; init; }
}

/// <summary>Has a model write descriptions and keeps those that pass the review.</summary>
/// <param name="author">Who writes.</param>
/// <param name="knowledge">The base that the descriptions go into.</param>
/// <param name="options">How.</param>
/// <param name="time">Which day it is.</param>
sealed class DescriptionWriter(DescriptionAuthor author, KnowledgeBase knowledge, WritingOptions options, TimeProvider time)
{
    /// <summary>Writes one, going on behind the texts that were tried before.</summary>
    /// <exception cref="InvalidInputException">The model cannot be asked.</exception>
    public async Task<WrittenDescription> WriteAsync(Disease disease, IReadOnlyList<WritingAttempt>? before = null,
        CancellationToken cancel = default)
    {
        var tries = new List<WritingAttempt>(before ?? []);
        while (tries.Count < options.Tries)
        {
            var seed = options.Seed + tries.Count;
            var (entry, problems) = await TryOnceAsync(disease, seed, tries.Count + 1, cancel).ConfigureAwait(false);
            tries.Add(new(seed, problems));
            if (problems.Count == 0) return new(disease.Name, entry, tries);
        }
        return new(disease.Name, null, tries);
    }

    async Task<(Disease, IReadOnlyList<string>)> TryOnceAsync(Disease disease, long seed, int number, CancellationToken cancel)
    {
        var response = await author.Client.GetResponseAsync(options.Prompt.For(disease),
            new() { Temperature = (float)options.Temperature, Seed = seed, MaxOutputTokens = options.MaxTokens },
            cancel).ConfigureAwait(false);
        var problems = new List<string>();
        var entry = disease with
        {
            Description = DescriptionReply.Parse(response.Text, problems),
            WrittenBy = author.Name,
            WrittenOn = DateOnly.FromDateTime(time.GetLocalNow().DateTime),
            Origin = new()
            {
                Model = author.Name,
                Weights = author.Weights,
                Endpoint = author.Endpoint,
                Prompt = options.Prompt.Hash,
                Temperature = options.Temperature,
                Seed = seed,
                Tries = number,
            },
        };
        if (response.FinishReason == ChatFinishReason.Length) problems.Add($"the text was cut after {options.MaxTokens} tokens.");
        problems.AddRange(DescriptionReview.Check(entry, knowledge));
        return (entry, problems);
    }
}
