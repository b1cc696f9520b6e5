using RadZ.Files;
using RadZ.Imaging.Dicom;
using RadZ.Imaging.Dicom.Codecs;
using RadZ.Imaging.Dicom.DataSets;
using RadZ.Imaging.Dicom.Gray;

namespace RadZ.Tests.Dicom;

/// <summary>Tests that count processes and descriptors: nothing else may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

[Collection(Alone.Name)]
public class BoundedProcessTests
{
    static readonly ProcessBounds s_bounds = new(Cpu: 10, AddressSpace: 1L << 30, FileBytes: 1 << 20, Wall: TimeSpan.FromSeconds(20));

    static ProcessOutcome Run(string program, string[] arguments, ProcessBounds bounds) =>
        BoundedProcess.Run("/usr/bin/prlimit", "/usr/bin/setpriv", program, arguments, bounds);

    [Fact]
    public void One_that_sleeps_is_killed_by_the_clock()
    {
        Assert.Equal(new(137, TookTooLong: true), Run("/bin/sleep", ["86399"], s_bounds with { Wall = TimeSpan.FromSeconds(.3) }));
        Assert.Empty(Children());
    }

    [Fact]
    public void One_that_computes_is_killed_by_the_kernel_and_its_output_fills_nothing()
    {
        var outcome = Run("/usr/bin/yes", [], s_bounds with { Cpu = 1 });
        Assert.True(outcome.TookTooLong);
        Assert.Empty(Children());
    }

    [Fact]
    public void A_file_ends_at_its_limit()
    {
        using var file = new MemoryFile();
        Assert.NotEqual(0, Run("/bin/dd", ["if=/dev/zero", $"of={file.Path}", "bs=1M", "count=50"], s_bounds).Code);
        Assert.InRange(RandomAccess.GetLength(file.Handle), 0, 1 << 20);
    }

    [Fact]
    public void Memory_ends_at_its_limit() =>
        Assert.NotEqual(0, Run("/bin/dd", ["if=/dev/zero", "of=/dev/null", "bs=2G", "count=1"], s_bounds).Code);

    [Fact]
    public void The_environment_is_empty_but_for_two() =>
        Assert.Equal(0, Run("/usr/bin/perl", ["-e", "exit(join(',', sort keys %ENV) ne 'LC_ALL,PATH')"], s_bounds).Code);

    [Theory]
    [InlineData("mr-jpegls", "dcmtk"), InlineData("nm-jpeg-lossless", "dcmtk"), InlineData("mr-j2k", "libgdcm-tools")]
    public void A_missing_program_is_named_with_its_package(string name, string package)
    {
        if (!DicomCases.Named("image").Contains(name)) return;                 // other fixtures
        var error = Assert.Throws<InvalidInputException>(() =>
            DicomImage.Read(DicomCases.FileOf(name), DicomView.Default, RadZ.Imaging.ImageLimits.Default, new CodecPrograms(["/nowhere"])));
        Assert.Equal("missing-program", error.Kind);
        Assert.Contains($"install the Debian package {package} (apt-get install {package})", error.Message);
    }

    [Fact]
    public void What_needs_no_program_goes_on_without_any()
    {
        var none = new CodecPrograms([]);
        foreach (var name in DicomCases.Named("image")
            .Where(n => DicomFile.Read(DicomCases.FileOf(n)).Syntax is { Pixels: PixelCoding.Native or PixelCoding.Rle }))
            Assert.NotNull(DicomImage.Read(DicomCases.FileOf(name), DicomView.Default, RadZ.Imaging.ImageLimits.Default, none).Display());
    }

    /// <summary>A program of that name that never ends, writes what is no picture, or fails: each is an error of the file.</summary>
    [Theory]
    [InlineData("exit 3", "ended with code 3"), InlineData("exit 0", "gave another picture"),
        InlineData("kill -SEGV $$", "ended with code 139")]
    public void A_program_that_misbehaves(string script, string found)
    {
        using var folder = new TempFolder();
        foreach (var program in (string[])["dcmdjpeg", "gdcmconv", "dcmdjpls"])
            System.Diagnostics.Process.Start("/bin/chmod", ["+x", folder.Write(program, $"#!/bin/sh\n{script}\n")])!.WaitForExit();
        // other fixtures
        if (DicomCases.Named("image")
            .FirstOrDefault(n => DicomFile.Read(DicomCases.FileOf(n)).Syntax.Pixels == PixelCoding.Jpeg2000) is not { } name) return;
        var error = Assert.Throws<InvalidInputException>(() => DicomImage.Read(DicomCases.FileOf(name), DicomView.Default,
            RadZ.Imaging.ImageLimits.Default, new CodecPrograms([folder.Path, "/usr/bin"])));
        Assert.Contains(found, error.Message);
    }

    /// <summary>Processes that we started and that are not gone.</summary>
    internal static IReadOnlyList<string> Children() =>
        [.. Directory.GetDirectories("/proc/self/task")
            .SelectMany(t => {
            try {
            return File.ReadAllText(Path.Combine(t, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries); } catch (IOException) {
            return []; } })];
}
