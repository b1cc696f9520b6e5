using RadZ.Files;
using RadZ.Imaging.Dicom.DataSets;
using RadZ.Imaging.Dicom.Pixels;

namespace RadZ.Imaging.Dicom.Codecs;

/// <summary>
/// The command-line decoders of DCMTK and GDCM. Each covers what the other lacks: DCMTK the odd JPEGs, GDCM JPEG 2000 and JPEG-LS of
/// fewer than eight bits. As many run at a time as the machine has cores.
/// </summary>
/// <param name="searched">Folders, as in PATH.</param>
sealed class CodecPrograms(IReadOnlyList<string> searched)
{
    const long MaxAddressSpace = 1L << 30;

    /// <summary>One program and how it is called.</summary>
    sealed record Decoder(string Program, string Package, string[] Arguments);

    static readonly Decoder s_jpeg = new("dcmdjpeg", "dcmtk", ["-q", "+cn", "+px"]);
    static readonly Decoder s_jpegLs = new("dcmdjpls", "dcmtk", ["-q", "+px"]);
    static readonly Decoder s_gdcm = new("gdcmconv", "libgdcm-tools", ["--raw"]);

    static readonly SemaphoreSlim s_running = new(Environment.ProcessorCount);

    /// <summary>Those of PATH: the variable by which programs are found, and the one that is asked for here.</summary>
    public static CodecPrograms Installed { get; } =
        new((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>A frame's samples, interleaved and little-endian, and what they mean now.</summary>
    /// <exception cref="InvalidInputException">Kinds: missing-program, corrupt, truncated.</exception>
    public StoredFrame Decode(string path, byte[] stream, TransferSyntax syntax, PixelFormat format)
    {
        var decoders = syntax.Pixels switch
        {
            PixelCoding.Jpeg2000 => [s_gdcm],
            PixelCoding.JpegLs => [s_jpegLs, s_gdcm],
            _ => (Decoder[])[s_jpeg, s_gdcm],
        };
        var found = decoders.Where(d => Find(d.Program) is not null).ToList();
        if (found.Count == 0)
            throw MissingProgram(path, $"{decoders[0].Program}, which decodes {syntax.Name ?? syntax.Uid}", decoders[0].Package);
        InvalidInputException? first = null;
        foreach (var decoder in found)
        {
            try { return Decode(path, stream, syntax, format, decoder); }
            catch (InvalidInputException e) when (e.Kind == "corrupt") { first ??= e; }
            if (syntax.Pixels != PixelCoding.JpegLs) break;                  // DCMTK's is strict and complete: what it refuses is broken
        }
        throw first!;
    }

    StoredFrame Decode(string path, byte[] stream, TransferSyntax syntax, PixelFormat format, Decoder decoder)
    {
        using var input = new MemoryFile();
        using var output = new MemoryFile();
        var (before, behind) = WrappedStream.Wrap(syntax.Uid, format, stream.Length);
        input.Write(before);
        input.Write(stream);
        input.Write(behind);
        var outcome = Run(path, decoder, [.. decoder.Arguments, input.Path, output.Path], BoundsOf(stream, format));
        if (outcome.TookTooLong)
            throw DicomErrors.Corrupt(path,
                $"{decoder.Program} took more than its time over {stream.Length:N0} bytes of {syntax.Name} and was stopped");
        if (outcome.Code != 0) throw Refused(path, decoder, syntax, $"ended with code {outcome.Code}");
        return Result(path, output, format, () => Refused(path, decoder, syntax, "gave another picture than the data set says"));
    }

    static InvalidInputException Refused(string path, Decoder decoder, TransferSyntax syntax, string how) =>
        DicomErrors.Corrupt(path, $"{decoder.Program} cannot decode the {syntax.Name} stream: it {how}");

    static StoredFrame Result(string path, MemoryFile output, PixelFormat format, Func<InvalidInputException> refuse)
    {
        using var source = new FileSource(output.Handle);
        DicomFile file;
        PixelFormat given;
        try
        {
            file = DicomFile.Read(path, source, DicomLimits.Default);
            given = NativeFrames.Require(path, PixelFormat.Read(file.Dataset, []), file.Dataset.Find(DicomTag.PixelData)!.Length, []);
        }
        catch (InvalidInputException)
        {
            throw refuse();
        }
        if (file.Syntax.IsEncapsulated || (given.Rows, given.Columns, given.Samples) != (format.Rows, format.Columns, format.Samples))
            throw refuse();
        var samples = NativeFrames.Read(path, source, file.Dataset.Find(DicomTag.PixelData)!.Offset, given, 0, swap: 1);
        var photometric = format.Photometric is Photometric.YbrIct or Photometric.YbrRct ? Photometric.Rgb
            : format.Photometric is Photometric.YbrFull422 or Photometric.YbrPartial422 ? Photometric.YbrFull : format.Photometric;
        return new(format, photometric, Widened(samples, given.BytesPerSample, format.BytesPerSample) ?? throw refuse());
    }

    /// <summary>Samples at the width that the data set allocates: a program may give 8 bits as 8 where 16 were allocated.</summary>
    static byte[]? Widened(byte[] samples, int from, int to)
    {
        if (from == to) return samples;
        if (from > to) return null;
        var wide = new byte[checked(samples.Length / from * to)];
        for (int at = 0, into = 0; at < samples.Length; at += from, into += to) samples.AsSpan(at, from).CopyTo(wide.AsSpan(into));
        return wide;
    }

    /// <summary>Time by the size of the stream, never by what its header promises.</summary>
    static ProcessBounds BoundsOf(byte[] stream, PixelFormat format)
    {
        var seconds = 6 + stream.Length / (2 << 20);
        return new(seconds, MaxAddressSpace, format.FrameBytes * (format.BitsAllocated == 1 ? 1 : 2) + (1 << 20),
            TimeSpan.FromSeconds(seconds + 2));
    }

    ProcessOutcome Run(string path, Decoder decoder, string[] arguments, ProcessBounds bounds)
    {
        var prlimit = Find("prlimit") ?? throw MissingProgram(path, "prlimit, which bounds the decoders", "util-linux");
        var setpriv = Find("setpriv") ?? throw MissingProgram(path, "setpriv, which ends the decoders with us", "util-linux");
        s_running.Wait();
        try { return BoundedProcess.Run(prlimit, setpriv, Find(decoder.Program)!, arguments, bounds); }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidInputException(path, "unreadable",
                $"{decoder.Program} could not be started ({e.Message}); free memory or processes and try again.", e);
        }
        finally { s_running.Release(); }
    }

    string? Find(string program) => searched.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    static InvalidInputException MissingProgram(string path, string what, string package) =>
        new(path, "missing-program", $"there is no {what}; install the Debian package {package} (apt-get install {package}).");
}
