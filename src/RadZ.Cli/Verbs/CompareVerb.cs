using System.Text.Json;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Evaluation.Comparisons;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Runs;
using RadZ.Files;
using RadZ.RunReports;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz compare</c>: whether one of two runs is better.</summary>
static class CompareVerb
{
    static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Verb Create()
    {
        var (a, b) = (Shared.Word("A", "The first run's folder"), Shared.Word("B", "The second's"));
        var format = Choice.Of<Format>("--format", "How figures are written");
        var resamples = Choice.Number("--resamples", "Resamples of the bootstrap (default: 1000; 0: no intervals)", least: 0);
        var seed = Choice.Number("--seed", "Seed of the bootstrap (default: 42)", least: 0);
        var verb = new Verb("compare", "Compares two evaluations of the same images: paired tests, intervals by patient.")
        {
            Examples = ["radz compare run-before run-after"],
            Notes = ["Images or classes that only one of them has are left out, and that is said first.",
                "Per class: DeLong's paired test with Holm's correction; the mean: resampling of patients."],
        };
        verb.Add(a);
        verb.Add(b);
        verb.Add(format);
        verb.Add(resamples);
        verb.Add(seed);
        verb.SetAction(parsed => Run(parsed.GetValue(a)!, parsed.GetValue(b)!,
            new() { Resamples = parsed.GetValue(resamples) ?? 1000, Seed = parsed.GetValue(seed) ?? 42 }, parsed.GetValue(format)));
        return verb;
    }

    static int Run(string first, string second, BootstrapOptions options, Format format)
    {
        var (a, b) = (KeptRun.Read(first), KeptRun.Read(second));
        RunComparison comparison;
        try
        {
            comparison = RunComparison.Of(a.Test, b.Test, options);
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(second, "not-comparable", e.Message, e);
        }
        if (format == Format.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(comparison, s_json));
            Notices.ResearchUseOnError();
        }
        else
        {
            Console.Write(ComparisonText.Of(a, b, comparison, options));
            Console.WriteLine(Notices.ResearchUse);
        }
        return ExitCode.Ok;
    }
}
