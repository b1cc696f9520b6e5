using System.Text.Encodings.Web;
using System.Text.Json;
using RadZ.Recognition;

namespace RadZ.Cli.Text;

/// <summary>
/// The contract: <c>{"model":{"name","hash"},"results":[{"file","findings":[{"disease","score","probability","standalone"}]} |
/// {"file","error":{"kind","message"}}]}</c>. Nothing is written before the first result.
/// </summary>
sealed class JsonResults(Stream output, string model, string hash, int? top) : ResultWriter
{
    readonly Utf8JsonWriter _json = new(output, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    bool _begun;

    /// <inheritdoc/>
    public override void Add(ImageResult result)
    {
        Begin();
        _json.WriteStartObject();
        _json.WriteString("file", result.File);
        if (result is ImageResult.Recognised recognised) Findings(recognised);
        else if (result is ImageResult.Failed failed)
        {
            _json.WriteStartObject("error");
            _json.WriteString("kind", failed.Kind);
            _json.WriteString("message", failed.Message);
            _json.WriteEndObject();
        }
        _json.WriteEndObject();
        if (_json.BytesPending > 1 << 16) _json.Flush();
    }

    void Findings(ImageResult.Recognised recognised)
    {
        _json.WriteStartArray("findings");
        foreach (var finding in Shown(recognised, top))
        {
            _json.WriteStartObject();
            _json.WriteString("disease", finding.Disease);
            _json.WriteNumber("score", finding.Score);
            _json.WriteNumber("probability", finding.Probability);
            _json.WriteNumber("standalone", finding.Standalone);
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
    }

    /// <inheritdoc/>
    public override void End()
    {
        Begin();
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
        output.WriteByte((byte)'\n');
        output.Flush();
        Notices.ResearchUseOnError();
    }

    void Begin()
    {
        if (_begun) return;
        _begun = true;
        _json.WriteStartObject();
        _json.WriteStartObject("model");
        _json.WriteString("name", model);
        _json.WriteString("hash", hash);
        _json.WriteEndObject();
        _json.WriteStartArray("results");
    }

    /// <inheritdoc/>
    public override void Dispose() => output.Dispose();
}
