using RadZ.Files;
using RadZ.Model.Checkpoints;
using RadZ.Model.Config;
using RadZ.Model.Features;
using RadZ.Text.ChatTemplates;

namespace RadZ.Model.Generation;

// B rows, V patches, D width, W vocabulary

/// <summary>
/// A checkpoint as one that answers in words: conversations in, texts out, as they are written. It is the usual way of using a LLaVA; for
/// recognition the features are better (docs/generation.md). Research use only: not a medical device.
/// </summary>
sealed class TextGenerator
{
    readonly RadiologyEncoder _encoder;

    /// <param name="encoder">The model.</param>
    /// <param name="template">How conversations are written; that of the checkpoint's family if null, see <see cref="TemplateOf"/>.</param>
    /// <exception cref="InvalidInputException">The model was trained for features alone.</exception>
    public TextGenerator(RadiologyEncoder encoder, ChatTemplate? template = null)
    {
        var folder = encoder.Folder;
        if (!folder.Settings.Answers || !encoder.Model.HasHead)
            throw new InvalidInputException(folder.Path, "no-answers",
                $"{folder.Settings.Name} is a feature model: " + (encoder.Model.HasHead
                    ? $"its LM head was never trained (\"answers\": false in {ModelSettings.FileName})"
                    : "it has no LM head") + ", so it cannot answer in words. Take a checkpoint that does, such as " +
                "llava-med-v1.5-mistral-7b or llava-1.5-7b-hf; classify without ‹score vqa› needs none.");
        (_encoder, Template) = (encoder, template ?? TemplateOf(folder.Config));
    }

    /// <summary>How conversations are written.</summary>
    public ChatTemplate Template { get; }

    /// <summary>LLaVA-Med v1.5's for Mistral, LLaVA-1.5's for LLaMA.</summary>
    public static ChatTemplate TemplateOf(LlavaConfig config) =>
        DecoderFamily.ForConfig(config.Decoder).Template;

    /// <summary>Answers to questions about one image; the image is decoded once for all of them.</summary>
    /// <param name="pixels_13SS">The prepared image.</param>
    /// <param name="questions">The questions, answered side by side.</param>
    /// <param name="options">How tokens are chosen.</param>
    /// <param name="written">Called with the index of a question and what was just written of its answer; null when it has ended.</param>
    /// <param name="cancel">Stops between layers.</param>
    /// <exception cref="InvalidInputException">A question is longer than the checkpoint was made for, or the weights give no
    /// numbers.</exception>
    public IReadOnlyList<GeneratedText> Ask(Tensor pixels_13SS, IReadOnlyList<string> questions, GenerationOptions options,
        Action<int, string?>? written = null, CancellationToken cancel = default)
    {
        _encoder.Loaded.UseThreads();
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        return Generate([.. questions.Select(q => Prompt([ChatMessage.WithImage(q)]))], PatchesOf(pixels_13SS), options, written, cancel);
    }

    /// <summary>
    /// Replies to conversations without an image, each ending in a message of the user's; what they begin with alike is decoded once.
    /// </summary>
    public IReadOnlyList<GeneratedText> Reply(IReadOnlyList<IReadOnlyList<ChatMessage>> conversations, GenerationOptions options,
        Action<int, string?>? written = null, CancellationToken cancel = default)
    {
        if (conversations.Any(c => c.Any(m => m.ImageAt is not null)))
            throw new ArgumentException("A message holds an image; ask about images with Ask.", nameof(conversations));
        _encoder.Loaded.UseThreads();
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        return Generate([.. conversations.Select(Prompt)], null, options, written, cancel);
    }

    /// <summary>Replies to one conversation, in which an image may stand.</summary>
    /// <param name="conversation">User's and assistant's messages in turns, the user's last.</param>
    /// <param name="pixels_13SS">The prepared image where a message holds one.</param>
    /// <param name="options">How tokens are chosen.</param>
    /// <param name="written">Called with what was just written.</param>
    /// <param name="cancel">Stops between layers.</param>
    public GeneratedText Reply(IReadOnlyList<ChatMessage> conversation, Tensor? pixels_13SS, GenerationOptions options,
        Action<string>? written = null, CancellationToken cancel = default)
    {
        if (conversation.Any(m => m.ImageAt is not null) != pixels_13SS is not null)
            throw new ArgumentException("An image and the message that it stands in are given together, or neither.", nameof(pixels_13SS));
        _encoder.Loaded.UseThreads();
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        return Generate([Prompt(conversation)], pixels_13SS is null ? null : PatchesOf(pixels_13SS), options,
            (_, text) => { if (text is not null) written?.Invoke(text); }, cancel)[0];
    }

