using RadZ.Data.Studies;

namespace RadZ.Recognition.Results;

/// <summary>
/// A study's findings: of its views the frontal ones are used (those that the header does not call lateral or oblique; pixels alone leave
/// none out), or all where none is frontal; a disease's score is the mean of their scores, its probability the softmax of the means, its
/// standalone figure the mean of theirs. One view alone keeps its own numbers to the last bit.
/// </summary>
/// <param name="Findings">In the order of the list.</param>
/// <param name="Used">The views that were used.</param>
/// <param name="Rule">What was done, in a sentence.</param>
sealed record StudyAnswer(IReadOnlyList<ScoredDisease> Findings, IReadOnlyList<ImageResult.Recognized> Used, string Rule)
{
    /// <summary>The findings, most likely first.</summary>
    public IEnumerable<ScoredDisease> Ranked => Findings.OrderByDescending(f => f.Score);

    /// <summary>The answer of some views; null where none was recognised.</summary>
    public static StudyAnswer? Combine(IReadOnlyList<ImageResult> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var recognized = images.OfType<ImageResult.Recognized>().ToList();
        if (recognized.Count == 0) return null;
        var frontal = recognized.Where(r => r.Source is not { IsFromTheSide: true }).ToList();
        var used = frontal.Count > 0 ? frontal : recognized;
        var left = recognized.Count - used.Count;
        var rule = used.Count == 1 && left == 0 ? "One view."
            : $"Mean of the scores of {used.Count} {(frontal.Count > 0 ? "frontal" : "other")} view{(used.Count == 1 ? "" : "s")}" +
                $"{(left > 0 ? $", {left} from the side left out" : frontal.Count == 0 ? ", since none is frontal" : "")}.";
        return new(used.Count == 1 ? used[0].Findings : Mean(used), used, rule);
    }

    static ScoredDisease[] Mean(List<ImageResult.Recognized> used)
    {
        var diseases = used[0].Findings;
        double[] scores = [.. diseases.Select((_, c) => used.Average(r => r.Findings[c].Score))];
        var probabilities = Probabilities.Paper(scores);
        return [.. diseases.Select((d, c) =>
            new ScoredDisease(d.Disease, scores[c], probabilities[c], used.Average(r => r.Findings[c].Standalone)))];
    }
}

/// <summary>What came of one study.</summary>
/// <param name="Study">The study.</param>
/// <param name="Images">A result for each of its files, in its order.</param>
/// <param name="Answer">Its findings; null where no image was recognised.</param>
sealed record StudyResult(Study Study, IReadOnlyList<ImageResult> Images, StudyAnswer? Answer);
