using RadZ.Data.Studies;
using RadZ.Recognition.Results;

namespace RadZ.Recognition.Archives;

/// <summary>One answer as it is written: of an image or of a study, with its findings or why there are none.</summary>
/// <param name="Name">The file as it is shown, or the study's pseudonym.</param>
abstract record Answer(string Name)
{
    /// <summary>An image was recognised.</summary>
    internal sealed record OfImage(ImageResult.Recognized Result) : Answer(Result.File);

    /// <summary>A study was.</summary>
    internal sealed record OfStudy(StudyResult Result, StudyAnswer Answer) : Answer(NameOf(Result))
    {
        static string NameOf(StudyResult result) => result.Study.Id ?? result.Images[0].File;
    }

    /// <summary>An image could not be used.</summary>
    internal sealed record Failure(ImageResult.Failed Result) : Answer(Result.File);

    /// <summary>The findings, likeliest first; none of a failure.</summary>
    public IEnumerable<ScoredDisease> Ranked => this switch
    {
        OfImage image => image.Result.Ranked,
        OfStudy study => study.Answer.Ranked,
        _ => [],
    };

    /// <summary>The images behind it.</summary>
    public IEnumerable<SourceImage> Sources => this switch
    {
        OfImage { Result.Source: { } source } => [source],
        OfStudy study => study.Result.Images.Select(i => i.Source).OfType<SourceImage>(),
        _ => [],
    };

    /// <summary>The answer of an image.</summary>
    public static Answer From(ImageResult result) =>
        result is ImageResult.Recognized recognized ? new OfImage(recognized) : new Failure((ImageResult.Failed)result);

    /// <summary>The answers of a study: its failures, then itself where any image was recognised.</summary>
    public static IEnumerable<Answer> From(StudyResult result) =>
        [.. result.Images.OfType<ImageResult.Failed>().Select(f => new Failure(f)),
            .. result.Answer is { } answer ? (Answer[])[new OfStudy(result, answer)] : []];
}
