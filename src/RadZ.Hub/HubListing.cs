using System.Text.Json;
using RadZ.Files;

namespace RadZ.Hub;

/// <summary>One file of a repository.</summary>
/// <param name="Path">Inside the repository, with forward slashes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Hash">64 hex digits: SHA-256 of the content (large files); 40: Git's SHA-1 of the blob (small ones).</param>
sealed record HubFile(string Path, long Size, string Hash);

/// <summary>What a repository holds at one commit.</summary>
/// <param name="Commit">40 hex digits: all files are asked for by it, so that they belong together.</param>
/// <param name="Files">In the hub's order.</param>
sealed record HubListing(string Commit, IReadOnlyList<HubFile> Files)
{
    const long Largest = 1L << 42;

    /// <summary>Reads the hub's answer about a revision with <c>blobs=true</c>.</summary>
    /// <exception cref="InvalidInputException">A name would leave the folder, a size or hash is missing, or it is no such
    /// answer.</exception>
    public static HubListing Read(string address, ReadOnlyMemory<byte> json)
    {
        InvalidInputException Bad(string what) => new(address, "bad-listing", $"{what}; is HF_ENDPOINT a Hugging Face-style hub?");
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) throw Bad("the answer is not an object");
            var commit = Text(root, "sha");
            if (commit is not { Length: 40 } || !commit.All(char.IsAsciiHexDigitLower)) throw Bad("the answer names no commit (sha)");
            if (!root.TryGetProperty("siblings", out var siblings) || siblings.ValueKind != JsonValueKind.Array)
                throw Bad("the answer lists no files (siblings)");
            HubFile[] files = [.. siblings.EnumerateArray().Select(s => FileOf(s, Bad))];
            if (files.GroupBy(f => f.Path).FirstOrDefault(g => g.Count() > 1) is { } twice)
                throw Bad($"the file '{twice.Key}' is listed twice");
            return new(commit, files);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Bad("the answer is not the JSON that was expected");
        }
    }

    static HubFile FileOf(JsonElement entry, Func<string, InvalidInputException> bad)
    {
        var path = Text(entry, "rfilename") ?? throw bad("a file without a name (rfilename) is listed");
        if (!StaysInside(path)) throw bad($"the listed name '{path}' does not stay inside the repository");
        var large = entry.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object;
        var hash = large ? Text(lfs, "sha256") ?? Text(lfs, "oid") : Text(entry, "blobId");
        if (hash is null || hash.Length != (large ? 64 : 40) || !hash.All(char.IsAsciiHexDigitLower))
            throw bad($"no hash of '{path}' is listed");
        if (!(large ? lfs : entry).TryGetProperty("size", out var size) || !size.TryGetInt64(out var bytes) || bytes is < 0 or > Largest)
            throw bad($"no size of '{path}' is listed that could be right");
        return new(path, bytes, hash);
    }

    static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static bool StaysInside(string path) =>
        path.Length is > 0 and < 1024 && path[0] != '/' && !path.Any(c => c is '\\' or ':' || char.IsControl(c))
        && path.Split('/').All(part => part is not ("" or "." or ".."));
}
