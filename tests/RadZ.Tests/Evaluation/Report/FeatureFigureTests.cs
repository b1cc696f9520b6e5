using RadZ.Evaluation.Projection;
using RadZ.RunReports.Figures;
using RadZ.TestKit;

namespace RadZ.Tests.Evaluation.Report;

public class FeatureFigureTests
{
    static readonly (double, double)[] s_points = [(0, 0), (1, 0), (0, 2), (4, 4), (3, 3)];
    static readonly string?[] s_labels = ["mass", "edema", null, "mass", "edema"];
    static readonly Modality[] s_modalities = [Modality.Image, Modality.Image, Modality.Image, Modality.Text, Modality.Text];

    [Fact]
    public void A_picture_and_its_data_are_as_approved()
    {
        var space = new FeatureSpace
        {
            Images = 3,
            Single = 2,
            Silhouette = 0.25,
            Neighbours = 10,
            Agreement = 0.5,
            AgreementByChance = 0.25,
            OwnText = 0.75,
            OtherText = 0.125,
            ModalityGap = 1.5,
        };
        var figure = FeatureFigure.Draw([new("before", s_points, s_labels, s_modalities),
            new("after", s_points, s_labels, s_modalities) { Space = space }]);
        Approved.Verify(figure.Svg + "\n" + figure.Csv);
    }

    [Fact]
    public void One_map_stands_alone()
    {
        var figure = FeatureFigure.Draw(s_points, s_labels, s_modalities);
        Assert.Equal(6, figure.Csv.TrimEnd('\n').Split('\n').Length);
        Assert.Contains("width=\"360\"", figure.Svg);
        Assert.Contains(">category sentence</text>", figure.Svg);
    }

    [Fact]
    public void Parts_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => FeatureFigure.Draw([]));
        Assert.Throws<ArgumentException>(() => FeatureFigure.Draw(s_points, s_labels[..2], s_modalities));
    }
}
