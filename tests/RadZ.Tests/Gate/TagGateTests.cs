using RadZ.Imaging.Dicom.DataSets;
using RadZ.Imaging.Gate;
using RadZ.TestKit;

namespace RadZ.Tests.Gate;

public class TagGateTests
{
    static GateReason[] Of(Action<DicomMaker> tags)
    {
        using var folder = new TempFolder();
        var maker = new DicomMaker();
        tags(maker);
        File.WriteAllBytes(folder.At("x"), maker.File());
        return [.. TagGate.Check(DicomFile.Read(folder.At("x")).Dataset)];
    }

    [Theory]
    [InlineData(0x00080060u, "CS", "CT", GateReasons.CtOrMr)]
    [InlineData(0x00080060u, "CS", "MR", GateReasons.CtOrMr)]
    [InlineData(0x00080060u, "CS", "US", GateReasons.OtherModality)]
    [InlineData(0x00080060u, "CS", "MG", GateReasons.OtherModality)]
    [InlineData(0x00180015u, "CS", "HAND", GateReasons.NotAChest)]
    [InlineData(0x00180015u, "CS", "L SPINE", GateReasons.NotAChest)]
    [InlineData(0x00180015u, "CS", "LSPINE", GateReasons.NotAChest)]
    [InlineData(0x00180015u, "CS", "CHEST", null)]
    [InlineData(0x00180015u, "CS", "THORAX", null)]
    [InlineData(0x00180015u, "CS", "WHATEVER", null)]
    [InlineData(0x00185101u, "CS", "LL", GateReasons.Lateral)]
    [InlineData(0x00185101u, "CS", "LATERAL", GateReasons.Lateral)]
    [InlineData(0x00185101u, "CS", "LAO", GateReasons.Lateral)]
    [InlineData(0x00185101u, "CS", "PA", null)]
    [InlineData(0x00200020u, "CS", "A\\F", GateReasons.Lateral)]
    [InlineData(0x00200020u, "CS", "L\\F", null)]
    [InlineData(0x0008103Eu, "LO", "Chest LAT", GateReasons.Lateral)]
    [InlineData(0x0008103Eu, "LO", "Chest lateral", GateReasons.Lateral)]
    [InlineData(0x0008103Eu, "LO", "Dilated platelets", null)]
    [InlineData(0x00280004u, "CS", "RGB", GateReasons.Color)]
    [InlineData(0x00280004u, "CS", "YBR_FULL_422", GateReasons.Color)]
    [InlineData(0x00280004u, "CS", "MONOCHROME1", null)]
    [InlineData(0x00080060u, "CS", "DX", null)]
    public void A_header_says_what_it_says(uint tag, string vr, string value, string? reason)
    {
        var reasons = Of(m => m.Text(tag, vr, value));
        Assert.Equal(reason is null ? [] : [reason], reasons.Select(r => r.Reason));
        Assert.All(reasons, r => Assert.Equal((1, GateReason.Tags), (r.Score, r.Source)));
    }

    [Fact]
    public void A_view_code_tells_where_View_Position_is_silent()
    {
        var reasons = Of(m => m.Header(0x00540220, "SQ", uint.MaxValue).Item(0xFFFEE000, uint.MaxValue)
            .Text(0x00080100, "SH", "399067008").Text(0x00080102, "SH", "SCT").Item(0xFFFEE00D, 0).Item(0xFFFEE0DD, 0));
        Assert.Equal([GateReasons.Lateral], reasons.Select(r => r.Reason));
    }

    [Fact]
    public void Every_fixture_of_another_modality_is_named_and_the_real_chest_passes()
    {
        foreach (var file in Directory.EnumerateFiles(Fixtures.At("dicom", "files"), "*.dcm"))
        {
            var (name, expected) = (Path.GetFileNameWithoutExtension(file), (string?)null);
            if (name.StartsWith("broken", StringComparison.Ordinal)) continue;
            if (name.StartsWith("mr-", StringComparison.Ordinal) || name.StartsWith("ct-", StringComparison.Ordinal))
                expected = GateReasons.CtOrMr;
            if (name.StartsWith("us-", StringComparison.Ordinal) || name.StartsWith("nm-", StringComparison.Ordinal))
                expected = GateReasons.OtherModality;
            if (name.StartsWith("rgb-", StringComparison.Ordinal) || name.StartsWith("ybr-", StringComparison.Ordinal))
                expected = GateReasons.Color;
            var reasons = TagGate.Check(DicomFile.Read(file).Dataset);
            if (expected is not null) Assert.True(reasons.Any(r => r.Reason == expected), $"{name}: {string.Join("; ", reasons)}");
            if (name is "cr-mono1-chest" or "dx-phi") Assert.Empty(reasons);
        }
    }
}
