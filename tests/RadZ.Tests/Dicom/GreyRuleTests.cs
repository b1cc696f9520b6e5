using System.Runtime.InteropServices;
using RadZ.Files;
using RadZ.Imaging.Dicom;
using RadZ.Imaging.Dicom.Gray;
using RadZ.TestKit;
using RadZ.Tests.Imaging;

namespace RadZ.Tests.Dicom;

/// <summary>The rules of the grey pipeline on pixels that can be worked out by hand.</summary>
public class GreyRuleTests
{
    static DicomImage Image(ushort[] pixels, Action<DicomMaker>? elements = null, DicomView? view = null, int bits = 16,
        string photometric = "MONOCHROME2", int rows = 1)
    {
        var bytes = bits > 8 ? MemoryMarshal.AsBytes(pixels.AsSpan()).ToArray() : Array.ConvertAll(pixels, p => (byte)p);
        using var file = new TemporaryFile(DicomMaker.Grey(rows, pixels.Length / rows, bits, bytes, photometric, elements).File(), "");
        return DicomImage.Read(file.Path, view);
    }

    static byte[] Levels(ushort[] pixels, Action<DicomMaker>? elements = null, string? window = null, string photometric = "MONOCHROME2") =>
        Image(pixels, elements, window is null ? null : new() { Window = WindowChoice.Parse(window) }, photometric: photometric).Display()
            .Levels;

    static Action<DicomMaker> Window(string center, string width, string? function = null, string? explanation = null) => maker =>
    {
        maker.Text(0x00281050, "DS", center).Text(0x00281051, "DS", width);
        if (explanation is not null) maker.Text(0x00281055, "LO", explanation);
        if (function is not null) maker.Text(0x00281056, "CS", function);
    };

    /// <summary>PS3.3 C.11.2.1.2.1: c 2048, w 4096 has 0 and 4095 as its ends; w 1 is a threshold.</summary>
    [Fact]
    public void Linear_windows_of_the_standards_examples()
    {
        Assert.Equal([0, 255, 255, 128], Levels([0, 4095, 5000, 2048], Window("2048", "4096")));
        Assert.Equal([0, 0, 255, 255], Levels([0, 2047, 2048, 2049], Window("2048", "1")));
        Assert.Equal([129, 255], Levels([0, 50], Window("0", "100")));
    }

    [Fact]
    public void Linear_exact_and_sigmoid()
    {
        Assert.Equal([0, 0, 128, 255, 255], Levels([0, 50, 100, 150, 151], Window("100", "100", "LINEAR_EXACT")));
        // 1 / (1 + e^(-4 * -0.5)) = 0.1192, one half, 0.8808
        Assert.Equal([30, 128, 225], Levels([50, 100, 150], Window("100", "100", "SIGMOID")));
    }

    [Fact]
    public void A_window_is_chosen_by_number_explanation_preset_or_value()
    {
        var two = Window(@"100\1000", @"100\10", explanation: @"WIDE\NARROW");
        ushort[] pixels = [0, 100, 999, 1005];
        var narrow = Levels(pixels, two, "2");
        Assert.Equal([0, 0, 113, 255], narrow);                                // (999 - 999.5) / 9 + .5 = .4444
        Assert.Equal(narrow, Levels(pixels, two, "narrow"));
        Assert.Equal(narrow, Levels(pixels, two, "1000,10"));
        Assert.Equal(Levels(pixels, two), Levels(pixels, two, "1"));
        Assert.Equal([0, 25, 253, 255], Levels(pixels, two, "min-max"));
        var error = Assert.Throws<InvalidInputException>(() => Levels(pixels, two, "3"));
        Assert.Equal("no-such-window", error.Kind);
        Assert.Contains("the file has 2 of its own", error.Message);
        Assert.Contains("this is DX", Assert.Throws<InvalidInputException>(() => Levels(pixels, two, "lung")).Message);
    }

    [Theory]
    [InlineData("lung", -600, 1500), InlineData("Mediastinum", 50, 350), InlineData("bone", 400, 1800)]
    public void Presets_are_in_Hounsfield_units_of_CT(string name, double center, double width)
    {
        void Ct(DicomMaker maker) => maker.Text(0x00080060, "CS", "CT").Text(0x00281052, "DS", "-1024").Text(0x00281053, "DS", "1");
        ushort[] pixels = [0, 300, 1024, 1400, 3000];
        Assert.Equal(Levels(pixels, Ct, $"{center},{width}"), Levels(pixels, Ct, name));
        Assert.NotEqual(Levels(pixels, Ct), Levels(pixels, Ct, name));
    }

    /// <summary>101 values from 0 to 100: the 1st of a hundred is 1, the 99th is 99.</summary>
    [Fact]
    public void Percentiles_leave_the_ends_out_and_padding_too()
    {
        var pixels = Enumerable.Range(0, 101).Select(i => (ushort)i).ToArray();
        var levels = Levels(pixels, window: "percentiles");
        Assert.Equal((0, 0, 128, 255, 255), (levels[0], levels[1], levels[50], levels[99], levels[100]));
        ushort[] padded = [.. pixels, .. Enumerable.Repeat((ushort)60000, 500)];
        Assert.Equal(levels, Levels(padded, m => m.Number(0x00280120, 60000), "percentiles")[..101]);
    }

