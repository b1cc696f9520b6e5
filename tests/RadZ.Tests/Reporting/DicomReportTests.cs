using RadZ.Export;
using RadZ.Export.Dicom;
using RadZ.Export.Pictures;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Dicom;
using RadZ.Imaging.Dicom.DataSets;
using RadZ.TestKit;
using RadZ.Tests.Studies;

namespace RadZ.Tests.Reporting;

public class DicomReportTests
{
    static string Phi => Fixtures.At("dicom", "files", "dx-phi.dcm");

    [Fact]
    public void A_structured_report_is_valid_refers_to_its_image_and_names_nobody()
    {
        using var folder = new TempFolder();
        var (report, path) = (Reports.Of(Phi), folder.At("out", "sr.dcm"));
        var header = ReportHeader.Create(report, Reports.Key, identified: false);
        StructuredReport.Write(report, header, path);

        Reports.Valid(path);
        Reports.Private(path);
        var dump = Reports.Said("dsrdump", "+Pl", "+Pu", "+Pc", path);
        Assert.DoesNotContain("E: ", dump, StringComparison.Ordinal);
        Assert.Contains("Comprehensive SR Document", dump, StringComparison.Ordinal);
        Assert.Contains("(233604007,SCT,\"pneumonia\")", dump, StringComparison.Ordinal);
        Assert.Contains("Erguß <links> & \"rechts\"", dump, StringComparison.Ordinal);
        Assert.Contains("Research use only", dump, StringComparison.Ordinal);
        Assert.Contains($"weights sha256:{new string('a', 64)}", dump, StringComparison.Ordinal);
        Assert.Contains("An image is doubted: cropped (0.75", dump, StringComparison.Ordinal);

        var dataset = DicomFile.Read(path).Dataset;
        var record = report.Lead.Record!;
        Assert.Equal(record.Study, dataset.Uid(DicomTag.StudyInstanceUID));
        Assert.Equal(("YES", "20010101", "090Y"),
            (dataset.Text(new DicomTag(0x00120062)), dataset.Text(DicomTag.StudyDate), dataset.Text(DicomTag.PatientAge)));
        var evidence = Assert.Single(dataset.Items(new DicomTag(0x0040A375)));
        var series = Assert.Single(evidence.Items(new DicomTag(0x00081115)));
        Assert.Equal(record.Series, series.Uid(DicomTag.SeriesInstanceUID));
        Assert.Equal(record.Instance, Assert.Single(series.Items(new DicomTag(0x00081199))).Uid(new DicomTag(0x00081155)));
    }

    [Fact]
    public void An_identified_report_goes_to_the_study_it_came_from()
    {
        using var folder = new TempFolder();
        var (report, path, source) = (Reports.Of(Phi), folder.At("sr.dcm"), DicomFile.Read(Phi).Dataset);
        StructuredReport.Write(report, ReportHeader.Create(report, Reports.Key, identified: true), path);
        Reports.Valid(path);
        var dataset = DicomFile.Read(path).Dataset;
        foreach (var tag in (DicomTag[])[DicomTag.StudyInstanceUID, DicomTag.PatientID, DicomTag.PatientName, DicomTag.PatientBirthDate,
            DicomTag.StudyDate, DicomTag.StudyID, new(0x00080050)])
            Assert.Equal(source.Text(tag), dataset.Text(tag));
        Assert.NotEqual(source.Uid(DicomTag.SOPInstanceUID), dataset.Uid(DicomTag.SOPInstanceUID));
        Assert.False(dataset.Has(new DicomTag(0x00120062)));
    }

    [Fact]
    public void A_report_of_two_views_is_inferred_from_the_one_that_was_used_and_names_both_as_evidence()
    {
        using var folder = new TempFolder();
        var first = folder.Write("1", TinyStudy.Image("P", "1.1", "1.1.1", "1.1.1.1"));
        var second = folder.Write("2", TinyStudy.Image("P", "1.1", "1.1.2", "1.1.2.1", view: "LL"));
        var report = Reports.Of(first, second);
        StructuredReport.Write(report, ReportHeader.Create(report, Reports.Key, identified: false), folder.At("sr.dcm"));
        Reports.Valid(folder.At("sr.dcm"));
        Assert.Equal(2, DicomFile.Read(folder.At("sr.dcm")).Dataset
            .Items(new DicomTag(0x0040A375))[0].Items(new DicomTag(0x00081115)).Count);
        Assert.Equal(3, Reports.Said("dsrdump", folder.At("sr.dcm")).Split("inferred from IMAGE").Length - 1);
    }

