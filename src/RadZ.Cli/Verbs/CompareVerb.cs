using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.RunReports;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz compare</c>: whether one of two runs is better.</summary>
static class CompareVerb
{
    public static Verb Create()
    {
        var (a, b) = (SharedOptions.Word("A", "The first run's folder"), SharedOptions.Word("B", "The second's"));
        var format = Choice.Option<Format>("--format", "How figures are written");
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
        verb.SetAction(parsed =>
        {
            var compared = ComparedRuns.Read(parsed.GetRequiredValue(a), parsed.GetRequiredValue(b),
                new() { Resamples = parsed.GetValue(resamples) ?? 1000, Seed = parsed.GetValue(seed) ?? 42 });
            Results.Write(parsed.GetValue(format), compared.Json() + "\n", $"{compared}{Notices.ResearchUse}\n", [Notices.ResearchUse]);
            return ExitCode.Ok;
        });
        return verb;
    }
}
