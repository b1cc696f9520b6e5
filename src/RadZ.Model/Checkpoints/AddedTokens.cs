using System.Text.Json.Nodes;
using RadZ.Model.Config;

namespace RadZ.Model.Checkpoints;

/// <summary>
/// The modality tokens that a folder's tokenizer files name: <c>added_tokens.json</c>, or <c>added_tokens_decoder</c> of
/// <c>tokenizer_config.json</c>.
/// </summary>
static class AddedTokens
{
    /// <summary>Ids of &lt;ImgCls0&gt;, ... and &lt;TxtCls0&gt;, ...; null where they are not named.</summary>
    public static (IReadOnlyList<int> Image, IReadOnlyList<int> Text)? Read(string folder)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var added = Path.Combine(folder, "added_tokens.json");
        if (File.Exists(added))
            foreach (var (name, id) in ForeignJson.Read(added, "bad-config", "added_tokens.json of transformers"))
                if (id is JsonValue v && v.TryGetValue(out int number)) ids[name] = number;
        var config = Path.Combine(folder, "tokenizer_config.json");
        if (File.Exists(config)
            && ForeignJson.Read(config, "bad-config", "tokenizer_config.json of transformers")["added_tokens_decoder"]
                is JsonObject decoder)
            foreach (var (id, token) in decoder)
                if (int.TryParse(id, out var number) && token is JsonObject && token["content"] is JsonValue v
                    && v.TryGetValue(out string? name)) ids[name] = number;
        var (image, text) = (Counted("ImgCls"), Counted("TxtCls"));
        return image.Count > 0 && text.Count > 0 ? (image, text) : null;

        List<int> Counted(string kind)
        {
            var found = new List<int>();
            while (ids.TryGetValue($"<{kind}{found.Count}>", out var id)) found.Add(id);
            return found;
        }
    }
}
