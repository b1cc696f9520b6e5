using System.CommandLine;
using System.Text.Json;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Evaluation.Intervals;
using RadZ.Imaging.Gate;
using RadZ.Recognition.Images;
using RadZ.Training.Gate;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz gate</c>: trains the gate's weights, and measures a gate on films and other pictures.</summary>
static class GateVerb
{
    static readonly (string Header, Func<GateRate, Cell> Of)[] s_columns =
    [
        ("pictures", r => r.Set), ("", r => r.Made), ("n", r => Cell.Number($"{r.Pictures:N0}")),
        ("doubted", r => Cell.Number($"{100.0 * r.Doubted / Math.Max(1, r.Pictures):0.0} %")), ("95 %", Interval),
        ("fitting", r => Cell.Number(r.Right is { } n ? $"{100.0 * n / Math.Max(1, r.Pictures):0.0} %" : "")),
        ("reasons", r => string.Join(", ", r.Reasons.Select(p => $"{p.Key} {p.Value}"))),
    ];

    public static Command Create() => new("gate",
        "Trains or measures the gate that doubts pictures which are no upright frontal chest radiograph.") { Train(), Measure() };

    static Verb Train()
    {
        var (recipe, data) = (Recipe(), Data());
        var output = new Option<string>("--out")
        {
            Description = "The folder to write gate.safetensors and gate.json into",
            HelpName = "DIR",
            Required = true,
        };
        var steps = Choice.Number("--steps", "Steps of 128 pictures (default: 4000)", least: 1);
        var seed = Choice.Number("--seed", "Decides weights and pictures (default: 1)", least: 0);
        var verb = new Verb("train", "Trains the gate's small network on real films, their transforms, and drawn pictures.")
        {
            Examples = ["radz gate train recipes/radz-small.json --out models/gate"],
            Notes = ["Half of the patients are fitted to, a fifth set the threshold, the rest is for radz gate measure. One thread " +
                "(OMP_NUM_THREADS=1) gives the same bits again."],
        };
        verb.Add(recipe);
        foreach (var option in (Option[])[output, data, steps, seed]) verb.Add(option);
        verb.SetAction((parsed, cancel) =>
        {
            var films = GateSamples.Read(parsed.GetRequiredValue(recipe), parsed.GetValue(data));
            TellDrawn(films);
            var count = parsed.GetValue(steps) ?? 4000;
            using var counter = new ProgressCounter("step", count);
            var trained = GateFolder.TrainAveraged(films.Samples, parsed.GetRequiredValue(output), count, parsed.GetValue(seed) ?? 1,
                counter.Step, cancel);
            Console.WriteLine($"loss {trained.Loss:0.000}, threshold {trained.Threshold.Threshold}, set by " +
                $"{string.Join(", ", trained.Threshold.Films.Select(f => $"{f.Value:N0} films of {f.Key}"))}");
            return Task.FromResult(ReportSkipped([.. films.Skipped, .. trained.Broken.Select(b => b.Reason)]));
        });
        return verb;
    }

    static Verb Measure()
    {
        var (recipe, data) = (Recipe(), Data());
        var gate = new Option<string?>("--gate")
        {
            Description = "The folder of another gate (default: the one in the program)",
            HelpName = "DIR",
        };
        var others = new Option<string[]>("--others")
        {
            Description = "Folders of pictures that are no chest radiographs, measured beside",
            HelpName = "DIR",
        };
        var format = Choice.Option<Format>("--format", "How it is written");
        var verb = new Verb("measure", "Counts how often the gate doubts films it was not fitted to, as they are and transformed.")
        {
            Examples = ["radz gate measure recipes/radz-small.json", "radz gate measure recipes/radz-small.json --others photographs"],
        };
        verb.Add(recipe);
        foreach (var option in (Option[])[data, gate, others, format]) verb.Add(option);
        verb.SetAction((parsed, cancel) =>
        {
            var measurement = new GateMeasurement(parsed.GetValue(gate) is { } folder ? GateFolder.Open(folder) : PixelGate.Shipped);
            var films = GateSamples.Read(parsed.GetRequiredValue(recipe), parsed.GetValue(data));
            TellDrawn(films);
            GateRate[] rates = [.. measurement.Films(films.Samples, cancel),
                .. (parsed.GetValue(others) ?? []).Select(f => measurement.Folder(f, ImageFiles.Find([f]), cancel))];
            Write(rates, parsed.GetValue(format));
            return Task.FromResult(ReportSkipped([.. films.Skipped, .. measurement.Broken]));
        });
        return verb;
    }

    /// <summary>What could not be used, a line each.</summary>
    static int ReportSkipped(IReadOnlyList<string> skipped)
    {
        foreach (var reason in skipped) Console.Error.WriteLine($"error: skipped: {reason}");
        return skipped.Count > 0 ? ExitCode.BadInput : ExitCode.Ok;
    }

    static void Write(GateRate[] rates, Format format)
    {
        if (format == Format.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(rates, JsonText.Options));
            return;
        }
        Page.ForOutput().Table(s_columns, rates);
    }

    static Cell Interval(GateRate rate)
    {
        if (rate.Pictures == 0) return "";
        var interval = Wilson.Compute(rate.Doubted, rate.Pictures);
        return Cell.Number($"{100 * interval.Low:0.0} to {100 * interval.High:0.0}");
    }

    static Argument<string> Recipe() =>
        SharedOptions.Word("RECIPE", "A recipe whose data are upright frontal chest radiographs; its phases are not looked at");

    static Option<string?> Data() => new("--data") { Description = "In place of the recipe's data root", HelpName = "ROOT" };

    static void TellDrawn(GateSamples films)
    {
        if (films.Drawn > 0) Console.Error.WriteLine($"{films.Drawn:N0} phantoms left out: a gate is fitted to films.");
    }
}
