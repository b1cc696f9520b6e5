using RadZ.Data;
using RadZ.Evaluation.Abstention;
using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Binary;
using RadZ.Evaluation.Calibration;
using RadZ.Evaluation.Runs;
using RadZ.Evaluation.Tables;
using RadZ.Files;
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
            var (patientScores, patientPresent) = Validation.KnownPatients(c);
            var (rule, sets) = (AbstainingRule.Fit(scores, present, kind)!, ConformalSets.Fit(patientScores, patientPresent, 0.9));
            Assert.Equal((patientPresent.Count(p => p), patientPresent.Count(p => !p)), (own.PatientsWith, own.PatientsWithout));
            Assert.True(own.PatientsWith + own.PatientsWithout <= 90, "an image a patient");
            Assert.Equal((present.Count(p => p), present.Count(p => !p)), (own.Positives, own.Negatives));
            foreach (var score in (double[])[0, 0.03, 0.3, 0.55, 0.99, 1])
            {
                Assert.Equal(rule.Probability(score), own.Calibration.Apply(score));
                Assert.Equal(sets.AnswerFor(score), own.Sets(90).AnswerFor(score));
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

    [Fact]
    public void Of_a_patient_the_first_image_by_name_whose_label_is_known_counts()
    {
        ScoredImage[] rows = [new("b", "p", "s"), new("a", "p", "s"), new("c", "p", "s"), new("d", "q", "s"), new("e", "r", "s")];
        var table = new ScoreTable(rows, ["mass"], new[,] { { 0.1 }, { 0.2 }, { 0.3 }, { 0.4 }, { 0.5 } },
            new[,] { { Label.Absent }, { Label.Unknown }, { Label.Present }, { Label.Present }, { Label.Unknown } });
        var (scores, present) = table.KnownPatients(0);
        Assert.Equal([0.1, 0.4], scores);
        Assert.Equal([false, true], present);
    }

    [Fact]
    public void Steps_promise_no_more_than_so_many_images_show()
    {
        double[] scores = [.. Enumerable.Range(0, 30).Select(i => i - 15.0)];
        var calibration = ScoreCalibration.Fit(CalibrationKind.Isotonic, scores, [.. scores.Select(s => s is > 3 or -1)])!;
        Assert.Equal((0, 1), (calibration.Isotonic!.Apply(-15), calibration.Isotonic.Apply(14)));
        Assert.Equal((1 / 32.0, 31 / 32.0), (calibration.Apply(-15), calibration.Apply(14)));
        Assert.Equal((0, 1), ((calibration with { Images = null }).Apply(-15), (calibration with { Images = null }).Apply(14)));
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
