using RadZ.Data;
using RadZ.Evaluation.Projection;

namespace RadZ.Tests.Evaluation;

public class FeatureSpaceTests
{
    const Label Yes = Label.Present, No = Label.Absent;

    // a, b point along x; c, d along y; e has both diseases and is in no group
    static readonly float[][] s_images = [[1, 0], [2, 0], [0, 1], [0, 3], [1, 1]];
    static readonly Label[,] s_labels = { { Yes, No }, { Yes, No }, { No, Yes }, { No, Yes }, { Yes, Yes } };
    static readonly float[][] s_texts = [[5, 0], [0, 5]];

    [Fact]
    public void Known_by_hand()
    {
        var space = FeatureSpace.Measure(s_images, s_labels, ["p1", "p2", "p3", "p4", "p5"], s_texts, neighbors: 1);
        Assert.Equal((5, 4, 1.0, 1.0), (space.Images, space.Single, space.Silhouette!.Value, space.Agreement!.Value));
        Assert.Equal(1 / 3.0, space.AgreementByChance!.Value, 12);                  // of three others one has the same label
        Assert.Equal((4 + 2 * Math.Sqrt(0.5)) / 6, space.OwnText!.Value, 6);
        Assert.Equal(0, space.OtherText!.Value, 6);
        // both means lie on the diagonal: of images (2 + r, 2 + r) / 5 with r = sqrt(1/2), of texts (1/2, 1/2)
        Assert.Equal(Math.Sqrt(2) * Math.Abs((2 + Math.Sqrt(0.5)) / 5 - 0.5), space.ModalityGap, 6);
    }

    [Fact]
    public void A_patients_own_images_are_no_neighbours()
    {
        var space = FeatureSpace.Measure(s_images, s_labels, ["p1", "p1", "p2", "p2", "p3"], s_texts, neighbors: 2);
        Assert.Equal((0.0, 0.0), (space.Agreement!.Value, space.AgreementByChance!.Value));
    }

    [Fact]
    public void What_has_no_two_groups_has_no_silhouette()
    {
        var space = FeatureSpace.Measure([[1, 0], [1, 1]], new[,] { { Yes }, { Label.Unknown } }, ["p", "q"], [[1f, 0]]);
        Assert.Null(space.Silhouette);
        Assert.Null(space.OtherText);
        Assert.Null(space.Agreement);
        Assert.Throws<ArgumentException>(() => FeatureSpace.Measure([[1f]], new Label[1, 2], ["p"], [[1f]]));
    }

    [Fact]
    public void Silhouette_is_that_of_the_definition()
    {
        var random = new Random(5);
        var rows = Enumerable.Range(0, 20).Select(_ => Enumerable.Range(0, 4).Select(_ => (float)random.NextDouble()).ToArray()).ToArray();
        var labels = new Label[20, 2];
        for (var i = 0; i < 20; i++) labels[i, i % 3 == 0 ? 0 : 1] = Yes;
        var unit = UnitRows.Normalize(rows);
        double Distance(int i, int j) => 1 - unit[i].Zip(unit[j], (a, b) => (double)a * b).Sum();
        var expected = Enumerable.Range(0, 20).Average(i =>
        {
            var a = Enumerable.Range(0, 20).Where(j => j != i && (j % 3 == 0) == (i % 3 == 0)).Average(j => Distance(i, j));
            var b = Enumerable.Range(0, 20).Where(j => (j % 3 == 0) != (i % 3 == 0)).Average(j => Distance(i, j));
            return (b - a) / Math.Max(a, b);
        });
        Assert.Equal(expected, FeatureSpace.Measure(rows, labels, [.. Enumerable.Range(0, 20).Select(i => $"{i}")],
            [[1, 0, 0, 0], [0, 1, 0, 0]])
            .Silhouette!.Value, 5);
    }
}
