using System.CommandLine;
using System.Globalization;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Phantoms;
using RadZ.Phantoms.Files;
using RadZ.Phantoms.Plan;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz phantom</c>: synthetic radiographs with their truth.</summary>
static class PhantomVerb
{
    enum Sites
    {
        A,
        B,
        Both,
    }

    public static Command Create()
    {
        var output = SharedOptions.Word("OUT", "The folder to write; empty or new, or one that this command began");
        var count = Choice.Number("--count", "How many (default: 100)", least: 1);
        var seed = Choice.Number("--seed", "Chance of everything (default: 1); the same seed and number are the same patient at both sites",
            least: 0);
        var size = Choice.Number("--size",
            $"Side of the pictures in pixels, {PhantomSource.LeastSize} to {PhantomSource.MostSize} (default: 224)",
            least: PhantomSource.LeastSize);
        size.Validators.Add(r =>
        {
            if (r.Errors.Any() || r.Tokens.Count == 0 || !int.TryParse(r.Tokens[^1].Value, out var side) || side <= PhantomSource.MostSize)
                return;
            r.AddError($"--size is '{side}', expected at most {PhantomSource.MostSize}");
        });
        var site = Choice.Option<Sites>("--site", "The hospital: its machine, its habits, the words of its reports");
        var findings = new Option<string?>("--findings")
        {
            Description = "Only these of the 14 findings are drawn (default: all)",
            HelpName = "a,b",
        };
        var prevalence = new Option<double?>("--prevalence")
        {
            Description = "Share of the phantoms with at least one finding, 0 to 1 (default: 0.75)",
            HelpName = "P",
            CustomParser = result =>
            {
                if (double.TryParse(result.Tokens[^1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var p)
                    && p is >= 0 and <= 1) return p;
                result.AddError($"--prevalence is '{result.Tokens[^1].Value}', expected a number from 0 to 1");
                return null;
            },
        };
        var bits = new Option<int?>("--bits") { Description = "Bits of a grey value (default: 8)", HelpName = "8|16" };
        bits.Validators.Add(r =>
        {
            if (r.Tokens.Count > 0 && r.Tokens[^1].Value is not ("8" or "16"))
                r.AddError($"--bits is '{r.Tokens[^1].Value}', expected 8 or 16");
        });
        var verb = new Verb("phantom",
            "Makes synthetic chest radiographs with labels, masks, boxes and reports that are true by construction.")
        {
            Examples =
            [
                "radz phantom phantoms --count 1000",
                "radz phantom phantoms-b --count 500 --seed 2 --site b --size 512 --bits 16",
                "radz phantom effusions --count 200 --findings \"pleural effusion,cardiomegaly\" --prevalence 0.5",
                "radz evaluate phantoms/manifest.csv --diseases pneumothorax,\"no finding\"",
            ],
            Notes =
            [
                "Writes images/, masks/, manifest.csv (train and evaluate read it), reports.csv, boxes.csv, patients.csv,",
                "card.md. The same arguments give the same bytes on any machine. A run that was stopped or killed goes on",
                "when the command is given again.",
                "No patient is in the pictures, and what a model does on them says nothing about patients.",
            ],
        };
        verb.Add(output);
        foreach (var option in (Option[])[count, seed, size, site, findings, prevalence, bits]) verb.Add(option);
        verb.SetAction((parsed, cancel) => RunAsync(parsed.GetRequiredValue(output), new PhantomSettings
        {
            Count = parsed.GetValue(count) ?? 100,
            Seed = (ulong)(parsed.GetValue(seed) ?? 1),
            Size = parsed.GetValue(size) ?? 224,
            Sites = parsed.GetValue(site) switch
            {
                Sites.A => [Site.A.Name],
                Sites.B => [Site.B.Name],
                _ => [.. Site.All.Select(s => s.Name)],
            },
            Findings = PhantomFindings.Resolve(parsed.GetValue(findings) is { } list ? SharedOptions.Split(list) : null),
            Prevalence = parsed.GetValue(prevalence) ?? new PhantomOptions().Prevalence,
            Bits = parsed.GetValue(bits) ?? 8,
        }, cancel));
        return verb;
    }

    static Task<int> RunAsync(string output, PhantomSettings settings, CancellationToken cancel)
    {
        PhantomFindings.Require(settings);
        int kept;
        try
        {
            using var counter = new ProgressCounter("drawn", settings.Count);
            kept = new PhantomFolder(output).Write(settings, _ => counter.Step(), cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Console.Error.WriteLine("Give the same command again to go on.");
            throw;
        }
        Console.WriteLine($"{output}: {settings.Count} phantoms of {settings.Size} px, site {string.Join(" and ", settings.Sites)}, seed " +
            $"{settings.Seed}{(kept > 0 ? $"; {kept} of them were there already" : "")}.");
        Console.WriteLine($"No patient is in them. {Notices.ResearchUse}");
        return Task.FromResult(ExitCode.Ok);
    }
}
