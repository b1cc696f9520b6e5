using System.Text;
using RadZ.Text.Sequences;
using RadZ.Text.Tokens;

namespace RadZ.Text.ChatTemplates;

/// <summary>
/// How a conversation is written for a checkpoint that answers in words. Facts of the public conversation.py of LLaVA and LLaVA-Med.
/// </summary>
sealed class ChatTemplate
{
    enum Style
    {
        /// <summary>system USER: .. ASSISTANT: ..&lt;/s&gt;</summary>
        TwoSeparators,

        /// <summary>[INST] .. [/INST] .. &lt;/s&gt;</summary>
        Instruct,
    }

    const string ForUser = "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, " +
        "detailed, and polite answers to the user's questions.";
    const string ForHuman = "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, " +
        "detailed, and polite answers to the human's questions.";

    readonly Style _style;

    ChatTemplate(string name, string system, Style style, bool strips = false)
    {
        (Name, System, _style, Strips) = (name, system, style, strips);
    }

    /// <summary>Vicuna as in LLaVA-1.5.</summary>
    public static ChatTemplate VicunaV1 { get; } = new("vicuna_v1", ForUser, Style.TwoSeparators);

    /// <summary>Vicuna as in LLaVA-Med: messages are stripped, a space follows <c>&lt;/s&gt;</c>.</summary>
    public static ChatTemplate LlavaMedVicunaV1 { get; } = new("vicuna_v1", ForUser, Style.TwoSeparators, strips: true);

    /// <summary>LLaVA v1.</summary>
    public static ChatTemplate LlavaV1 { get; } = new("llava_v1", ForHuman, Style.TwoSeparators);

    /// <summary>LLaVA v1 as in LLaVA-Med: messages are stripped, a space follows <c>&lt;/s&gt;</c>.</summary>
    public static ChatTemplate LlavaMedLlavaV1 { get; } = new("llava_v1", ForHuman, Style.TwoSeparators, strips: true);

    /// <summary>LLaVA-Med v1.5 on Mistral.</summary>
    public static ChatTemplate MistralInstruct { get; } = new("mistral_instruct", "", Style.Instruct);

    /// <summary>All templates; a name may occur twice, see <see cref="Strips"/>.</summary>
    public static IReadOnlyList<ChatTemplate> All { get; } = [VicunaV1, LlavaMedVicunaV1, LlavaV1, LlavaMedLlavaV1, MistralInstruct];

    /// <summary>
    /// The names that <see cref="Find"/> knows: of templates that two repositories write differently LLaVA's has the plain name.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(t => t.OwnName)];

    /// <summary>The template of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static ChatTemplate Find(string name) => All.FirstOrDefault(t => t.OwnName == name)
        ?? throw new ArgumentException($"There is no chat template '{name}', expected one of {string.Join(", ", Names)}.", nameof(name));

    string OwnName => Strips ? $"llava_med_{Name}" : Name;

    /// <summary>The name in conversation.py.</summary>
    public string Name { get; }

    /// <summary>What opens the conversation; may be empty.</summary>
    public string System { get; }

    /// <summary>True for LLaVA-Med's way of the Vicuna templates.</summary>
    public bool Strips { get; }

    /// <summary>
    /// The whole conversation as text, with <c>&lt;image&gt;</c> and <c>&lt;/s&gt;</c> written out: to read, not to encode.
    /// </summary>
    /// <param name="messages">User's first; when the last one is the user's, the assistant's turn is opened.</param>
    public string Prompt(IReadOnlyList<ChatMessage> messages) =>
        string.Concat(Write(messages)
            .Select(p => p.Kind switch
            {
                PartKind.Image => "<image>",
                PartKind.End => "</s>",
                PartKind.Text => p.Text,
                var kind => throw new InvalidOperationException($"Unknown part of a conversation: {kind}.")
            }));

