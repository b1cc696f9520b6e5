using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RadZ.Data.Studies;
using RadZ.Files;
using RadZ.Imaging.Gate;
using RadZ.Recognition.Results;

namespace RadZ.Recognition.Archives;

/// <summary>
/// The contract: <c>{"model":{"name","hash"},"results":[{"file","findings":[{"disease","score","probability","standalone"}]} |
/// {"file","error":{"kind","message"}}]}</c>; <c>gate</c> joins where there are reasons, <c>image</c> where there is a DICOM header. An
/// answer of a study has <c>study</c>, <c>patient</c>, <c>order</c>, <c>priors</c>, <c>rule</c> and <c>views</c>. Nothing is written before
/// the first answer, and each answer whole, so that a file whose writer was killed can be continued.
/// </summary>
sealed class JsonAnswers(AnswerFile file, AnswerHead head) : AnswerWriter(head)
{
    static readonly JsonWriterOptions s_options =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    readonly ArrayBufferWriter<byte> _pending = new();
    bool _begun = file.IsContinued, _any = file.HoldsAnswers;

    /// <inheritdoc/>
    public override void Add(Answer answer)
    {
        Begin();
        _pending.Write(_any ? ",\n"u8 : "\n"u8);
        _any = true;
        Indented(json => Write(json, answer), 4);
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        file.Append(_pending.WrittenSpan);
        _pending.ResetWrittenCount();
    }

    /// <inheritdoc/>
    public override void End()
    {
        Begin();
        _pending.Write(_any ? "\n  ]\n}\n"u8 : "]\n}\n"u8);
        Flush();
    }

    void Begin()
    {
        if (_begun) return;
        _begun = true;
        _pending.Write("{\n  \"model\": "u8);
        Indented(json =>
        {
            json.WriteStartObject();
            json.WriteString("name", Head.Model);
            json.WriteString("hash", Head.Hash);
            if (Head.Calibrated is { } calibrated) json.WriteString("calibration", string.Join(' ', calibrated.Notes(Head.ByStudy)));
            json.WriteEndObject();
        }, 2, first: false);
        _pending.Write(",\n  \"results\": ["u8);
    }

    /// <summary>A value of its own, moved in by so many spaces: the same text as one writer over all would give.</summary>
    void Indented(Action<Utf8JsonWriter> write, int by, bool first = true)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_options)) write(json);
        var lines = Encoding.UTF8.GetString(buffer.WrittenSpan).Split('\n');
        for (var i = 0; i < lines.Length; i++)
            _pending.Write(Encoding.UTF8.GetBytes($"{(i > 0 ? "\n" : "")}{(i > 0 || first ? new string(' ', by) : "")}{lines[i]}"));
    }

    void Write(Utf8JsonWriter json, Answer answer)
    {
        json.WriteStartObject();
        if (answer is Answer.OfStudy study) StudyOf(json, study);
        else json.WriteString("file", answer.Name);
        if (answer is Answer.Failure failure) Error(json, failure.Result);
        if (answer is Answer.OfImage { Result.Source: { } source })
        {
            Image(json, source.Record);
            Gate(json, source.Gate);
        }
        if (answer is not Answer.Failure) Findings(json, answer);
        json.WriteEndObject();
    }

    static void StudyOf(Utf8JsonWriter json, Answer.OfStudy answer)
    {
        var (result, record) = (answer.Result, answer.Result.Images[0].Source?.Record);
        json.WriteString("study", answer.Name);
        if (record?.Patient is { } patient) json.WriteString("patient", patient);
        if (record?.Year is { } year) json.WriteNumber("year", year);
        json.WriteNumber("order", result.Study.Order);
        json.WriteStartArray("priors");
        foreach (var prior in result.Study.Priors) json.WriteStringValue(prior.Id ?? "");
        json.WriteEndArray();
        json.WriteString("rule", answer.Answer.Rule);
        json.WriteStartArray("views");
        foreach (var image in result.Images.OfType<ImageResult.Recognized>())
        {
            json.WriteStartObject();
            json.WriteString("file", image.File);
            json.WriteBoolean("used", answer.Answer.Used.Contains(image));
            Image(json, image.Source?.Record);
            Gate(json, image.Source?.Gate ?? []);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    void Error(Utf8JsonWriter json, ImageResult.Failed failed)
    {
        json.WriteStartObject("error");
        json.WriteString("kind", failed.Kind);
        json.WriteString("message", Head.Tell(failed.Error));
        json.WriteEndObject();
    }

    static void Image(Utf8JsonWriter json, ImageRecord? record)
    {
        if (record is null) return;
        json.WritePropertyName("image");
        JsonSerializer.Serialize(json, record, StrictJson.Options);
    }

    static void Gate(Utf8JsonWriter json, IReadOnlyList<GateReason> reasons)
    {
        if (reasons.Count == 0) return;
        json.WritePropertyName("gate");
        JsonSerializer.Serialize(json, reasons, StrictJson.Options);
    }

    void Findings(Utf8JsonWriter json, Answer answer)
    {
        json.WriteStartArray("findings");
        foreach (var finding in TopFindings(answer))
        {
            json.WriteStartObject();
            json.WriteString("disease", finding.Disease);
            json.WriteNumber("score", finding.Score);
            json.WriteNumber("probability", finding.Probability);
            json.WriteNumber("standalone", finding.Standalone);
            if (Head.Calibrated?.Calibrate(finding) is { } calibrated)
            {
                if (calibrated.Probability is { } probability) json.WriteNumber("calibrated", probability);
                else json.WriteNull("calibrated");
                if (calibrated.Answer is { } answered) json.WriteString("answer", answered);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
