using System.IO.Compression;
using RadZ.Files;

namespace RadZ.Imaging.Dicom.DataSets;

/// <summary>
/// A DICOM file (PS3.10): its meta group and its data set, without pixels.
/// </summary>
public sealed class DicomFile
{
    /// <summary>The 128 bytes of preamble and the four of the prefix.</summary>
    public const int PrefixEnd = 132;

    DicomFile(string path, DicomDataset meta, DicomDataset dataset, TransferSyntax syntax, IReadOnlyList<string> warnings) =>
        (Path, Meta, Dataset, Syntax, Warnings) = (path, meta, dataset, syntax, warnings);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Group 0002.</summary>
    public DicomDataset Meta { get; }

    /// <summary>All other elements.</summary>
    public DicomDataset Dataset { get; }

    /// <summary>How it is written.</summary>
    public TransferSyntax Syntax { get; }

    /// <summary>What is not as it should be and could be read all the same.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>True when a file that begins with these bytes (132 suffice) is DICOM.</summary>
    public static bool HasPrefix(ReadOnlySpan<byte> start) => start.Length >= PrefixEnd && start[128..].StartsWith("DICM"u8);

    /// <summary>Reads all elements; pixels and other large values stay in the file.</summary>
    /// <param name="path">A file with the prefix DICM at byte 128, whatever its name.</param>
    /// <param name="limits">What it may cost; <see cref="DicomLimits.Default"/> when null.</param>
    /// <exception cref="InvalidInputException">Kinds: missing, unreadable, empty, not-dicom, truncated, corrupt, unsupported, too-large. No
    /// message holds a text of the file.</exception>
    public static DicomFile Read(string path, DicomLimits? limits = null) => Read(ImageSource.OfFile(path), limits);

    /// <summary>The same of a file or of bytes in memory.</summary>
    internal static DicomFile Read(ImageSource source, DicomLimits? limits = null) =>
        Open(source, limits ?? DicomLimits.Default, (file, _) => file);

    /// <summary>Reads what lies at hand already.</summary>
    internal static DicomFile Read(string path, FileSource source, DicomLimits limits) => Open(path, limits, source, (file, _) => file);

    /// <summary>Reads, and goes on with the file still open.</summary>
    internal static T Open<T>(ImageSource from, DicomLimits limits, Func<DicomFile, DicomSource, T> use)
    {
        var path = from.Name;
        try
        {
            using DicomSource source = from.IsFile ? new FileSource(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read))
                : new BytesSource(from.Bytes);
            if (source.Length > limits.MaxFileBytes)
                throw DicomErrors.TooLarge(path, $"the file has {source.Length:N0} bytes", $"{limits.MaxFileBytes:N0}");
            return Open(path, limits, source, use);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw DicomErrors.Missing(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw DicomErrors.Unreadable(path, e);
        }
    }

    static T Open<T>(string path, DicomLimits limits, DicomSource source, Func<DicomFile, DicomSource, T> use)
    {
        var start = new byte[PrefixEnd];
        var count = source.Read(0, start);
        if (count == 0) throw DicomErrors.Empty(path);
        if (!HasPrefix(start.AsSpan(0, count))) throw DicomErrors.NotDicom(path);
        if (source.Length == PrefixEnd) throw DicomErrors.Truncated(path, "the file ends after the prefix, no file meta");
        long at = PrefixEnd;
        var parser = new DicomParser(path, source, limits);
        var meta = parser.ReadMeta(ref at);
        var syntax = TransferSyntax.FromUid(meta.Uid(DicomTag.TransferSyntaxUID)
            ?? throw DicomErrors.Corrupt(path, "Transfer Syntax UID is missing"));
        if (!syntax.IsDeflated) return use(Parse(path, parser, meta, syntax, source, at), source);
        using var inflated = Inflate(path, source, at, limits);
        return use(Parse(path, new(path, inflated, limits), meta, syntax, inflated, 0), inflated);
    }

    static DicomFile Parse(string path, DicomParser parser, DicomDataset meta, TransferSyntax syntax, DicomSource source, long at)
    {
        var form = new DicomParser.Form(syntax.IsExplicit, syntax.IsBigEndian);
        var says = new DicomCursor(source, at).Peek(6);
        // a representation that stands where an implicit file has half a length, or does not stand where it should: the file is written in
        // the other form
        if (!says.IsEmpty && !syntax.IsBigEndian && !syntax.IsDeflated && VrFacts.IsKnown(says[4], says[5]) != form.Explicit)
        {
            parser.Warnings.Add($"the data set is written {(form.Explicit ? "implicitly" : "explicitly")}, Transfer Syntax says " +
                $"{syntax.Name ?? "otherwise"}");
            form = form with { Explicit = !form.Explicit };
        }
        return new(path, meta, parser.ReadAll(at, form), syntax, parser.Warnings);
    }

    static MemorySource Inflate(string path, DicomSource source, long at, DicomLimits limits)
    {
        try
        {
            using var stream = new DeflateStream(new SourceStream(source, at), CompressionMode.Decompress);
            return MemorySource.TryFill(stream, limits.MaxInflatedBytes, out var inflated) ? inflated
                : throw DicomErrors.TooLarge(path, $"the deflated data set grows beyond {limits.MaxInflatedBytes:N0} bytes", "that");
        }
        catch (InvalidDataException e)
        {
            throw DicomErrors.Corrupt(path, "the deflated data set cannot be inflated", e);
        }
    }
}
