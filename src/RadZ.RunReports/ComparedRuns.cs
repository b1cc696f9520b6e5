using System.Text.Encodings.Web;
using System.Text.Json;
using RadZ.Evaluation.Comparisons;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Runs;
using RadZ.Files;

namespace RadZ.RunReports;

/// <summary>Two evaluations of the same images, side by side.</summary>
/// <param name="First">One run.</param>
/// <param name="Second">The other.</param>
/// <param name="Comparison">Paired tests and intervals.</param>
/// <param name="Options">Of the intervals.</param>
sealed record ComparedRuns(StoredRun First, StoredRun Second, RunComparison Comparison, BootstrapOptions Options)
{
    static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads two folders and compares them.</summary>
    /// <exception cref="InvalidInputException">One is no evaluation, or they have no image or class in common.</exception>
    public static ComparedRuns Read(string first, string second, BootstrapOptions options)
    {
        var (a, b) = (StoredRun.Read(first), StoredRun.Read(second));
        try
        {
            return new(a, b, RunComparison.Compare(a.Test, b.Test, options), options);
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(second, "not-comparable", e.Message, e);
        }
    }

    /// <summary>For programs.</summary>
    public string Json() => JsonSerializer.Serialize(Comparison, s_json);

    /// <summary>For people.</summary>
    public override string ToString() => ComparisonText.Render(First, Second, Comparison, Options);
}
