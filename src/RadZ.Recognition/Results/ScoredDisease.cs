using RadZ.Data.Studies;
using RadZ.Files;

namespace RadZ.Recognition.Results;

/// <summary>One disease in one image.</summary>
/// <param name="Disease">Its name, as the user wrote it or as the knowledge base does.</param>
/// <param name="Score">The score that ranks, over tau; comparable only within one image and model.</param>
/// <param name="Probability">The paper's: softmax over the listed diseases, 0..1.</param>
/// <param name="Standalone">Against the disease's own negation, 0..1; not calibrated.</param>
sealed record ScoredDisease(string Disease, double Score, double Probability, double Standalone);

/// <summary>What came of one image: a broken file among 100,000 is a value, reported in its place.</summary>
abstract record ImageResult(string File)
{
    /// <summary>What header and gate say of it; null where only pixels were asked for.</summary>
    public SourceImage? Source { get; init; }

    /// <summary>The image was recognised.</summary>
    /// <param name="File">The image.</param>
    /// <param name="Findings">All listed diseases in the order of the list.</param>
    internal sealed record Recognized(string File, IReadOnlyList<ScoredDisease> Findings) : ImageResult(File)
    {
        /// <summary>The findings, most likely first.</summary>
        public IEnumerable<ScoredDisease> Ranked => Findings.OrderByDescending(f => f.Score);
    }

    /// <summary>The image could not be used.</summary>
    /// <param name="File">The file.</param>
    /// <param name="Error">Why; it may be shown.</param>
    internal sealed record Failed(string File, InvalidInputException Error) : ImageResult(File)
    {
        /// <summary>A stable word for programs.</summary>
        public string Kind => Error.Kind;

        /// <summary>For people.</summary>
        public string Message => Error.Message;
    }
}
