using System.Text.Json;
using RadZ.Files;

namespace RadZ.Recognition.Archives;

/// <summary>Finds the whole answers of a JSON file that may end anywhere.</summary>
static class JsonTail
{
    public static AnswerTail Read(string path, byte[] bytes)
    {
        var names = new HashSet<string>();
        long end = 0;
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, default);
        string? member = null, name = null;
        var (failed, failures) = (false, 0);
        try
        {
            while (reader.Read())
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName when reader.CurrentDepth is 1 or 3:
                        member = reader.GetString();
                        failed |= end > 0 && reader.CurrentDepth == 3 && member == "error";
                        break;
                    case JsonTokenType.StartArray when reader.CurrentDepth == 1 && member == "results":
                        end = reader.BytesConsumed;
                        break;
                    case JsonTokenType.String when reader.CurrentDepth == 3 && end > 0 && member is "file" or "study":
                        name ??= reader.GetString();
                        break;
                    case JsonTokenType.EndObject when reader.CurrentDepth == 2 && end > 0 && name is not null:
                        names.Add(name);
                        if (failed) failures++;
                        (name, failed, end) = (null, false, reader.BytesConsumed);
                        break;
                }
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(path, "not-answers",
                $"the file is no JSON of radz classify (line {e.LineNumber + 1}); give another ‹out›.", e);
        }
        return new(end, names, failures);
    }
}
