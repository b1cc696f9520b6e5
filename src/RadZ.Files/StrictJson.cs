using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace RadZ.Files;

/// <summary>
/// Reads our own JSON files (knowledge, recipes): a member that does not exist, comes twice or is missing is an error that names its
/// line, and all of them are told together. Names are <c>snake_case</c>; comments and trailing commas are allowed.
/// </summary>
static class StrictJson
{
    /// <summary>How our files are written and read.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Reads a file. What <paramref name="check"/> finds wrong with the values is told together with wrong member names.</summary>
    public static T ReadFile<T>(string path, Func<T, IEnumerable<string>>? check = null)
    {
        if (!File.Exists(path)) throw new InvalidInputException(path, "missing-file", "there is no such file; check the path.");
        return Read(path, File.ReadAllBytes(path), check);
    }

    /// <summary>Reads the bytes of a file; <paramref name="path"/> is for messages.</summary>
    public static T Read<T>(string path, ReadOnlySpan<byte> utf8, Func<T, IEnumerable<string>>? check = null)
    {
        if (utf8.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) utf8 = utf8[3..];
        try
        {
            var problems = new List<string>();
            var reader = new Utf8JsonReader(utf8,
                new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            reader.Read();
            Walk(ref reader, utf8, Options.GetTypeInfo(typeof(T)), problems);
            var value = problems.Count == 0 ? JsonSerializer.Deserialize<T>(utf8, Options) : ReadWithoutWords<T>(utf8, problems);
            if (value is not null && check is not null) problems.AddRange(check(value));
            if (problems.Count > 0) throw new InvalidInputException(path, "bad-member", string.Join(" ", problems));
            return value ?? throw new InvalidInputException(path, "bad-json", "the file says null; expected an object.");
        }
        catch (JsonException e)
        {
            var message = e.Message.Split(" Path: ")[0].Split(" LineNumber: ")[0];
            var place = e.Path is { Length: > 1 } member ? $" ({member.TrimStart('$', '.')})" : "";
            throw new InvalidInputException($"{path}:{e.LineNumber + 1}", "bad-json", $"{message}{place}", e);
        }
    }

    /// <summary>The value without its unknown members, so that its other mistakes are found too; null where it cannot be had.</summary>
    static T? ReadWithoutWords<T>(ReadOnlySpan<byte> utf8, List<string> problems)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(utf8, Lenient);
        }
        catch (JsonException e)
        {
            if (!e.Message.Contains("required", StringComparison.Ordinal))
                problems.Add($"line {e.LineNumber + 1}: {e.Message.Split(" Path: ")[0]}");
            return default;
        }
    }

    static readonly JsonSerializerOptions Lenient = CreateLenient();

    static JsonSerializerOptions CreateLenient()
    {
        var options = new JsonSerializerOptions(Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };
        options.Converters.Insert(0, new AnyWordConverter());
        return options;
    }

    /// <summary>Takes a word that no enumeration has for its first value: <see cref="Walk"/> has told of it already.</summary>
    sealed class AnyWordConverter : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert))!;

        sealed class Of<T> : JsonConverter<T> where T : struct, Enum
        {
            public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            {
                var word = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                return Enum.GetValues<T>().FirstOrDefault(v => Word(v.ToString()) == word);
            }

            public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
                writer.WriteStringValue(Word(value.ToString()));
        }
    }

    static string Word(string member) => JsonNamingPolicy.SnakeCaseLower.ConvertName(member);

    static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            ReadCommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            RespectNullableAnnotations = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            WriteIndented = true,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        };
        options.MakeReadOnly();
        return options;
    }

    /// <summary>
    /// Goes through one value beside the shape of its type; a value of another kind is left for the deserializer to refuse.
    /// </summary>
    static void Walk(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, JsonTypeInfo type, List<string> problems)
    {
        if (reader.TokenType == JsonTokenType.StartArray && type is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element })
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                Walk(ref reader, utf8, Options.GetTypeInfo(element), problems);
            return;
        }
        if (reader.TokenType != JsonTokenType.StartObject || type.Kind is not (JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary))
        {
            reader.Skip();
            return;
        }
        var (start, seen) = (Line(utf8, reader.TokenStartIndex), new HashSet<string>());
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (name, line) = (reader.GetString()!, Line(utf8, reader.TokenStartIndex));
            if (!seen.Add(name)) problems.Add($"line {line}: '{name}' comes twice; keep one.");
            var member = type.Properties.FirstOrDefault(p => p.Name == name);
            if (member is null && type.Kind == JsonTypeInfoKind.Object)
                problems.Add($"line {line}: unknown member '{name}'{Expected(name, [.. type.Properties.Select(p => p.Name)])}");
            reader.Read();
            var value = member?.PropertyType ?? (type.Kind == JsonTypeInfoKind.Dictionary ? type.ElementType : null);
            if (value is null) reader.Skip();
            else if ((Nullable.GetUnderlyingType(value) ?? value) is { IsEnum: true } words)
                CheckWord(ref reader, name, line, words, problems);
            else Walk(ref reader, utf8, Options.GetTypeInfo(value), problems);
        }
        foreach (var missing in type.Properties.Where(p => p.IsRequired && !seen.Contains(p.Name)))
            problems.Add($"line {start}: '{missing.Name}' is missing from this object.");
    }

    static void CheckWord(ref Utf8JsonReader reader, string name, int line, Type words, List<string> problems)
    {
        string[] right = [.. Enum.GetNames(words).Select(Word)];
        if (reader.TokenType != JsonTokenType.String) reader.Skip();
        else if (reader.GetString() is { } given && !right.Contains(given))
            problems.Add($"line {line}: '{name}' is '{given}'{Expected(given, right)}");
    }

    static string Expected(string name, string[] right) => NameSuggestion.HintOrList(name, right, "expected one of");

    static int Line(ReadOnlySpan<byte> utf8, long offset) => utf8[..(int)offset].Count((byte)'\n') + 1;
}
