using Microsoft.Extensions.FileSystemGlobbing;
using RadZ.Files;

namespace RadZ.Hub;

/// <summary>Which files of a repository are taken.</summary>
static class FileSelection
{
    static readonly string[] s_otherFrameworks =
        ["*.h5", "*.msgpack", "*.ot", "*.onnx", "*.gguf", "*.tflite", "onnx/**", "openvino/**", "coreml/**", ".git*", "**/.git*"];
    static readonly string[] s_pickledWeights = ["pytorch_model*.bin", "pytorch_model.bin.index.json", "consolidated*.pth"];

    /// <summary>
    /// What this program can use: everything but weights of other frameworks, and PyTorch's pickled weights only where there are no
    /// safetensors. Projector and adapter files (<c>mm_projector.bin</c>, ...) always come along.
    /// </summary>
    public static IReadOnlyList<HubFile> Usable(HubListing listing)
    {
        var leaveOut = Patterns(listing.Files.Any(f =>
            f.Path.EndsWith(".safetensors", StringComparison.Ordinal) && f.Path.StartsWith("model", StringComparison.Ordinal))
            ? [.. s_otherFrameworks, .. s_pickledWeights] : s_otherFrameworks);
        return [.. listing.Files.Where(f => !leaveOut.Match(f.Path).HasMatches)];
    }

    /// <summary>The files that match one of the patterns (<c>*.json</c>, <c>vision/**</c>).</summary>
    /// <exception cref="InvalidInputException">A pattern matches nothing.</exception>
    public static IReadOnlyList<HubFile> Matching(HubListing listing, IReadOnlyList<string> patterns)
    {
        foreach (var pattern in patterns)
            if (!listing.Files.Any(f => Patterns([pattern]).Match(f.Path).HasMatches))
                throw new InvalidInputException(pattern, "no-match",
                    $"no file of the repository matches; it holds {string.Join(", ", listing.Files.Take(12).Select(f => f.Path))}" +
                    $"{(listing.Files.Count > 12 ? ", ..." : "")}.");
        var take = Patterns(patterns);
        return [.. listing.Files.Where(f => take.Match(f.Path).HasMatches)];
    }

    static Matcher Patterns(IReadOnlyList<string> patterns)
    {
        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddIncludePatterns(patterns);
        return matcher;
    }
}
