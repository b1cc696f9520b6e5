using System.Text.Json;
using System.Text.Json.Nodes;
using RadZ.Files;

namespace RadZ.Model.Config;

/// <summary>
/// JSON of other programs: unknown members are theirs to have, but a member that comes twice, a NaN, or a damaged file is an error that
/// names the key.
/// </summary>
static class ForeignJson
{
    const long Longest = 256L << 20;

    /// <summary>Levels of nesting that are read.</summary>
    public const int Deepest = 64;

    /// <summary>The object in a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">The error's word for programs.</param>
    /// <param name="expected">What it should have been, for the error.</param>
    public static JsonObject Read(string path, string kind, string expected)
    {
        if (!File.Exists(path)) throw new InvalidInputException(path, "missing", $"no such file; expected {expected}.");
        if (FileSize.Get(path) > Longest)
            throw new InvalidInputException(path, kind, $"is larger than {Longest >> 20} MiB; expected {expected}.");
        var bytes = File.ReadAllBytes(path).AsSpan();
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) bytes = bytes[3..];
        if (Fault(bytes) is { } fault) throw new InvalidInputException(path, kind, $"is not the JSON of {expected}: {fault}");
        return JsonNode.Parse(bytes,
            documentOptions: new() { CommentHandling = JsonCommentHandling.Skip, MaxDepth = Deepest }) as JsonObject
            ?? throw new InvalidInputException(path, kind, $"is JSON, but not an object; expected {expected}.");
    }

    /// <summary>What is wrong with the text, with the key where it is; null where nothing is.</summary>
    public static string? Fault(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, MaxDepth = Deepest });
        var open = new Stack<(HashSet<string> Seen, string? Key)>();
        try
        {
            while (reader.Read())
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        open.Push(([], null));
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        open.Pop();
                        break;
                    case JsonTokenType.PropertyName:
                        var (seen, _) = open.Pop();
                        var name = reader.GetString()!;
                        open.Push((seen, name));
                        if (!seen.Add(name)) return $"{Place(open)} comes twice.";
                        break;
                    case JsonTokenType.String:
                        reader.GetString();
                        break;
                    default:
                        break;
                }
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            var message = e.Message.Split(" Path: ")[0].Split(" LineNumber: ")[0].TrimEnd('.');
            return $"{message}{(open.Count > 0 ? $", at {Place(open)}" : "")}" +
                $"{(e is JsonException { LineNumber: { } line } ? $" (line {line + 1})" : "")}. NaN and Infinity are no numbers of JSON.";
        }
    }

    static string Place(IEnumerable<(HashSet<string> Seen, string? Key)> open) =>
        string.Join('.', open.Reverse().Select(o => o.Key).Where(k => k is not null)) is { Length: > 0 } place ? place : "the beginning";
}
