using System.Diagnostics;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Dicom;
using RadZ.Imaging.Dicom.DataSets;
using RadZ.Imaging.Preparation;
using RadZ.TestKit;

namespace RadZ.Tests.Dicom;

/// <summary>
/// The fixture's files, damaged by chance: reading ends soon, in a picture or an <see cref="InvalidInputException"/> without a patient's
/// text, and leaves no process, descriptor or file behind. RADZ_MUTATIONS asks for more than the 2,000 of every run.
/// </summary>
[Collection(Alone.Name)]
public class DicomFuzzTests(ITestOutputHelper output)
{
    static readonly ImageLimits s_limits = new() { MaxSide = 4000, MaxPixels = 4_000_000 };
    static readonly ClipPreparation s_preparation = ClipPreparation.Default with { Size = 32 };

    /// <summary>One in so many goes through a decoder's process, which takes some twenty times as long.</summary>
    const int ProcessEvery = 20;

    [Fact]
    public void Mutations()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("RADZ_MUTATIONS"), out var asked) ? asked : 2000;
        var files = DicomCases.Named("image").Concat(DicomCases.Named("error"))
            .Select(n => (Name: n, Bytes: File.ReadAllBytes(DicomCases.FileOf(n)))).ToList();
        var byProcess = files.Where(f => f.Bytes.Length < 150_000 && NeedsProcess(f.Name)).ToList();
        var inProcess = files.Where(f => !NeedsProcess(f.Name)).ToList();
        string[] phi = [.. DicomCases.Private];
        using var folder = new TempFolder();
        using var temporary = new TempFolder();
        Environment.SetEnvironmentVariable("TMPDIR", temporary.Path);
        foreach (var (_, bytes) in inProcess.Take(1).Concat(byProcess)) Read(folder.Path, bytes, phi, out _);
        var (descriptors, pictures, slowest) = (Directory.GetFiles("/proc/self/fd").Length, 0, TimeSpan.Zero);
        for (var seed = 0; seed < count; seed++)
        {
            var random = new Random(seed);
            var from = seed % ProcessEvery == 0 && byProcess.Count > 0 ? byProcess : inProcess;
            var (name, bytes) = from[random.Next(from.Count)];
            var clock = Stopwatch.StartNew();
            try
            {
                if (HangGuard.Run(() => Read(folder.Path, Mutate(bytes, random), phi, out _))) pictures++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"mutation {seed} of {name}: {e.GetType().Name}: {e.Message}", e);
            }
            if (clock.Elapsed > slowest) slowest = clock.Elapsed;
        }
        output.WriteLine($"{count} mutations: {pictures} pictures, {count - pictures} errors, slowest {slowest.TotalSeconds:0.00} s");
        Assert.InRange(pictures, count / 20, count - count / 20);               // both happen, or the mutations are too weak or too wild
        Assert.Empty(BoundedProcessTests.Children());
        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, descriptors + 5);
        Assert.Empty(Directory.GetFileSystemEntries(temporary.Path));
        Environment.SetEnvironmentVariable("TMPDIR", null);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    static bool NeedsProcess(string name)
    {
        try
        {
            return DicomFile.Read(DicomCases.FileOf(name)) is
            {
                Syntax.Pixels: PixelCoding.Jpeg or PixelCoding.JpegLossless
                or PixelCoding.JpegLs or PixelCoding.Jpeg2000
            } file
                    && !(file.Syntax.Pixels == PixelCoding.Jpeg && file.Dataset.Integer(DicomTag.BitsAllocated) == 8
                        && file.Dataset.Integer(DicomTag.SamplesPerPixel) == 1);
        }
        catch (InvalidInputException) { return false; }
    }

    static bool Read(string folder, byte[] bytes, string[] phi, out string? error)
    {
        error = null;
        var path = Path.Combine(folder, "mutant.dcm");
        File.WriteAllBytes(path, bytes);
        try
        {
            var image = DicomImage.Read(path, limits: s_limits);
            Assert.Equal(image.Format.Rows * image.Format.Columns, image.Display().Levels.Length / image.Display().Channels);
            if (image.Precise() is { } gray && Math.Max(gray.Width, gray.Height) < 2000)
                Assert.All(s_preparation.Prepare(gray), v => Assert.True(float.IsFinite(v)));
            foreach (var (owner, element) in image.File.Dataset.Walk())
                _ = (owner.Texts(element).Count, owner.Location, element.ToString());
            return true;
        }
        catch (InvalidInputException e)
        {
            error = e.Message;
            Assert.Equal(path, e.Path);
            Assert.DoesNotContain(phi, p => e.Message.Contains(p, StringComparison.Ordinal));
            return false;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>
    /// One to four changes: bytes, lengths, what is cut out, doubled or cut off; most near the start, where elements are.
    /// </summary>
    static byte[] Mutate(byte[] bytes, Random random)
    {
        var mutant = new List<byte>(bytes);
        for (var changes = random.Next(1, 5); changes > 0 && mutant.Count > 140; changes--)
        {
            var reach = random.Next(4) == 0 ? mutant.Count : Math.Min(mutant.Count, 3000);
            var at = random.Next(random.Next(8) == 0 ? 0 : 132, reach);
            var length = Math.Min(random.Next(1, 24), mutant.Count - at);
            switch (random.Next(8))
            {
                case 0: mutant.RemoveRange(at, length); break;
                case 1: mutant.InsertRange(at, mutant.GetRange(at, length)); break;
                case 2: mutant.RemoveRange(at, mutant.Count - at); break;
                case 3: for (var i = 0; i < Math.Min(4, length); i++) mutant[at + i] = 0xFF; break;
                case 4: for (var i = 0; i < Math.Min(4, length); i++) mutant[at + i] = 0; break;
                case 5: mutant[at] = (byte)random.Next(256); break;
                case 6: mutant[at] ^= (byte)(1 << random.Next(8)); break;
                default: for (var i = 0; i < length; i++) mutant[at + i] = (byte)random.Next(256); break;
            }
        }
        return [.. mutant];
    }
}
