using RadZ.Files;

namespace RadZ.Text.Tokens;

/// <summary>The tokenizer files that are read, in the order in which they are looked for: a new kind is a row here.</summary>
static class TokenizerFile
{
    static readonly (string Name, string Kind, Func<string, ITokenizer> Load)[] s_kinds =
        [(SentencePieceTokenizer.ModelFile, "SentencePiece", SentencePieceTokenizer.Load)];

    /// <summary>Their names, for errors.</summary>
    public static string Expected => string.Join(", ", s_kinds.Select(k => $"{k.Name} ({k.Kind})"));

    /// <summary>The tokenizer file of the first of the folders that has one; null where none has.</summary>
    public static string? Find(params IEnumerable<string> folders) =>
        folders.SelectMany(folder => s_kinds.Select(k => Path.Combine(folder, k.Name))).FirstOrDefault(File.Exists);

    /// <summary>Reads a tokenizer, by the kind that its name says; another name is taken for SentencePiece's.</summary>
    /// <exception cref="InvalidInputException">It cannot be read, or is of no kind that is known.</exception>
    public static ITokenizer Load(string path)
    {
        var name = Path.GetFileName(path);
        if (s_kinds.FirstOrDefault(k => k.Name == name).Load is { } load) return load(path);
        return name.EndsWith(".model", StringComparison.Ordinal) ? SentencePieceTokenizer.Load(path)
            : throw new InvalidInputException(path, "unsupported-tokenizer", $"is no kind of tokenizer that is read; expected {Expected}.");
    }
}
