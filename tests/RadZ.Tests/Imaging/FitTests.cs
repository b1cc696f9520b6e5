using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Preparation;
using SkiaSharp;

namespace RadZ.Tests.Imaging;

public class FitTests
{
    /// <summary>A strip of 32,768 x 16 pixels is a file of some bytes; the square around it would be 3.2 GB.</summary>
    [Fact]
    public void A_strip_is_refused_before_its_square_is_made_and_never_ends_a_run()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("radz-strip-").FullName, "strip.png");
        using (var bitmap = new SKBitmap(32_768, 16, SKColorType.Gray8, SKAlphaType.Opaque))
        using (var file = File.Create(path)) bitmap.Encode(file, SKEncodedImageFormat.Png, 100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var e = Assert.Throws<InvalidInputException>(() => ClipPreparation.Default.Prepare(path, ImageLimits.Radiograph));
        Assert.Equal("too-narrow", e.Kind);
        Assert.Contains("32,768 x 16 pixels, expected no side above 8 times the other", e.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);

        // without that limit the square overflows an array: still an error of this file, not of the program
        Assert.Equal("corrupt", Assert.Throws<InvalidInputException>(() => ClipPreparation.Default.Prepare(path)).Kind);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
