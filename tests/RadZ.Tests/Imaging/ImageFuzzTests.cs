using CsCheck;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Pictures;
using RadZ.TestKit;

namespace RadZ.Tests.Imaging;

/// <summary>Whatever the bytes, reading ends soon, in a picture or an <see cref="InvalidInputException"/>.</summary>
public class ImageFuzzTests
{
    static readonly ImageLimits Small = new() { MaxSide = 2000, MaxPixels = 1_000_000, MaxFileBytes = 1 << 20 };

    public static TheoryData<string> Names => PreparationCases.Names;

    [Theory]
    [InlineData("")]
    [InlineData("89504E470D0A1A0A0000000D49484452")]
    [InlineData("FFD8FFC0000B08")]
    [InlineData("FFD8FFE000104A46494600")]
    [InlineData("424D000000000000000036000000280000000800000008000000010018000000")]
    [InlineData("49492A0008000000")]
    [InlineData("4D4D002A00000008")]
    public void Random_bytes_after_a_known_start(string start) =>
        Gen.Byte.Array[0, 400].Sample(bytes => ReadsOrRefuses([.. Convert.FromHexString(start), .. bytes]), iter: 200, threads: 1,
            print: Convert.ToHexString);

    [Theory, MemberData(nameof(Names))]
    public void Real_files_with_some_bytes_changed(string name)
    {
        var file = File.ReadAllBytes(PreparationCases.FileOf(name));
        Gen.Select(Gen.Int[0, Math.Min(file.Length, 3000) - 1], Gen.Byte).Array[1, 6].Sample(changes =>
        {
            var changed = (byte[])file.Clone();
            foreach (var (at, value) in changes)
                changed[at] = value;
            return ReadsOrRefuses(changed);
        }, iter: 40, threads: 1);
    }

    [Fact]
    public void Tiff_with_some_bytes_changed() => Gen.Select(Gen.Int[0, 1 << 20], Gen.Byte).Array[1, 4].Sample(changes =>
    {
        var changed = TiffMaker.Make(20, 10, 8, 1, BitMiracle.LibTiff.Classic.Photometric.MINISBLACK,
            [.. Enumerable.Range(0, 200).Select(i => (byte)i)]);
        foreach (var (at, value) in changes)
            changed[at % changed.Length] = value;
        return ReadsOrRefuses(changed);
    }, iter: 300, threads: 1);

    static bool ReadsOrRefuses(byte[] content) => HangGuard.Run(() => Ends(content));

    static bool Ends(byte[] content)
    {
        using var file = new TemporaryFile(content);
        try
        {
            var raster = ImageFile.Read(file.Path, Small);
            Assert.Equal(raster.Width * raster.Height * raster.Channels, raster.Levels.Length);
        }
        catch (InvalidInputException e)
        {
            Assert.Equal(file.Path, e.Path);
        }
        return true;
    }
}