    [Fact]
    public void Calibrated_probabilities_and_answers_are_properties_of_the_findings()
    {
        using var folder = new TempFolder();
        var plain = Reports.Of(Phi);
        var report = plain with
        {
            Calibration = "calibrated: platt.",
            Findings = [.. plain.Findings.Select(f => f with { Calibrated = 0.25, Answer = FindingAnswer.Unsure })]
        };
        StructuredReport.Write(report, ReportHeader.Create(report, Reports.Key, false), folder.At("sr.dcm"));
        Reports.Valid(folder.At("sr.dcm"));
        var said = Reports.Said("dsrdump", folder.At("sr.dcm"));
        Assert.Contains("Calibrated probability", said);
        Assert.Contains("Indeterminate", said);
        Assert.Contains("calibrated: platt.", said);
        Assert.NotEqual(AnnotatedPicture.Draw(Reports.Picture, plain).Levels, AnnotatedPicture.Draw(Reports.Picture, report).Levels);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_secondary_capture_is_valid_and_shows_what_was_drawn(bool identified)
    {
        using var folder = new TempFolder();
        var (report, path) = (Reports.Of(Phi), folder.At("sc.dcm"));
        var header = ReportHeader.Create(report, Reports.Key, identified);
        var picture = AnnotatedPicture.Draw(Reports.Picture, report);
        SecondaryCapture.Write(picture, report.Lead, report, header, path);

        Reports.Valid(path);
        if (!identified) Reports.Private(path);
        var image = DicomImage.Read(path);
        Assert.Equal(picture.Levels, image.Display().Levels);
        var dataset = image.File.Dataset;
        Assert.Equal(header.Study, dataset.Uid(DicomTag.StudyInstanceUID));
        Assert.Equal("DX", dataset.Text(DicomTag.Modality));
        var source = Assert.Single(dataset.Items(new DicomTag(0x00082112)));
        Assert.Equal((header.InstanceOf(report.Lead), "1.2.840.10008.5.1.4.1.1.1.1"),
            (source.Uid(new DicomTag(0x00081155)), source.Uid(new DicomTag(0x00081150))));
        Assert.Equal("121322", Assert.Single(source.Items(new DicomTag(0x0040A170))).Text(DicomTag.CodeValue));
        Assert.NotEqual("9901", dataset.Text(DicomTag.SeriesNumber));
    }

    [Fact]
    public void A_grey_picture_of_an_odd_number_of_pixels_is_captured_too()
    {
        using var folder = new TempFolder();
        var report = Reports.Of(Phi);
        var picture = new Raster(33, 17, 1, [.. Enumerable.Range(0, 33 * 17).Select(i => (byte)i)]);
        SecondaryCapture.Write(picture, report.Lead, report, ReportHeader.Create(report, Reports.Key, false), folder.At("sc.dcm"),
            "heat map");
        Reports.Valid(folder.At("sc.dcm"));
        Assert.Equal(picture.Levels, DicomImage.Read(folder.At("sc.dcm")).Display().Levels);
    }

    [Fact]
    public void The_radiograph_stands_in_the_picture_and_text_beside_it()
    {
        var report = Reports.Of(Phi);
        var plain = AnnotatedPicture.Draw(Reports.Picture, report);
        Assert.Equal((512 + 460, 640), (plain.Width, plain.Height));
        var beside = Enumerable.Range(0, plain.Height)
            .Sum(y => Enumerable.Range(512, 460).Count(x => plain.Levels[(y * plain.Width + x) * 3] > 200));
        Assert.InRange(beside, 500, 60_000);                                       // letters, neither nothing nor all
        var red = new Raster(2, 2, 3, [255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0]);
        var covered = AnnotatedPicture.Draw(Reports.Picture, report, red, 0.5f);
        var middle = (320 * plain.Width + 256) * 3;
        Assert.True(covered.Levels[middle] > plain.Levels[middle]);
        Assert.InRange(covered.Levels[middle + 1], plain.Levels[middle + 1] / 2 - 2, plain.Levels[middle + 1] / 2 + 2);
    }

    [Fact]
    public void A_name_with_brackets_and_line_ends_stays_a_name()
    {
        using var folder = new TempFolder();
        var file = folder.Write("1",
            TinyStudy.Image("a]b[c", "1.1", "1.1.1", "1.1.1.1", more: m => m.Text(0x00081030, "LO", "x]\n(0010,0030) DA [19990101")));
        var report = Reports.Of(file);
        SecondaryCapture.Write(Reports.Picture, report.Lead, report, ReportHeader.Create(report, Reports.Key, identified: true),
            folder.At("sc.dcm"));
        var dataset = DicomFile.Read(folder.At("sc.dcm")).Dataset;
        Assert.Equal(("abc", null), (dataset.Text(DicomTag.PatientID), dataset.Text(DicomTag.PatientBirthDate)));
    }

    [Fact]
    public void A_picture_without_a_header_gives_no_report()
    {
        using var folder = new TempFolder();
        var report = Reports.Of(Phi);
        report = report with { Views = [report.Views[0] with { Source = report.Lead with { Identity = null } }] };
        Assert.Equal("no-dicom-source",
            Assert.Throws<InvalidInputException>(() =>
                StructuredReport.Write(report, ReportHeader.Create(report, Reports.Key, false), folder.At("x"))).Kind);
        Assert.Equal("no-dicom-source",
            Assert.Throws<InvalidInputException>(() => SecondaryCapture.Write(Reports.Picture, report.Lead, report,
                ReportHeader.Create(report, Reports.Key, false), folder.At("x"))).Kind);
    }

    [Theory, InlineData(0.5, "0.5"), InlineData(0.7512345678901234, "0.75123457"), InlineData(-123.45678901234567, "-123.45678901"),
        InlineData(1.5e-17, "1.5E-17"), InlineData(1.2345678901234e-17, "1.23456789E-17")]
    public void A_number_has_at_most_16_characters(double value, string text) => Assert.Equal(text, StructuredReport.Decimal(value));
}
