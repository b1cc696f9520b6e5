using System.Security.Cryptography;
using System.Text;
using RadZ.Files;
using RadZ.Model.Features;
using RadZ.Model.Weights;

namespace RadZ.Recognition.Diseases;

/// <summary>
/// Global features of texts, kept on disk by a hash of (weights, questions, dtype, text): a second run with the same model computes
/// nothing, a changed description or weight computes anew. A cache that cannot be written is no error.
/// </summary>
sealed class TextFeatureCache
{
    readonly string? _folder;
    readonly Action? _notKept;

    /// <param name="folder">Where files are kept; null keeps nothing.</param>
    /// <param name="notKept">Told where the folder cannot be written; nothing else comes of that but time.</param>
    public TextFeatureCache(string? folder, Action? notKept = null) => (_folder, _notKept) = (folder, notKept);

    static (string? Folder, Action? NotKept) s_installed;

    /// <summary>The cache of this process, as <see cref="Install"/> said; without that it keeps nothing.</summary>
    public static TextFeatureCache Default() => new(s_installed.Folder, s_installed.NotKept);

    /// <summary>Says where <see cref="Default"/> keeps files: for a program to call once, as it starts.</summary>
    internal static void Install(string? folder, Action? notKept) => s_installed = (folder, notKept);

    /// <summary>Texts that had to be computed since this cache was made.</summary>
    public int Computed { get; private set; }

    /// <summary>Features [N, D] of the texts, in their order.</summary>
    public Tensor Get(RadiologyEncoder encoder, IReadOnlyList<string> texts)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var file = _folder is null || encoder.Hash.Length == 0 ? null
            : Path.Combine(_folder, $"texts-{Key(encoder, texts)[..32]}.safetensors");
        if (file is not null && Read(file, texts.Count, encoder) is { } kept) return kept.MoveToOuterDisposeScope();
        var features = new List<Tensor>();
        foreach (var chunk in texts.Chunk(encoder.Sequences.PacksTexts ? 64 : 16))
            features.Add(encoder.Texts(chunk, globalOnly: true).Global_BD);
        Computed += texts.Count;
        var all = cat(features);
        if (file is not null) Save(file, all);
        return all.MoveToOuterDisposeScope();
    }

    static Tensor? Read(string file, int rows, RadiologyEncoder encoder)
    {
        if (!File.Exists(file)) return null;
        try
        {
            using var stored = new SafetensorsFile(file);
            var value = stored.Read("features").clone().to(encoder.Device);
            return value.shape is [var n, var d] && n == rows && d == encoder.Width ? value : null;
        }
        catch (InvalidInputException)
        {
            return null;                                                           // a damaged cache is computed anew
        }
    }

    void Save(string file, Tensor features)
    {
        try { SafetensorsFile.Write(file, [("features", features)]); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { _notKept?.Invoke(); }
    }

    static string Key(RadiologyEncoder encoder, IReadOnlyList<string> texts)
    {
        var settings = encoder.Folder.Settings;
        var all = string.Join('\0',
            [encoder.Hash, encoder.ComputeType.ToString(), settings.TextQuestion, $"{settings.TextLimit}", .. texts]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)));
    }
}
