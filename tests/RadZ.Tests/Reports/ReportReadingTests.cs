using RadZ.Data;
using RadZ.Data.Reports;
using RadZ.Text.Knowledge;

namespace RadZ.Tests.Reports;

/// <summary>Sentences as radiologists write them; none comes from a grammar of ours.</summary>
public class ReportReadingTests
{
    static readonly ReportReading s_reading = new(KnowledgeBase.Embedded);

    [Theory]
    [InlineData("There is a small left pleural effusion.", "pleural effusion Present Left")]
    [InlineData("No focal consolidation, pneumothorax or pleural effusion.",
        "consolidation Absent None; pneumothorax Absent None; pleural effusion Absent None")]
    [InlineData("No pneumothorax but a large right effusion.", "pneumothorax Absent None; pleural effusion Present Right")]
    [InlineData("Bilateral pleural effusions with right basilar atelectasis.", "pleural effusion Present Both; atelectasis Present Right")]
    [InlineData("Consolidation in the left lower lobe and a nodule in the right upper lobe.",
        "consolidation Present Left; nodule Present Right")]
    [InlineData("Pneumonia cannot be excluded.", "pneumonia Uncertain None")]
    [InlineData("Left basilar opacity may represent atelectasis versus pneumonia.", "atelectasis Uncertain Left; pneumonia Uncertain None")]
    [InlineData("No change in the left pleural effusion.", "pleural effusion Present Left")]
    [InlineData("The previously seen pneumothorax has resolved.", "pneumothorax Absent None")]
    [InlineData("Pulmonary edema is not seen.", "edema Absent None")]
    [InlineData("The heart is mildly enlarged.", "cardiomegaly Present None")]
    [InlineData("The heart is not enlarged.", "cardiomegaly Absent None")]
    [InlineData("Heart size is normal.", "cardiomegaly Absent None")]
    [InlineData("No acute cardiopulmonary abnormality.", "no finding Present None")]
    [InlineData("History of pneumonia.", "")]
    [InlineData("Free of edema, however there are multiple pulmonary nodules bilaterally.", "edema Absent None; nodule Present Both")]
    [InlineData("In the right lung there is consolidation.", "consolidation Present Right")]
    [InlineData("Bacterial pneumonia of the left lung.", "bacterial pneumonia Present Left")]
    [InlineData("Two masses of 3.5 cm in the right lung.", "mass Present Right")]
    [InlineData("Suspicious for pneumothorax on the left.", "pneumothorax Uncertain Left")]
    public void A_sentence_says(string sentence, string expected) =>
        Assert.Equal(expected, string.Join("; ", s_reading.Read(sentence).Select(s => $"{s.Disease} {s.Certainty} {s.Side}")));

    [Fact]
    public void Only_findings_and_impression_are_read()
    {
        var labels = s_reading.Labels("INDICATION: evaluate for pneumothorax, known emphysema.\nCOMPARISON: prior film with pneumonia.\n" +
            "\nFINDINGS: 1. Small right effusion.\nNo pneumothorax.\n\nIMPRESSION: Effusion.");
        Assert.Equal([("pleural effusion", Label.Present), ("pneumothorax", Label.Absent)],
            labels.ByDisease.Select(l => (l.Key, l.Value)).Order());
    }

    [Fact]
    public void Present_wins_over_absent_and_doubt_leaves_unknown()
    {
        Assert.Equal(Label.Present, s_reading.Labels("No effusion. Small right effusion.")["pleural effusion"]);
        Assert.Equal(Label.Unknown, s_reading.Labels("Possible effusion. No effusion on the left.")["pleural effusion"]);
        Assert.Equal(Label.Unknown, s_reading.Labels("The lungs are clear.")["fibrosis"]);
        Assert.Equal(Label.Absent, s_reading.Labels("The lungs are clear.")["pneumonia"]);
    }
}
