using System.Globalization;
using CsvHelper;
using RadZ.Recognition;

namespace RadZ.Cli.Text;

/// <summary>A row a finding: <c>file,disease,score,probability,standalone,error,message</c>; a failed image is a row with the last two.</summary>
sealed class CsvResults : ResultWriter
{
    readonly StreamWriter _text;
    readonly CsvWriter _csv;
    readonly int? _top;
    bool _begun;

    public CsvResults(Stream output, int? top)
    {
        (_text, _top) = (new(output), top);
        _csv = CsvWriter.Create(_text, new CsvWriterOptions { HasHeader = false, NewLine = "\n" }, leaveOpen: true);
    }

    /// <inheritdoc/>
    public override void Add(ImageResult result)
    {
        Begin();
        if (result is ImageResult.Failed failed) Row([failed.File, "", "", "", "", failed.Kind, failed.Message]);
        else if (result is ImageResult.Recognised recognised)
            foreach (var f in Shown(recognised, _top)) Row([recognised.File, f.Disease, Number(f.Score), Number(f.Probability), Number(f.Standalone), "", ""]);
    }

    /// <inheritdoc/>
    public override void End()
    {
        Begin();
        _csv.Dispose();
        _text.Flush();
        Notices.ResearchUseOnError();
    }

    void Begin()
    {
        if (_begun) return;
        _begun = true;
        Row(["file", "disease", "score", "probability", "standalone", "error", "message"]);
    }

    void Row(string[] cells)
    {
        foreach (var cell in cells) _csv.WriteField(cell);
        _csv.EndRecord();
    }

    static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override void Dispose() => _text.Dispose();
}
