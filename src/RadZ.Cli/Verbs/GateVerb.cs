using System.CommandLine;
using System.Text.Json;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Data;
using RadZ.Evaluation.Intervals;
using RadZ.Files;
using RadZ.Imaging.Gate;
using RadZ.Recognition.Images;
using RadZ.Training.Data;
using RadZ.Training.Gate;
using RadZ.Training.Recipes;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz gate</c>: trains the gate's weights, and measures a gate on films and other pictures.</summary>
static class GateVerb
{
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
            var (samples, skipped) = Samples(parsed.GetRequiredValue(recipe), parsed.GetValue(data));
            var last = 0.0;
            using var counter = new Counter("step", parsed.GetValue(steps) ?? 4000);
            var (threshold, broken) = GateFolder.Train(samples, parsed.GetRequiredValue(output), parsed.GetValue(steps) ?? 4000,
                parsed.GetValue(seed) ?? 1, step =>
            {
                counter.Step();
                last = last == 0 ? step.Loss : 0.98 * last + 0.02 * step.Loss;
            }, cancel);
            Console.WriteLine($"loss {last:0.000}, threshold {threshold.Threshold}, set by " +
                $"{string.Join(", ", threshold.Films.Select(f => $"{f.Value:N0} films of {f.Key}"))}");
            return Task.FromResult(Told([.. skipped, .. broken.Select(b => b.Reason)]));
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
        var format = Choice.Of<Format>("--format", "How it is written");
        var verb = new Verb("measure", "Counts how often the gate doubts films it was not fitted to, as they are and transformed.")
        {
            Examples = ["radz gate measure recipes/radz-small.json", "radz gate measure recipes/radz-small.json --others photographs"],
        };
        verb.Add(recipe);
        foreach (var option in (Option[])[data, gate, others, format]) verb.Add(option);
        verb.SetAction((parsed, cancel) =>
        {
            var measurement = new GateMeasurement(parsed.GetValue(gate) is { } folder ? GateFolder.Open(folder) : PixelGate.Shipped);
            var (samples, skipped) = Samples(parsed.GetRequiredValue(recipe), parsed.GetValue(data));
            GateRate[] rates = [.. measurement.Films(samples, cancel),
                .. (parsed.GetValue(others) ?? []).Select(f => measurement.Folder(f, ImageFiles.Of([f]), cancel))];
            Write(rates, parsed.GetValue(format));
            return Task.FromResult(Told([.. skipped, .. measurement.Broken]));
        });
        return verb;
    }

    /// <summary>What could not be used, a line each.</summary>
    static int Told(IReadOnlyList<string> skipped)
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
        var page = Page.OfOutput();
        page.Table(["pictures", "", "n", "doubted", "95 %", "fitting", "reasons"], [.. rates.Select(r => new Cell[]
        {
            r.Set, r.Made, Cell.Number($"{r.Pictures:N0}"), Cell.Number($"{100.0 * r.Doubted / Math.Max(1, r.Pictures):0.0} %"),
            Interval(r), Cell.Number(r.Right is { } n ? $"{100.0 * n / Math.Max(1, r.Pictures):0.0} %" : ""),
            string.Join(", ", r.Reasons.Select(p => $"{p.Key} {p.Value}")),
        })]);
    }

    static Cell Interval(GateRate rate)
    {
        if (rate.Pictures == 0) return "";
        var interval = Wilson.Of(rate.Doubted, rate.Pictures);
        return Cell.Number($"{100 * interval.Low:0.0} to {100 * interval.High:0.0}");
    }

    static Argument<string> Recipe() =>
        Shared.Word("RECIPE", "A recipe whose data are upright frontal chest radiographs; its phases are not looked at");

    static Option<string?> Data() => new("--data") { Description = "In place of the recipe's data root", HelpName = "ROOT" };

    /// <summary>The recipe's films; phantoms are drawn, and no gate should learn that they are films.</summary>
    static (Sample[] Samples, IReadOnlyList<string> Skipped) Samples(string path, string? root)
    {
        var recipe = RecipeFile.Read(path);
        var data = TrainingData.Read(root is null ? recipe.Data : recipe.Data with { Root = root }, RecipeFile.KnowledgeOf(recipe));
        Sample[] films = [.. data.Training.Concat(data.Validation).Where(s => s.Origin is null)];
        var drawn = data.Training.Count + data.Validation.Count - films.Length;
        if (films.Length == 0)
            throw new InvalidInputException(path, "phantoms",
                $"all its {drawn:N0} pictures are phantoms; a gate is fitted to films and measured on them, so name a source of films.");
        if (drawn > 0) Console.Error.WriteLine($"{drawn:N0} phantoms left out: a gate is fitted to films.");
        return (films, [.. data.Skipped.Select(s => $"{s.Path}:{s.Line}: {s.Reason}")]);
    }
}
