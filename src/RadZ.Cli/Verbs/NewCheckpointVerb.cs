using System.CommandLine;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Files;
using RadZ.Model.RandomCheckpoints;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz new-checkpoint</c>: random weights in the layout of a published checkpoint.</summary>
static class NewCheckpointVerb
{
    public static Command Create()
    {
        string[] names = [.. CheckpointShape.All.Select(s => s.Name)];
        var shape = new Option<CheckpointShape>("--shape")
        {
            Description = "Whose names, sizes and dtype",
            HelpName = string.Join('|', names),
            Required = true,
            CustomParser = result =>
            {
                var word = result.Tokens[^1].Value;
                if (CheckpointShape.All.FirstOrDefault(s => s.Name == word) is { } known) return known;
                result.AddError($"--shape is '{word}', expected one of {string.Join(", ", names)}{NameSuggestion.Hint(word, names)}");
                return null;
            },
        };
        var seed = Choice.Number("--seed", "Seed of the weights (default: 1)", least: 0);
        var output = new Option<string>("--out") { Description = "The new folder", HelpName = "DIR", Required = true };
        var layers = Choice.Number("--layers", "Decoder layers, in place of the shape's own", least: 2);
        var tokenizer = new Option<string?>("--tokenizer")
        {
            Description = "SentencePiece file to put beside (default: one is made)",
            HelpName = "FILE",
        };
        var verb = new Verb("new-checkpoint", "Writes a checkpoint of random weights in the layout of a published one.")
        {
            Examples =
            [
                "radz new-checkpoint --shape tiny --out /tmp/tiny",
                "radz new-checkpoint --shape llava-med-7b --seed 1 --out /data/random-7b",
                "radz new-checkpoint --shape llava-1.5-7b --layers 2 --out /data/two-layers",
            ],
            Notes =
            [
                "For trying out loading, memory, speed and training: it recognises nothing.",
                "llava-med-7b takes 15.1 GB, llava-1.5-7b 14.1 GB, 0.4 GB a layer. Same seed, same bytes.",
                "The tokenizer made is radz-small's with unused rows; texts are longer in its tokens than in the real one's.",
            ],
        };
        foreach (var option in (Option[])[shape, seed, output, layers, tokenizer]) verb.Add(option);
        verb.SetAction((parsed, cancel) =>
            Task.FromResult(Run(parsed.GetRequiredValue(shape), parsed.GetValue(seed) ?? 1, parsed.GetRequiredValue(output),
            parsed.GetValue(layers), parsed.GetValue(tokenizer), cancel)));
        return verb;
    }

    static int Run(CheckpointShape shape, int seed, string output, int? layers, string? tokenizer, CancellationToken cancel)
    {
        if (tokenizer is not null && !File.Exists(tokenizer))
            throw new InvalidInputException(tokenizer, "missing", "there is no such file; check --tokenizer.");
        var bytes = 0L;
        using (var bar = new ByteBar("written"))
            RandomCheckpoint.Write(layers is { } n ? shape.WithLayers(n) : shape, seed, output, tokenizer,
                (done, total) => bar.Show(done, bytes = total), cancel);
        Console.WriteLine($"{output}: random weights of {shape.Name}{(layers is { } l ? $" with {l} decoder layers" : "")}, seed {seed}, " +
            $"{bytes / 1e9:0.00} GB.");
        return ExitCode.Ok;
    }
}
