using RadZ.Evaluation;
using RadZ.Tests.Evaluation.Report;

namespace RadZ.Tests.Evaluation.Protocols;

/// <summary>A calibration on disk says what the library's own parts say, and nothing else is taken for one.</summary>
public class CalibrationFileTests
{
    static ScoreTable Validation => BenchmarkScores.Under(new(), MadeRun.Table("v", 200, 90, 2), MadeRun.Classes);

    static CalibrationFile Fit(string folder, CalibrationKind kind)
    {
        MadeRun.Write(folder);
        return CalibrationFile.Fit(kind, Validation, EvaluationRun.Read(folder));
    }

    [Theory, InlineData(CalibrationKind.Platt), InlineData(CalibrationKind.Temperature), InlineData(CalibrationKind.Isotonic)]
    public void Written_and_read_it_gives_the_bits_of_what_was_fitted(CalibrationKind kind)
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, CalibrationFile.FileName);
        Fit(folder.Path, kind).Write(path);
        var read = CalibrationFile.Read(path);
        Assert.Equal(Validation.Diseases, read.Classes.Select(c => c.Class));
        Assert.Contains("fitted on 200 images of 90 patients of chestxray14, split 'valid'", read.ToString());
        foreach (var (c, own) in read.Classes.Index())
        {
            var (scores, present, _) = Validation.Known(c);
            var (rule, sets) = (AbstainingRule.Fit(scores, present, kind)!, ConformalSets.Fit(scores, present, 0.9));
            Assert.Equal((present.Count(p => p), present.Count(p => !p)), (own.Positives, own.Negatives));
            foreach (var score in (double[])[0, 0.03, 0.3, 0.55, 0.99, 1])
            {
                Assert.Equal(rule.Probability(score), own.Calibration.Apply(score));
                Assert.Equal(sets.Of(score), own.Sets(90).Of(score));
            }
            Assert.Equal(rule.LeastConfidence(0.8), own.LeastConfidence[79]);
        }
    }

    [Fact]
    public void A_calibrated_score_is_better_calibrated_on_its_own_images()
    {
        var (scores, present, _) = Validation.Known(0);
        var calibration = ScoreCalibration.Fit(CalibrationKind.Platt, scores, present)!;
        Assert.True(ProbabilityScores.LogLoss([.. scores.Select(calibration.Apply)], present) < ProbabilityScores.LogLoss(scores, present));
        Assert.Null(ScoreCalibration.Fit(CalibrationKind.None, scores, present));
        Assert.Null(ScoreCalibration.Fit(CalibrationKind.Isotonic, [0.1, 0.2], [true, true]));
    }

    [Theory]
    [InlineData("\"kind\": \"calibration\"", "\"kind\": \"evaluation\"", "expected 'calibration' and 1.")]
    [InlineData("\"policy\"", "\"polisy\"", "unknown member 'polisy'")]
    [InlineData("\"class\": \"edema\"", "\"class\": \"mass\"", "class 'mass' stands twice.")]
    public void A_broken_file_is_told(string before, string after, string error)
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "c.json");
        Fit(folder.Path, CalibrationKind.Platt).Write(path);
        File.WriteAllText(path, File.ReadAllText(path).Replace(before, after));
        Assert.Contains(error, Assert.Throws<InvalidInputException>(() => CalibrationFile.Read(path)).Message);
    }
}
