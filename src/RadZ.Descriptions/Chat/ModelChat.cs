using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.AI;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Model.Features;
using RadZ.Model.Generation;
using RadZ.Text.ChatTemplates;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using Turn = RadZ.Text.ChatTemplates.ChatMessage;

namespace RadZ.Descriptions.Chat;

/// <summary>
/// A checkpoint on this machine as an <see cref="IChatClient"/>, for programs that speak to chat models of any kind. One request at a time
/// is computed. Research use only: not a medical device.
/// </summary>
/// <param name="encoder">The model; it is not disposed with this.</param>
/// <param name="template">How conversations are written; by the model's family if null.</param>
/// <exception cref="InvalidInputException">The model was trained for features alone.</exception>
sealed class ModelChat(RadiologyEncoder encoder, ChatTemplate? template = null) : IChatClient
{
    readonly TextGenerator _generator = new(encoder, template);
    readonly SemaphoreSlim _one = new(1, 1);

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var conversation = Conversation([.. messages]);
        var id = Guid.NewGuid().ToString("N");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var pieces = Channel.CreateUnbounded<string>();
            var work = Task.Run(() => Write(conversation, OptionsOf(options), pieces.Writer, stop.Token), CancellationToken.None);
            try
            {
                await foreach (var piece in pieces.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
                    yield return new(ChatRole.Assistant, piece) { ResponseId = id, MessageId = id, ModelId = encoder.Folder.Settings.Name };
            }
            finally
            {
                if (!work.IsCompleted) await stop.CancelAsync().ConfigureAwait(false);           // the reader went away
                await ((Task)work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            var text = await work.ConfigureAwait(false);
            yield return new(ChatRole.Assistant,
                [new UsageContent(new() { InputTokenCount = text.PromptTokens, OutputTokenCount = text.Tokens.Count, TotalTokenCount =
                    text.PromptTokens + text.Tokens.Count })])
            {
                ResponseId = id,
                MessageId = id,
                ModelId = encoder.Folder.Settings.Name,
                FinishReason = text.Reason == FinishReason.Length ? ChatFinishReason.Length : ChatFinishReason.Stop,
            };
        }
        finally
        {
            _one.Release();
        }
    }

    GeneratedText Write((IReadOnlyList<Turn> Messages, float[]? Pixels) conversation, GenerationOptions options,
        ChannelWriter<string> pieces, CancellationToken stop)
    {
        try
        {
            using var _ = NewDisposeScope();
            var size = encoder.Folder.Preparation.Size;
            using var pixels_13SS = conversation.Pixels is { } p ? tensor(p, [1, 3, size, size], device: encoder.Device) : null;
            return _generator.Reply(conversation.Messages, pixels_13SS, options, text => pieces.TryWrite(text), stop);
        }
        finally
        {
            pieces.Complete();
        }
    }

    /// <summary>
    /// System messages open the user's first (no template here has a place for them); one image may stand in a user's message.
    /// </summary>
    (IReadOnlyList<Turn> Messages, float[]? Pixels) Conversation(IReadOnlyList<ChatMessage> messages)
    {
        var system = string.Join("\n\n", messages.Where(m => m.Role == ChatRole.System).Select(m => m.Text));
        var turns = new List<Turn>();
        float[]? pixels = null;
        foreach (var message in messages.Where(m => m.Role != ChatRole.System))
        {
            var user = turns.Count % 2 == 0;
            if (message.Role != (user ? ChatRole.User : ChatRole.Assistant))
                throw new ArgumentException($"Message {turns.Count + 1} is the {message.Role}'s, expected the " +
                    $"{(user ? "user" : "assistant")}'s: they take turns, and the last is the user's.", nameof(messages));
            var text = system.Length > 0 && turns.Count == 0 ? $"{system}\n\n{message.Text}" : message.Text;
            var images = message.Contents.OfType<DataContent>().ToList();
            if (images.Count > 0 && (!user || pixels is not null || images.Count > 1))
                throw new ArgumentException("A conversation may hold one image, in a message of the user's.", nameof(messages));
            if (images is [var image]) pixels = Prepared(image);
            turns.Add(images.Count > 0 ? Turn.WithImage(text) : new(text));
        }
        return turns.Count % 2 == 1 ? (turns, pixels)
            : throw new ArgumentException("The conversation must end in a message of the user's.", nameof(messages));
    }

    /// <summary>
    /// Images are read from files (their parsers are bounded by the file); the file is the user's alone and goes at once.
    /// </summary>
    float[] Prepared(DataContent image)
    {
        var folder = Directory.CreateTempSubdirectory("radz-");
        try
        {
            var file = Path.Combine(folder.FullName, "image");
            File.WriteAllBytes(file, image.Data.Span);
            return encoder.Folder.Preparation.Prepare(file, ImageLimits.Radiograph);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static GenerationOptions OptionsOf(ChatOptions? options) => new()
    {
        MaxTokens = options?.MaxOutputTokens ?? 512,
        Temperature = options?.Temperature ?? 0,
        TopP = options?.TopP ?? 1,
        TopK = options?.TopK ?? 0,
        Seed = options?.Seed ?? 0,
        Stop = [.. options?.StopSequences ?? []],
    };

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("radz", null, encoder.Folder.Settings.Name)
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();
}