    [Fact]
    public void Monochrome1_is_turned_after_rounding_and_padding_stays_black()
    {
        Assert.Equal([255, 127, 0], Levels([0, 50, 100], photometric: "MONOCHROME1"));
        Assert.Equal([255, 0, 0, 0],
            Levels([0, 100, 900, 901], m => m.Number(0x00280120, 900).Number(0x00280121, 901), photometric: "MONOCHROME1"));
    }

    /// <summary>PS3.3 C.7.6.16.2.9 and C.7.6.16.2.10: the frame's own group counts before that of all frames.</summary>
    [Fact]
    public void Enhanced_images_have_their_window_in_functional_groups()
    {
        static byte[] Group(string center, string width) =>
            new DicomMaker().Header(0x00289132, "SQ", uint.MaxValue).Item(0xFFFEE000, uint.MaxValue)
            .Text(0x00281050, "DS", center).Text(0x00281051, "DS", width).Item(0xFFFEE00D, 0).Item(0xFFFEE0DD, 0).Dataset();
        void Groups(DicomMaker maker) => maker.Text(0x00280008, "IS", "2")
            .Header(0x52009229, "SQ", uint.MaxValue).Item(0xFFFEE000, uint.MaxValue).Raw(Group("500", "1")).Item(0xFFFEE00D, 0)
            .Item(0xFFFEE0DD, 0)
            .Header(0x52009230, "SQ", uint.MaxValue).Item(0xFFFEE000, uint.MaxValue).Item(0xFFFEE00D, 0)
            .Item(0xFFFEE000, uint.MaxValue).Raw(Group("100", "1")).Item(0xFFFEE00D, 0).Item(0xFFFEE0DD, 0);
        var bytes = MemoryMarshal.AsBytes<ushort>([200, 600, 200, 600]).ToArray();
        using var file = new TemporaryFile(DicomMaker.Grey(1, 2, 16, bytes, between: Groups).File());
        Assert.Equal([0, 255], DicomImage.Read(file.Path).Display().Levels);
        Assert.Equal([255, 255], DicomImage.Read(file.Path, new() { Frame = 1 }).Display().Levels);
    }

    /// <summary>12 bits at the top of 16: High Bit 15. They are where it says unless the pixels show otherwise.</summary>
    [Fact]
    public void Values_at_the_top_of_the_word()
    {
        static byte[] File(params ushort[] pixels) => new DicomMaker().Text(0x00280004, "CS", "MONOCHROME2").Number(0x00280002, 1)
            .Number(0x00280010, 1).Number(0x00280011, pixels.Length)
            .Number(0x00280100, 16).Number(0x00280101, 12).Number(0x00280102, 15).Number(0x00280103, 0)
            .Element(0x7FE00010, "OW", MemoryMarshal.AsBytes<ushort>(pixels)).File();
        DicomImage Read(byte[] bytes) { using var file = new TemporaryFile(bytes); return DicomImage.Read(file.Path); }
        var high = Read(File(0x0010, 0xFFF0));
        Assert.Equal((1, 4095), (high.Stored[0], high.Stored[1]));
        Assert.Contains(high.Warnings, w => w.Contains("bits 4 to 15", StringComparison.Ordinal));
        var low = Read(File(0x0001, 0x0FFF));
        Assert.Equal((1, 4095), (low.Stored[0], low.Stored[1]));
        Assert.Contains(low.Warnings, w => w.Contains("low bits", StringComparison.Ordinal));
    }

    [Fact]
    public void A_wrong_look_up_table_is_refused()
    {
        void Table(DicomMaker maker, ushort bits, int entries) =>
            maker.Header(0x00283010, "SQ", uint.MaxValue).Item(0xFFFEE000, uint.MaxValue)
            .Element(0x00283002, "US", MemoryMarshal.AsBytes<ushort>([4, 0, bits])).Element(0x00283006, "OW", new byte[entries * 2])
            .Item(0xFFFEE00D, 0).Item(0xFFFEE0DD, 0);
        Assert.Equal("VOI LUT", Image([0, 1, 2, 3], m => Table(m, 16, 4)).Mapping);
        Assert.Contains("has no entries", Assert.Throws<InvalidInputException>(() => Image([0, 1, 2, 3], m => Table(m, 16, 0))).Message);
        Assert.Contains("says 40 bits", Assert.Throws<InvalidInputException>(() => Image([0, 1, 2, 3], m => Table(m, 40, 4))).Message);
    }

    [Theory]
    [InlineData("2", null, null, 2, null), InlineData("-600,1500", -600.0, 1500.0, null, null),
        InlineData("Lung", null, null, null, "Lung")]
    public void Words_of_the_command_line(string text, double? center, double? width, int? number, string? name)
    {
        var choice = WindowChoice.Parse(text)!;
        Assert.Equal((center, width, number, name), (choice.Center, choice.Width, choice.Number, choice.Name));
    }

    [Theory, InlineData("0"), InlineData("1,0"), InlineData("1,nan"), InlineData(" "), InlineData("Infinity,2")]
    public void Words_that_are_no_window(string text) => Assert.Null(WindowChoice.Parse(text));
}
