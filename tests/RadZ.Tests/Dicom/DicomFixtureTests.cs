using System.Security.Cryptography;
using System.Text.Json;
using RadZ.Files;
using RadZ.Imaging.Dicom;
using RadZ.Imaging.Dicom.DataSets;
using RadZ.Imaging.Dicom.Pixels;
using RadZ.Imaging.Pictures;
using RadZ.TestKit;

namespace RadZ.Tests.Dicom;

/// <summary>
/// Every file of the fixture: header, stored values and display as pydicom and five codecs agreed on, or an error with its cause.
/// </summary>
public class DicomFixtureTests
{
    public static TheoryData<string> Readable => DicomCases.Readable;

    public static TheoryData<string> Broken => DicomCases.Broken;

    [Theory, MemberData(nameof(Readable))]
    public void Header(string name)
    {
        var expected = DicomCases.Of(name).GetProperty("header");
        var (file, format) = DicomImage.Inspect(DicomCases.FileOf(name));
        var dataset = file.Dataset;

        Assert.Equal(Text(expected, "TransferSyntaxUID"), file.Syntax.Uid);
        Assert.Equal((Whole(expected, "Rows"), Whole(expected, "Columns"), Whole(expected, "SamplesPerPixel"),
            Whole(expected, "NumberOfFrames")),
            (format.Rows, format.Columns, format.Samples, format.Frames));
        Assert.Equal((Whole(expected, "BitsAllocated"), Whole(expected, "BitsStored"), Whole(expected, "HighBit"),
            Whole(expected, "PixelRepresentation")),
            (format.BitsAllocated, format.BitsStored, format.HighBit, format.IsSigned ? 1 : 0));
        Assert.Equal(Text(expected, "PhotometricInterpretation"), format.Photometric.Name());
        Assert.Equal(expected.GetProperty("PlanarConfiguration") is { ValueKind: JsonValueKind.Number } planar && planar.GetInt32() == 1,
            format.IsPlanar);
        foreach (var keyword in new[] { "SOPClassUID", "Modality", "ViewPosition", "PatientSex", "PatientAge", "BodyPartExamined",
            "PresentationLUTShape" })
        {
            Assert.True(DicomTag.TryParse(keyword, out var tag), keyword);
            Assert.Equal(Text(expected, keyword), dataset.Text(tag));
        }
        foreach (var keyword in new[] { "PixelSpacing", "ImagerPixelSpacing", "PixelAspectRatio" })
        {
            Assert.True(DicomTag.TryParse(keyword, out var tag), keyword);
            var values = expected.GetProperty(keyword);
            Assert.Equal(values.ValueKind == JsonValueKind.Null ? [] : [.. values.EnumerateArray().Select(v => v.GetDouble())],
                dataset.Numbers(tag));
        }
    }

    [Theory, MemberData(nameof(Readable))]
    public void Stored_values(string name)
    {
        var (entry, path) = (DicomCases.Of(name), DicomCases.FileOf(name));
        var (raw, isLossy) = (entry.GetProperty("raw"), entry.GetProperty("lossy").GetBoolean());
        var frames = raw.GetProperty("shape")[0].GetInt32();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (sum, least, most, count) = (0L, long.MaxValue, long.MinValue, 0L);
        for (var frame = 0; frame < frames; frame++)
        {
            var stored = DicomImage.Read(path, new() { Frame = frame }).Stored;
            hash.AppendData(stored.Values());
            for (var i = 0; i < stored.Count; i++)
                (sum, least, most) = (sum + stored[i], Math.Min(least, stored[i]), Math.Max(most, stored[i]));
            count += stored.Count;
        }
        Assert.Equal(raw.GetProperty("shape").EnumerateArray().Aggregate(1L, (a, b) => a * b.GetInt64()), count);
        if (isLossy)
        {
            Assert.InRange(least, raw.GetProperty("min").GetInt64() - 1, raw.GetProperty("min").GetInt64() + 1);
            Assert.InRange(most, raw.GetProperty("max").GetInt64() - 1, raw.GetProperty("max").GetInt64() + 1);
            Assert.Equal(raw.GetProperty("mean").GetDouble(), (double)sum / count, .05);
            return;
        }
        Assert.Equal((raw.GetProperty("sum").GetInt64(), raw.GetProperty("min").GetInt64(), raw.GetProperty("max").GetInt64()),
            (sum, least, most));
        Assert.Equal(raw.GetProperty("sha256").GetString(), Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Theory, MemberData(nameof(Readable))]
    public void Display(string name)
    {
        foreach (var expected in DicomCases.Of(name).GetProperty("display").EnumerateArray())
        {
            var image = DicomImage.Read(DicomCases.FileOf(name), new() { Frame = expected.GetProperty("frame").GetInt32() });
            Assert.Equal(expected.GetProperty("mapping").GetString(), image.Mapping);
            var (actual, picture) = (image.Display(), ImageFile.Read(Fixtures.At("dicom", expected.GetProperty("file").GetString()!)));
            if (picture.Channels < actual.Channels)
                picture = picture with { Channels = 3, Levels = [.. picture.Levels.SelectMany(l => new[] { l, l, l })] };
            Assert.Equal((picture.Width, picture.Height, picture.Channels), (actual.Width, actual.Height, actual.Channels));
            var tolerance = expected.GetProperty("tolerance").GetInt32();
            var (worst, off) = (0, 0);
            for (var i = 0; i < picture.Levels.Length; i++)
            {
                var difference = Math.Abs(picture.Levels[i] - actual.Levels[i]);
                worst = Math.Max(worst, difference);
                if (difference > tolerance) off++;
            }
            // a tie at .5 may fall otherwise: one level on fewer than one pixel in a hundred
            Assert.True(worst <= tolerance || (worst <= tolerance + 1 && off < .01 * picture.Levels.Length),
                $"{name}: {off} of {picture.Levels.Length} levels are off by up to {worst}");
            if (tolerance == 0) Assert.Equal(0, off);
        }
    }

    [Theory, MemberData(nameof(Readable))]
    public void Warnings(string name)
    {
        var image = DicomImage.Read(DicomCases.FileOf(name));
        if (!DicomCases.Of(name).TryGetProperty("warns", out var warns)) return;
        Assert.Contains(image.Warnings, w => w.Contains(warns.GetString()!.Split(',')[0], StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Broken))]
    public void Damage_is_an_error_with_its_cause(string name)
    {
        var path = DicomCases.FileOf(name);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<InvalidInputException>(() => DicomImage.Read(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        var cause = DicomCases.Of(name).GetProperty("cause").GetString()!.Split(';')[0];
        Assert.True(Words(cause).Count(w => error.Message.Contains(w, StringComparison.OrdinalIgnoreCase)) >= .6 * Words(cause).Count,
            $"expected: {cause}\nactual: {error.Message}");
        Assert.DoesNotContain(DicomCases.Private, p => error.Message.Contains(p, StringComparison.Ordinal));
    }

    static List<string> Words(string text) =>
        [.. text.Split([' ', ':', ',', '(', ')', ';'], StringSplitOptions.RemoveEmptyEntries)
            .Where(w => w.Length > 2 || char.IsDigit(w[0]))];

    static string? Text(JsonElement header, string name) => header.GetProperty(name).GetString();

    static int Whole(JsonElement header, string name) => header.GetProperty(name).GetInt32();
}
