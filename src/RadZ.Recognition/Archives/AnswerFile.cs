using System.Text.Json;
using RadZ.Files;

namespace RadZ.Recognition.Archives;

/// <summary>
/// Where answers go: a stream, or a file that grows by whole answers. A file left behind by a run that was killed is cut back to its
/// last whole answer and continued; what it holds already is not made again.
/// </summary>
sealed class AnswerFile : IDisposable
{
    readonly Stream _stream;
    readonly HashSet<string> _done;

    AnswerFile(Stream stream, AnswerTail? tail, bool continued) =>
        (_stream, _done, Failures, IsContinued) = (stream, tail?.Names ?? [], tail?.Failures ?? 0, continued);

    /// <summary>True where the file begins with a head already.</summary>
    public bool IsContinued { get; }

    /// <summary>True where it holds answers.</summary>
    public bool HoldsAnswers => _done.Count > 0;

    /// <summary>How many answers it held.</summary>
    public int Done => _done.Count;

    /// <summary>How many of them are failures.</summary>
    public int Failures { get; }

    /// <summary>True where an answer of that name stands in the file.</summary>
    public bool Has(string name) => _done.Contains(name);

    /// <summary>A stream, from where it is; it is closed at the end.</summary>
    public static AnswerFile To(Stream stream) => new(stream, null, false);

    /// <summary>A new file; what was there is replaced.</summary>
    public static AnswerFile Create(string path, AnswerIdentity identity)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        // emptied first: a kill here must not leave old rows under a new identity
        var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        try { identity.Write(path); }
        catch
        {
            stream.Dispose();
            throw;
        }
        return new(stream, null, false);
    }

    /// <summary>Goes on with a file; one that is not there, or has no whole head, is begun.</summary>
    /// <exception cref="InvalidInputException">It was made by another model, with other diseases or in another way, or is no such
    /// file.</exception>
    public static AnswerFile Continue(string path, AnswerForm format, AnswerHead head, AnswerIdentity identity)
    {
        if (!File.Exists(path) || new FileInfo(path).Length == 0) return Create(path, identity);
        identity.RequireSame(path);
        var bytes = File.ReadAllBytes(path);
        var tail = format == AnswerForm.Json ? JsonTail.Read(path, bytes) : CsvTail.Read(path, bytes, head);
        var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        stream.SetLength(tail.Length);
        stream.Position = tail.Length;
        return new(stream, tail, tail.Length > 0);
    }

    /// <summary>Adds bytes and hands them to the system.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        _stream.Write(bytes);
        _stream.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}

/// <summary>The whole answers of a file that was left behind.</summary>
/// <param name="Length">Bytes up to the end of the last; 0 where not even the head is whole.</param>
/// <param name="Names">Of the answers.</param>
/// <param name="Failures">Answers that are failures.</param>
sealed record AnswerTail(long Length, HashSet<string> Names, int Failures);

/// <summary>What made a file of answers, written beside it as <c>FILE.run.json</c>: a run goes on only with the same.</summary>
sealed record AnswerIdentity
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Its hash.</summary>
    public required string Hash { get; init; }

    /// <summary>What ranks.</summary>
    public required string Score { get; init; }

    /// <summary>The list.</summary>
    public required IReadOnlyList<string> Diseases { get; init; }

    /// <summary>Only so many of each answer; null: all.</summary>
    public int? Top { get; init; }

    /// <summary><c>image</c> or <c>study</c>.</summary>
    public required string By { get; init; }

    /// <summary>The policy.</summary>
    public required string Gate { get; init; }

    /// <summary><c>csv</c> or <c>json</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Hash of the descriptions.</summary>
    public required string Knowledge { get; init; }

    /// <summary>The pseudonym of nothing, by which two keys are told apart; it does not give the key away.</summary>
    public required string Key { get; init; }

    /// <summary>Paths are as they are.</summary>
    public required bool Identified { get; init; }

    /// <summary>Of DICOM images; empty: each file's own.</summary>
    public required string Window { get; init; }

    /// <summary>Hash of the calibration, and how it abstains; empty: none.</summary>
    public string Calibration { get; init; } = "";

    /// <summary>Writes it beside a file.</summary>
    public void Write(string path) => AtomicFile.WriteText(PathFor(path), Text);

    /// <summary>Throws unless the file's is the same.</summary>
    public void RequireSame(string path)
    {
        var beside = PathFor(path);
        if (!File.Exists(beside))
            throw new InvalidInputException(path, "unknown-run",
                $"the file is there, and {Path.GetFileName(beside)} is not, which says what made it; give another ‹out›, or leave " +
                "‹resume› out to replace it.");
        var then = StrictJson.ReadFile<AnswerIdentity>(beside);
        if (then.Text != Text)
            throw new InvalidInputException(path, "other-run",
                $"the file was begun in another way ({Difference(then)}), and rows of both must not mix; use the same again, or give " +
                "another ‹out›.");
    }

    string Text => JsonSerializer.Serialize(this, StrictJson.Options) + "\n";

    string Difference(AnswerIdentity then) =>
        then.Hash != Hash ? $"model {then.Model} {then.Hash[..12]}"
            : !then.Diseases.SequenceEqual(Diseases) ? $"{then.Diseases.Count} diseases"
        : then.Knowledge != Knowledge ? "other descriptions of diseases"
        : then.Key != Key ? "another key of pseudonyms: ‹pseudonym-key›"
        : then.Identified != Identified ? $"with{(then.Identified ? "" : "out")} ‹identified›"
        : then.Window != Window ? "another ‹window›" : then.Calibration != Calibration ? "another ‹calibration› or ‹abstain›"
        : $"‹score {then.Score}› ‹by {then.By}› ‹gate {then.Gate}› ‹format {then.Format}›" +
            $"{(then.Top is { } n ? $" ‹top {n}›" : "")}";

    static string PathFor(string path) => path + ".run.json";
}
