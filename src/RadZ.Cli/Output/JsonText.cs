using System.Text.Encodings.Web;
using System.Text.Json;
using RadZ.Files;

namespace RadZ.Cli.Output;

/// <summary>JSON for programs, in the spelling of our own files.</summary>
static class JsonText
{
    /// <summary>
    /// As <see cref="StrictJson.Options"/>, with signs as they are: a quote or a letter of another alphabet is no <c>\u</c>.
    /// </summary>
    public static JsonSerializerOptions Options { get; } =
        new(StrictJson.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };
}