    /// <summary>The conversation as the decoder sees it, without modality tokens.</summary>
    /// <param name="messages">User's first; when the last one is the user's, the assistant's turn is opened.</param>
    /// <param name="tokenizer">The checkpoint's tokenizer.</param>
    /// <param name="imageId">The id at the positions of image patches.</param>
    /// <param name="patches">Vectors that the projector gives for one image.</param>
    /// <param name="legacy">True puts a space before text behind <c>&lt;/s&gt;</c>, as LLaVA's slow tokenizer did; it matters from the
    /// second turn on.</param>
    public TokenSequence Encode(IReadOnlyList<ChatMessage> messages, ITokenizer tokenizer, int imageId, int patches,
        bool legacy = true)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfLessThan(patches, 1);
        List<int> ids = [];
        List<TokenRole> roles = [];
        void Add(TokenRole role, IEnumerable<int> more)
        {
            ids.AddRange(more);
            roles.AddRange(Enumerable.Repeat(role, ids.Count - roles.Count));
        }

        if (tokenizer.BeginId is { } begin) Add(TokenRole.Text, [begin]);
        var behindEnd = false;
        foreach (var (kind, text) in Write(messages))
        {
            if (kind == PartKind.Image)
                Add(TokenRole.Image, Enumerable.Repeat(imageId, patches));
            else if (kind == PartKind.End)
                Add(TokenRole.Text, [tokenizer.EndId]);
            else
                Add(TokenRole.Text, legacy || !behindEnd ? tokenizer.Encode(text) : tokenizer.EncodeBehind(text));
            behindEnd = kind == PartKind.End;
        }
        return new TokenSequence([.. ids], [.. roles]);
    }

    enum PartKind
    {
        Text,
        Image,
        End,
    }

    /// <summary>Neighbouring text is one part, so that it is encoded in one piece.</summary>
    List<(PartKind Kind, string Text)> Write(IReadOnlyList<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (messages.Count == 0)
            throw new ArgumentException("A conversation needs at least one message.", nameof(messages));
        var parts = new List<(PartKind, string)>();
        var text = new StringBuilder();
        if (_style == Style.TwoSeparators)
            text.Append(System).Append(' ');
        for (var i = 0; i < messages.Count; i++)
        {
            var user = i % 2 == 0;
            text.Append((_style, user) switch
            {
                (Style.Instruct, true) => "[INST] ",
                (Style.Instruct, _) => " ",
                (Style.TwoSeparators, true) => "USER: ",
                (Style.TwoSeparators, false) => "ASSISTANT: ",
                _ => throw new InvalidOperationException($"Unknown style of conversations: {_style}."),
            });
            Say(messages[i]);
            text.Append((_style, user) switch
            {
                (Style.Instruct, true) => " [/INST]",
                (Style.Instruct, false) => " ",
                (Style.TwoSeparators, true) => " ",
                (Style.TwoSeparators, false) => "",
                _ => throw new InvalidOperationException($"Unknown style of conversations: {_style}."),
            });
            if (!user)
                Close(PartKind.End);
            if (!user && Strips)
                text.Append(' ');
        }
        if (_style == Style.TwoSeparators && messages.Count % 2 == 1)
            text.Append("ASSISTANT:");
        if (Strips)
            text = new StringBuilder(PythonText.StripEnd(text.ToString()));
        Flush();
        return parts;

        void Say(ChatMessage message)
        {
            var at = message.ImageAt ?? 0;
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)at, (uint)message.Text.Length, nameof(ChatMessage.ImageAt));
            if (message.ImageAt is null)
            {
                text.Append(Strips ? PythonText.Strip(message.Text) : message.Text);
                return;
            }
            var (before, behind) = (message.Text[..at], message.Text[at..]);
            text.Append(Strips ? PythonText.StripStart(before) : before);
            Close(PartKind.Image);
            text.Append(Strips ? PythonText.StripEnd(behind) : behind);
        }

        void Close(PartKind kind)
        {
            Flush();
            parts.Add((kind, ""));
        }

        void Flush()
        {
            if (text.Length > 0)
                parts.Add((PartKind.Text, text.ToString()));
            text.Clear();
        }
    }
}
