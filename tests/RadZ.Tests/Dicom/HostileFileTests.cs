using System.Buffers.Binary;
using System.IO.Compression;
using RadZ.Files;
using RadZ.Imaging.Dicom;
using RadZ.Imaging.Pictures;
using RadZ.TestKit;
using RadZ.Tests.Imaging;

namespace RadZ.Tests.Dicom;

/// <summary>Files made to hurt: an error that says what is wrong, soon, and before memory is taken.</summary>
public class HostileFileTests
{
    const uint Item = 0xFFFEE000, ItemEnd = 0xFFFEE00D, SequenceEnd = 0xFFFEE0DD, Sequence = 0x00081140, Undefined = uint.MaxValue;

    static InvalidInputException Refused(byte[] file, string kind, int mostMegabytes = 8)
    {
        using var temporary = new TemporaryFile(file, ".dcm");
        var (error, allocated) = HangGuard.Run(() =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            return (Assert.Throws<InvalidInputException>(() => DicomImage.Read(temporary.Path)),
                GC.GetAllocatedBytesForCurrentThread() - before);
        });
        Assert.Equal((kind, temporary.Path), (error.Kind, error.Path));
        Assert.InRange(allocated, 0, (long)mostMegabytes << 20);
        return error;
    }

    static DicomMaker Small(Action<DicomMaker>? between = null) => DicomMaker.Grey(4, 4, 8, new byte[16], between: between);

    [Fact]
    public void An_element_that_claims_two_gigabytes() =>
        Assert.Contains("(0009,1001) says 2,147,483,648 bytes, the file has 0 left",
            Refused(new DicomMaker().Header(0x00091001, "OB", 1u << 31).File(), "truncated").Message);

    [Fact]
    public void A_picture_of_65535_x_65535_with_all_its_bytes()
    {
        using var file = new TemporaryFile(DicomMaker.Grey(65535, 65535, 8, [0, 0]).File().AsSpan()[..^2], ".dcm");
        var bytes = File.ReadAllBytes(file.Path);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4), 0xFFFE0002u);
        File.WriteAllBytes(file.Path, bytes);
        using (var sparse = File.OpenWrite(file.Path)) sparse.SetLength(bytes.Length + 0xFFFE0002L);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("too-large", Assert.Throws<InvalidInputException>(() => DicomImage.Read(file.Path)).Kind);
        Assert.Equal("too-large",
            Assert.Throws<InvalidInputException>(() =>
                DicomImage.Read(file.Path, limits: new() { MaxSide = 65535, MaxPixels = 500_000_000 })).Kind);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Sequences_nested_ten_thousand_deep()
    {
        var maker = new DicomMaker();
        for (var i = 0; i < 10_000; i++) maker.Header(Sequence, "SQ", Undefined).Item(Item, Undefined);
        Assert.Contains("nested 33 deep", Refused(maker.File(), "too-large").Message);
    }

    [Fact]
    public void An_item_that_promises_more_than_its_sequence() =>
        Assert.Contains("says 900 bytes, 0 are left",
            Refused(Small(m => m.Header(Sequence, "SQ", 8).Item(Item, 900)).File(), "corrupt").Message);

    [Fact]
    public void A_sequence_that_never_ends() =>
        Refused(new DicomMaker().Header(Sequence, "SQ", Undefined).Item(Item, Undefined).File(), "truncated");

    [Fact]
    public void Delimiters_where_none_can_be()
    {
        Refused(Small(m => m.Item(SequenceEnd, 0)).File(), "corrupt");
        Refused(Small(m => m.Header(Sequence, "SQ", 8).Item(ItemEnd, 0)).File(), "corrupt");
        Refused(Small(m => m.Header(Sequence, "SQ", Undefined).Number(0x00280010, 4)).File(), "corrupt");
    }

    [Fact]
    public void A_million_elements()
    {
        var maker = new DicomMaker();
        for (var i = 0; i < 400_000; i++) maker.Header(0x00091001, "LO", 0);
        Refused(maker.File(), "too-large", mostMegabytes: 120);
    }

    [Fact]
    public void A_deflate_bomb()
    {
        using var bomb = new MemoryStream();
        using (var deflate = new DeflateStream(bomb, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(Small().Dataset());
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 300; i++) deflate.Write(zeros);
        }
        var file = new DicomMaker { Syntax = "1.2.840.10008.1.2.1.99" }.File(bomb.ToArray());
        Assert.InRange(file.Length, 0, 4 << 20);
        Assert.Contains("grows beyond 268,435,456 bytes", Refused(file, "too-large", mostMegabytes: 300).Message);
    }

    [Fact]
    public void What_is_deflated_and_cut() =>
        Refused(new DicomMaker { Syntax = "1.2.840.10008.1.2.1.99" }.File([0x62, 0x60, 0x64, 0x62]), "truncated");

    [Fact]
    public void What_cannot_be_inflated() =>
        Refused(new DicomMaker { Syntax = "1.2.840.10008.1.2.1.99" }.File([0xFF, 0xFF, 0xFF, 0xFF]), "corrupt");

    [Theory]
    [InlineData("LO"), InlineData("SQ"), InlineData("OB"), InlineData("FD")]
    public void Rows_of_a_wrong_representation(string vr)
    {
        var maker = new DicomMaker().Text(0x00280004, "CS", "MONOCHROME2").Number(0x00280002, 1);
        Refused(maker.Element(0x00280010, vr, vr == "SQ" ? [] : [4, 0, 0, 0, 0, 0, 0, 0]).Number(0x00280011, 4)
            .Element(0x7FE00010, "OB", new byte[16]).File(), "corrupt");
    }

    [Fact]
    public void A_representation_that_is_none()
    {
        var error = Refused(Small(m => m.Raw([0x08, 0, 0x70, 0, 0x01, 0x02, 4, 0, 1, 2, 3, 4])).File(), "corrupt");
        Assert.Contains("(0008,0070) at byte", error.Message);
        Assert.Contains("has no value representation (bytes 01 02)", error.Message);
    }

    [Fact]
    public void Numbers_that_overflow()
    {
        Refused(Small(m => m.Text(0x00280008, "IS", "99999999999")).File(), "corrupt");
        Refused(Small(m => m.Text(0x00280008, "IS", "2000000000")).File(), "truncated");
        Refused(Small(m => m.Text(0x00280008, "IS", "-1")).File(), "corrupt");
    }

    [Fact]
    public void A_codec_stream_of_another_size_than_the_data_set()
    {
        byte[] jpeg = [0xFF, 0xD8, 0xFF, 0xC3, 0, 11, 8, 0xFF, 0xDC, 0xFF, 0xDC, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 2, 0xFF, 0xD9];
        Assert.Contains("has 65500 x 65500 pixels of 1 samples, the data set says 4 x 4",
            Refused(Compressed("1.2.840.10008.1.2.4.70", jpeg), "corrupt").Message);
        var j2k = new byte[60];
        ((byte[])[0xFF, 0x4F, 0xFF, 0x51, 0, 41]).CopyTo(j2k, 0);
        BinaryPrimitives.WriteUInt32BigEndian(j2k.AsSpan(8), uint.MaxValue);
        Assert.Contains("JPEG 2000 header says", Refused(Compressed("1.2.840.10008.1.2.4.90", j2k), "corrupt").Message);
    }

    [Theory]
    [InlineData("1.2.840.10008.1.2.5"), InlineData("1.2.840.10008.1.2.4.50"), InlineData("1.2.840.10008.1.2.4.70"),
        InlineData("1.2.840.10008.1.2.4.80"), InlineData("1.2.840.10008.1.2.4.90"), InlineData("1.2.840.10008.1.2.8.1")]
    public void Streams_that_are_empty_or_nonsense(string syntax)
    {
        foreach (var stream in (byte[][])[[], [0xFF, 0xD8], [0xFF, 0xD8, 0xFF], [0xFF, 0x4F, 0xFF, 0x51], new byte[64],
            [.. Enumerable.Repeat((byte)0xFF, 200)], [.. Enumerable.Range(0, 200).Select(i => (byte)i)]])
        {
            using var temporary = new TemporaryFile(Compressed(syntax, stream), ".dcm");
            Assert.Contains(Assert.Throws<InvalidInputException>(() => DicomImage.Read(temporary.Path)).Kind,
                (string[])["corrupt", "truncated"]);
        }
    }

    [Theory]
    [InlineData(64u, 5000u, "goes from byte 64 to 5000"), InlineData(0u, 70u, "goes from byte 0 to 70"),
        InlineData(80u, 70u, "goes from byte 80 to 70"), InlineData(64u, 66u, "gives 2 of 16 bytes")]
    public void Run_lengths_that_point_elsewhere(uint first, uint second, string found)
    {
        var stream = new byte[90];
        BinaryPrimitives.WriteUInt32LittleEndian(stream, 2);
        BinaryPrimitives.WriteUInt32LittleEndian(stream.AsSpan(4), first);
        BinaryPrimitives.WriteUInt32LittleEndian(stream.AsSpan(8), second);
        stream[64] = 255;
        Assert.Contains(found, Refused(Compressed("1.2.840.10008.1.2.5", stream, stored: 16),
            first < 80 && second == 66 ? "truncated" : "corrupt").Message);
    }

    [Fact]
    public void Frames_without_fragments() =>
        Assert.Contains("Pixel Data has 1 fragments, 500 frames need that many",
            Refused(Compressed("1.2.840.10008.1.2.5", new byte[64], m => m.Text(0x00280008, "IS", "500")), "truncated").Message);

    [Fact]
    public void Messages_hold_no_text_of_the_file()
    {
        Assert.Contains("Number of Frames is not a number: a text of 14 characters",
            Refused(Small(m => m.Text(0x00280008, "IS", "DOE^JOHN SMITH")).File(), "corrupt").Message);
        Assert.Contains("(a text of 8 characters",
            Refused(new DicomMaker { Syntax = "DOE^JOHN" }.File(Small().Dataset()), "unsupported").Message.Replace("supported: ",
                "supported: (", StringComparison.Ordinal));
        Assert.Contains("Photometric Interpretation is a word of 8 letters",
            Refused(DicomMaker.Grey(4, 4, 8, new byte[16], "DOE^JOHN").File(), "unsupported").Message);
    }

    [Fact]
    public void Another_kind_of_file_of_that_name()
    {
        using var file = new TemporaryFile("Jane Doe, born 1 May 1950"u8, ".dcm");
        var error = Assert.Throws<InvalidInputException>(() => ImageFile.Read(file.Path));
        Assert.Equal("not-dicom", error.Kind);
        Assert.DoesNotContain("Jane", error.Message);
    }

    static byte[] Compressed(string syntax, byte[] stream, Action<DicomMaker>? more = null, int stored = 8)
    {
        var maker = new DicomMaker { Syntax = syntax }.Text(0x00280004, "CS", "MONOCHROME2").Number(0x00280002, 1).Number(0x00280010, 4)
            .Number(0x00280011, 4)
            .Number(0x00280100, stored).Number(0x00280101, stored).Number(0x00280102, stored - 1).Number(0x00280103, 0);
        more?.Invoke(maker);
        return maker.Fragments(stream).File();
    }
}
