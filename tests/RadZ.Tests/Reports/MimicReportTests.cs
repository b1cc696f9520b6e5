using RadZ.Data.Reports;

namespace RadZ.Tests.Reports;

public class MimicReportTests
{
    const string Plain = " FINAL REPORT\n EXAMINATION: CHEST\n \n COMPARISON: None.\n \n FINDINGS: \n \n Clear lungs.\n No effusion.\n \n" +
        " IMPRESSION: \n \n Normal.\n";

    [Fact]
    public void Sections_by_headings()
    {
        var read = MimicReport.Parse("s1", Plain);
        Assert.Equal(("None.", "Clear lungs.\n No effusion.", "Normal.", "Normal.", null),
            (read.Comparison, read.Findings, read.Impression, read.Conclusion, read.LastParagraph));
        Assert.Equal(read, MimicReport.Parse("1", Plain.Replace("\n", "\r\n")));
    }

    [Theory]
    [InlineData(" X\n CONCLUSION: Edema.\n", "impression", "Edema.")]
    [InlineData(" X\n IMPRESSOIN: Edema.\n", "impression", "Edema.")]
    [InlineData(" X\n NDICATION: Edema.\n", "impression", "Edema.")]
    [InlineData(" X\n CHEST, TWO VIEWS: Edema.\n", "findings", "Edema.")]
    [InlineData(" X\n PORTABLE AP CHEST: Edema.\n", "findings", "Edema.")]
    [InlineData(" X\n RECOMMENDATION(S): Follow up.\n", "recommendations", "Follow up.")]
    [InlineData(" X\n FINDINGS: a.\n \n FINDINGS: b.\n", "findings", "b.")]                            // the last of a name
    // an empty one is none
    [InlineData(" X\n IMPRESSION: no change. SEE\n ALSO: more.\n IMPRESSION:\n \n", "impression", "no change. SEE")]
    public void One_spelling_and_the_last_of_a_name(string text, string name, string content) =>
        Assert.Equal(content, MimicReport.Cut(text).FindLast(s => s.Name == name).Text.Trim());

    [Fact]
    public void Without_findings_and_impression_the_text_below_the_last_heading_counts()
    {
        var read = MimicReport.Parse("s1", " X\n HISTORY: cough.\n \n The lungs are clear.\n \n No effusion.\n");
        Assert.Equal(("cough.", "The lungs are clear.\n \n No effusion."), (read.Indication, read.LastParagraph));
        Assert.Equal(read.LastParagraph, read.Conclusion);
        Assert.Equal("seen ___.", MimicReport.Parse("s1", " X\n COMPARISON: seen ___.\n").Conclusion);
        Assert.Null(MimicReport.Parse("s1", "no heading at all").Conclusion);
    }

    [Fact]
    public void The_publishers_corrections_hold()
    {
        Assert.Equal("all of it.", MimicReport.Parse("s57936451", " X\n INDICATION: all of it.\n IMPRESSION: not this.\n").Conclusion);
        Assert.Equal("3456", MimicReport.Parse("50525523", new string('x', 201) + "3456" + new string(' ', 300)).Conclusion);
        Assert.Null(MimicReport.Parse("s58235663", Plain).Conclusion);
        Assert.Equal((23, 31), (MimicCorrections.Names.Count, MimicCorrections.Places.Count));
    }
}