    /// <summary>
    /// Scores of the first token of the answer to each question about one image, [questions, W] in float32, questions of like length
    /// together behind the image, which is decoded once.
    /// </summary>
    /// <param name="pixels_13SS">The prepared image.</param>
    /// <param name="questions">The questions.</param>
    /// <param name="share">False decodes the image anew for each question: the cost that sharing saves, for measurements.</param>
    /// <param name="cancel">Stops between layers.</param>
    public Tensor FirstTokens(Tensor pixels_13SS, IReadOnlyList<string> questions, bool share = true, CancellationToken cancel = default)
    {
        _encoder.Loaded.UseThreads();
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var patches_1VD = PatchesOf(pixels_13SS);
        Prompt[] prompts = [.. questions.Select(q => Prompt([ChatMessage.WithImage(q)]))];
        foreach (var prompt in prompts) Check(prompt, room: 1);
        using var prefix = PromptPrefix.Decode(_encoder.Model, share ? prompts : [prompts[0]], patches_1VD, _encoder.ComputeType, cancel);
        var rows = new Tensor[prompts.Length];
        foreach (var chunk in LengthGroups.Group([.. prompts.Select(p => p.Sequence.Length - prefix.Length)])
            .SelectMany(group => group.Chunk(share ? AtOnce : 1)))
        {
            using var session = DecodingSession.Begin(_encoder.Model, prefix, [.. chunk.Select(i => prompts[i])], patches_1VD,
                _encoder.ComputeType, room: 0, cancel);
            foreach (var (row, i) in chunk.Index()) rows[i] = session.Next_BW[row].clone();
        }
        return stack(rows).MoveToOuterDisposeScope();
    }

    /// <summary>Questions of some twenty tokens: as many positions as an image has.</summary>
    const int AtOnce = 32;

    IReadOnlyList<GeneratedText> Generate(IReadOnlyList<Prompt> prompts, Tensor? patches_1VD, GenerationOptions options,
        Action<int, string?>? written, CancellationToken cancel)
    {
        if (prompts.Count == 0) return [];
        int[] room = [.. prompts.Select(p => Check(p, options.MaxTokens))];
        var rows = prompts.Select((p, i) => new WrittenRow(_encoder.Folder.Tokenizer, options with { MaxTokens = room[i] },
            p.Sequence.Length, text => written?.Invoke(i, text))).ToList();
        using var prefix = PromptPrefix.Decode(_encoder.Model, prompts, patches_1VD, _encoder.ComputeType, cancel);
        using var session = DecodingSession.Begin(_encoder.Model, prefix, prompts, patches_1VD, _encoder.ComputeType, room.Max(), cancel);
        while (true)
        {
            Choose(session.Next_BW, rows);
            if (rows.All(r => r.Ended)) return [.. rows.Select(r => r.Text())];
            session.Append(rows.Select(r => r.Last), cancel);
        }
    }

    void Choose(Tensor next_BW, IReadOnlyList<WrittenRow> rows)
    {
        var width = Math.Min(_encoder.Folder.Tokenizer.VocabularySize, (int)next_BW.shape[1]);   // rows behind the tokenizer's have no text
        using var text_BW = next_BW.narrow(1, 0, width).cpu().contiguous();
        var scores = text_BW.data<float>().ToArray();
        try
        {
            foreach (var (i, row) in rows.Index()) row.Next(scores.AsSpan(i * width, width));
        }
        catch (ArithmeticException e)
        {
            throw new InvalidInputException(_encoder.Folder.Path, "not-a-number",
                $"{e.Message} The weights are damaged, or overflow in {_encoder.ComputeType}.", e);
        }
    }

    Prompt Prompt(IReadOnlyList<ChatMessage> conversation) =>
        new(Template.Encode(conversation, _encoder.Folder.Tokenizer, _encoder.Folder.Config.ImageTokenIndex,
            _encoder.Folder.Config.Vision.Patches));

    Tensor PatchesOf(Tensor pixels_13SS) => _encoder.Model.Project(_encoder.Model.See(pixels_13SS.to(_encoder.ComputeType)));

    /// <summary>The tokens that fit behind a prompt, at most <paramref name="room"/>.</summary>
    int Check(Prompt prompt, int room)
    {
        var (length, most) = (prompt.Sequence.Length, _encoder.Folder.Config.Decoder.MaxPositionEmbeddings);
        return length < most ? Math.Min(room, most - length)
            : throw new InvalidInputException("question", "too-long",
                $"the prompt takes {length:N0} tokens, and {_encoder.Folder.Settings.Name} was made for {most:N0} with the answer; ask " +
                "in fewer words.");
    }
}
