using CsCheck;
using RadZ.Data;
using RadZ.Data.Guards;
using RadZ.Imaging.Preparation;
using SkiaSharp;

namespace RadZ.Tests.Datasets;

public sealed class DuplicateImagesTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A picture of some blobs: smooth, as films are.</summary>
    static SKBitmap Picture(int seed, int side)
    {
        var random = new Random(seed);
        var blobs = Enumerable.Range(0, 12)
            .Select(_ => (X: random.NextDouble(), Y: random.NextDouble(), R: 0.05 + random.NextDouble() / 4,
                A: random.NextDouble() * 160)).ToList();
        var bitmap = new SKBitmap(side, side, SKColorType.Gray8, SKAlphaType.Opaque);
        for (var y = 0; y < side; y++)
            for (var x = 0; x < side; x++)
            {
                var level = (byte)Math.Clamp(40
                    + blobs.Sum(b => b.A * Math.Exp(-(Math.Pow((x + .5) / side - b.X, 2) + Math.Pow((y + .5) / side - b.Y, 2))
                        / (b.R * b.R))), 0, 255);
                bitmap.SetPixel(x, y, new(level, level, level));
            }
        return bitmap;
    }

    Sample Written(string name, SKBitmap bitmap, string patient, SKEncodedImageFormat format = SKEncodedImageFormat.Png, int quality = 90)
    {
        using var data = bitmap.Encode(format, quality);
        File.WriteAllBytes(_folder.At(name), data.ToArray());
        return new(_folder.At(name), patient, "x", Labels.None);
    }

    [Fact]
    public void A_copy_is_found_in_another_size_format_and_name_and_nothing_else_is()
    {
        List<Sample> samples = [.. Enumerable.Range(0, 12).Select(i => Written($"{i}.png", Picture(i, 128), $"p{i}"))];
        samples.Add(Written("smaller.jpg", Picture(3, 90), "p3", SKEncodedImageFormat.Jpeg, 60));
        samples.Add(Written("other.jpg", Picture(5, 128), "q5", SKEncodedImageFormat.Jpeg, 50));
        File.WriteAllText(_folder.At("broken.png"), "no picture");
        samples.Add(new(_folder.At("broken.png"), "p", "x", Labels.None));
        var count = 0;
        var near = DuplicateImages.Near(samples, () => count++, TestContext.Current.CancellationToken);
        Assert.Equal([("3.png", "smaller.jpg", false), ("5.png", "other.jpg", true)],
            near.Select(d => (Path.GetFileName(d.First.Image), Path.GetFileName(d.Second.Image), d.OtherPatient)));
        Assert.Equal(samples.Count, count);

        File.Copy(_folder.At("1.png"), _folder.At("again.png"));
        samples.Add(new(_folder.At("again.png"), "p1", "x", Labels.None));
        Assert.Equal(["again.png"],
            DuplicateImages.Exact(samples, TestContext.Current.CancellationToken).Select(d => Path.GetFileName(d.Second.Image)));
        Assert.Equal(["1 images are byte for byte the same as an earlier one; they count twice. All are in duplicates.csv."],
            DuplicateImages.Notices(DuplicateImages.Exact(samples, TestContext.Current.CancellationToken)).Select(n => n.Text));
    }

    [Fact]
    public void The_index_finds_what_comparing_all_with_all_finds() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 9].Array[4]).Array[2, 12].Sample(seeds =>
    {
        // families of hashes some bits apart
        var random = new Random(1);
        var hashes = seeds.SelectMany(s => s.Item2.Select(bits =>
            new PerceptualHash(Enumerable.Range(0, bits).Aggregate(s.Item1, (h, _) => h ^ (1UL << random.Next(64))), default))).ToList();
        var index = new NearDuplicates();
        for (var i = 0; i < hashes.Count; i++)
            Assert.Equal(Enumerable.Range(0, i).Where(j => hashes[i].CoarseDistance(hashes[j]) <= NearDuplicates.Coarse),
                index.Add(hashes[i]));
    }, iter: 200);

    [Fact]
    public void Flat_and_tiny_pictures_have_a_hash()
    {
        Assert.Equal(0, PerceptualHash.Compute(new(1, 1, 1, [7])).FineDistance(PerceptualHash.Compute(new(40, 40, 1, new byte[1600]))));
        var gray = PerceptualHash.Compute(new(64, 64, 1, [.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 7))]));
        var color = PerceptualHash.Compute(new(64, 64, 3,
            [.. Enumerable.Range(0, 4096).SelectMany(i => Enumerable.Repeat((byte)(i * 7), 3))]));
        Assert.Equal((0, 0, 1.0), (gray.CoarseDistance(color), gray.FineDistance(color), gray.Likeness(color)));
    }
}
