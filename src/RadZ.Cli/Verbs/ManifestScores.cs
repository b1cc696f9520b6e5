using RadZ.Data;
using RadZ.Data.Studies;
using RadZ.Evaluation.Tables;
using RadZ.Recognition.Results;
using RadZ.Recognition.Scoring;

namespace RadZ.Cli.Verbs;

/// <summary>Which probability figures are taken on.</summary>
enum ProbabilityKind
{
    /// <summary>Softmax over the columns.</summary>
    Paper,

    /// <summary>Each disease against its own negation.</summary>
    Standalone,

    /// <summary>
    /// Each disease's ranking score by itself: for images with several diseases, of which a softmax lets only one be likely.
    /// </summary>
    Score,
}

/// <summary>Joins what the recognizer says of a manifest's images with its labels.</summary>
static class ManifestScores
{
    /// <summary>Scores all samples; images that cannot be read and rows that were skipped are <see cref="ScoreTable.Failed"/>.</summary>
    public static async Task<ScoreTable> Of(
        ImageScorer recognizer, SampleSet samples, IReadOnlyList<DiseaseColumn> columns, ProbabilityKind kind, Action done,
        CancellationToken cancel)
    {
        List<FailedImage> failed =
            [.. samples.Skipped.Select(s => new FailedImage(new($"{s.Path}:{s.Line}", "", ""), $"{s.Path}:{s.Line}: {s.Reason}"))];
        List<(Sample Sample, IReadOnlyList<ScoredDisease> Findings)> scored = [];
        var (at, pseudonyms) = (0, Pseudonyms.OfInstallation());
        await foreach (var result in recognizer.Recognise([.. samples.Samples.Select(s => s.Image)], cancel: cancel).ConfigureAwait(false))
        {
            var sample = samples.Samples[at++];
            if (result is ImageResult.Recognised recognised) scored.Add((sample, recognised.Findings));
            else if (result is ImageResult.Failed bad)
                failed.Add(new(Image(sample, pseudonyms), ShownFile.Of(sample.Image, pseudonyms).Tell(bad.Message)));
            done();
        }
        var (scores, labels) = (new double[scored.Count, columns.Count], new Label[scored.Count, columns.Count]);
        for (var row = 0; row < scored.Count; row++)
            for (var c = 0; c < columns.Count; c++)
            {
                var finding = scored[row].Findings[c];
                scores[row, c] = kind switch
                {
                    ProbabilityKind.Paper => finding.Probability,
                    ProbabilityKind.Standalone => finding.Standalone,
                    _ => finding.Score,
                };
                labels[row, c] = scored[row].Sample.Labels[columns[c].Name];
            }
        return new([.. scored.Select(s => Image(s.Sample, pseudonyms))], [.. columns.Select(c => c.Header)], scores, labels)
        {
            Failed = failed,
        };
    }

    static ScoredImage Image(Sample sample, Pseudonyms pseudonyms) =>
        new(ShownFile.Of(sample.Image, pseudonyms).Shown, sample.Patient, sample.Source);
}
