using System.Text.Json;
using RadZ.Data.Studies;
using RadZ.Files;
using RadZ.Imaging.Dicom.DataSets;
using RadZ.TestKit;
using RadZ.Tests.Dicom;

namespace RadZ.Tests.Studies;

public class DeidentificationTests
{
    static readonly Pseudonyms s_key = new("sixteen bytes or more"u8.ToArray());

    static ImageRecord Record(string file) => new Deidentification(s_key).Record(DicomFile.Read(file).Dataset);

    public static TheoryData<string> PrivateCases =>
        [.. DicomCases.Named("image").Where(n => DicomCases.Of(n).TryGetProperty("phi", out _))];

    [Theory, MemberData(nameof(PrivateCases))]
    public void A_record_holds_no_text_of_the_patient_and_keeps_what_is_needed(string name)
    {
        var (of, record) = (DicomCases.Of(name), Record(DicomCases.FileOf(name)));
        var json = JsonSerializer.Serialize(record, StrictJson.Options);
        Assert.All(of.GetProperty("phi").EnumerateArray(),
            text => Assert.DoesNotContain(text.GetString()!, json, StringComparison.OrdinalIgnoreCase));
        var header = of.GetProperty("header");
        Assert.Equal(header.GetProperty("Modality").GetString(), record.Modality);
        Assert.Equal(header.GetProperty("ViewPosition").GetString(), record.View);
        Assert.Equal(header.GetProperty("PatientSex").GetString(), record.Sex);
        Assert.Equal(header.GetProperty("BodyPartExamined").GetString(), record.BodyPart);
        Assert.Equal(header.GetProperty("ImagerPixelSpacing").EnumerateArray().Select(n => n.GetDouble()), record.Spacing!);
    }

    [Fact]
    public void The_private_fixture_is_old_and_of_2001()
    {
        var record = Record(Fixtures.At("dicom", "files", "dx-phi.dcm"));
        Assert.Equal(("90+", 2001, true), (record.Age, record.Year, record.Frontal));
        Assert.Matches("^2\\.25\\.[1-9][0-9]{10,38}$", record.Instance);
        Assert.Matches("^[0-9a-f]{16}$", record.Patient);
    }

    [Fact]
    public void No_spacing_is_told_of_0_by_0() => Assert.Null(Record(Fixtures.At("dicom", "files", "cr-mono1-chest.dcm")).Spacing);

    [Theory]
    [InlineData("045Y", "45"), InlineData("089Y", "89"), InlineData("090Y", "90+"), InlineData("105Y", "90+"), InlineData("000Y", "0")]
    [InlineData("011M", "0"), InlineData("030M", "2"), InlineData("003W", "0"), InlineData("400D", "1"), InlineData("45Y", null),
        InlineData("0-5Y", null), InlineData("", null), InlineData(null, null)]
    public void An_age_is_in_years_and_ends_at_90(string? text, string? years) => Assert.Equal(years, ImageRecord.AgeOf(text));

    [Fact]
    public void A_pseudonym_depends_on_key_and_kind_and_on_nothing_else()
    {
        var other = new Pseudonyms("another sixteen bytes"u8.ToArray());
        Assert.Equal(s_key.PseudonymFor("patient", "4711"),
            new Pseudonyms("sixteen bytes or more"u8.ToArray()).PseudonymFor("patient", "4711"));
        Assert.NotEqual(s_key.PseudonymFor("patient", "4711"), other.PseudonymFor("patient", "4711"));
        Assert.NotEqual(s_key.PseudonymFor("patient", "4711"), s_key.PseudonymFor("path", "4711"));
        Assert.NotEqual(s_key.Uid("1.2.3"), other.Uid("1.2.3"));
        Assert.Equal("", s_key.Uid(""));
        Assert.True(s_key.Uid("1.2.3").Length <= 64);
    }

    [Fact]
    public void An_installation_makes_its_key_once_and_for_its_owner_alone()
    {
        using var folder = new TempFolder();
        var path = folder.At("deep", "pseudonyms.key");
        var first = Pseudonyms.ForInstallation(path).PseudonymFor("patient", "1");
        Assert.Equal(first, Pseudonyms.ForInstallation(path).PseudonymFor("patient", "1"));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal("short-key", Assert.Throws<InvalidInputException>(() => Pseudonyms.FromFile(folder.Write("short", "secret"))).Kind);
        Assert.Equal("missing-file", Assert.Throws<InvalidInputException>(() => Pseudonyms.FromFile(folder.At("gone"))).Kind);
    }

    [Fact]
    public void A_makers_name_that_names_the_patient_is_left_out()
    {
        using var folder = new TempFolder();
        ImageRecord Of(string maker) =>
            Record(folder.Write("x", TinyStudy.Image("Mustermann", "1.2", "1.3", "1.4", more: m => m.Text(0x00080070, "LO", maker))));
        Assert.Equal("SIEMENS", Of("SIEMENS").Manufacturer);
        Assert.Null(Of("for Mustermann").Manufacturer);
    }

    [Theory]
    [InlineData("a/MUSTERMANN_MAX/im1.dcm", "a/hidden-*/im1.dcm")]
    [InlineData("a/max/IM0001", "a/hidden-*/IM0001")]
    [InlineData("a/1.2.3.4567.dcm", "a/hidden-*.dcm")]
    [InlineData("20200102-chest.dcm", "hidden-*.dcm")]
    [InlineData("maximal/chest/im1.dcm", "maximal/chest/im1.dcm")]
    [InlineData("../ward 3/x", "../ward 3/x")]
    public void A_path_is_shown_without_the_parts_that_tell(string path, string shown)
    {
        using var folder = new TempFolder();
        var file = folder.Write("x",
            TinyStudy.Image("id-77", "1.2.9.100", "1.2.9.101", "1.2.3.4567", more: m => m.Text(0x00101001, "PN", "Mustermann^Max")));
        foreach (var texts in (IdentifyingTexts[])[IdentifyingTexts.Collect(DicomFile.Read(file).Dataset),
            IdentifyingTexts.CollectFromDamaged(file)])
            Assert.Matches("^" + System.Text.RegularExpressions.Regex.Escape(shown).Replace("\\*", "[0-9a-f]{16}") + "$",
                texts.ShownPath(path, s_key));
    }

    [Fact]
    public void A_message_is_scrubbed_of_the_files_own_texts()
    {
        var texts = IdentifyingTexts.Collect(DicomFile.Read(Fixtures.At("dicom", "files", "dx-phi.dcm")).Dataset);
        Assert.Equal("x: value '[hidden]' of [hidden] at 12", texts.Scrub("x: value 'TEST^PATIENT' of test-id-4711 at 12"));
    }
}
