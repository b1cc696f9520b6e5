using System.CommandLine;
using System.Text.Json;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Model.Conversion;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz merge</c>: a base and its adapter as one checkpoint.</summary>
static class MergeVerb
{
    public static Command Create()
    {
        var model = new Option<string>("--model")
        {
            Description = "The base: a LLaVA checkpoint, or the language model that a LLaVA adapter was made for",
            HelpName = "DIR",
            Required = true,
        };
        var adapter = new Option<string>("--adapter")
        {
            Description = "The adapter: a PEFT folder, LLaVA's own with non_lora_trainables.bin, or one that a run wrote",
            HelpName = "DIR",
            Required = true,
        };
        var output = new Option<string>("--out")
        {
            Description = "The new folder; it must not exist, or be empty",
            HelpName = "DIR",
            Required = true,
        };
        var format = Choice.Option<Format>("--format", "How the result is written");
        var verb = new Verb("merge", "Merges an adapter into its base and writes the whole checkpoint.")
        {
            Examples =
            [
                "radz merge --model llava-med-v1.5-mistral-7b --adapter runs/chest/adapter --out llava-med-chest",
                "radz merge --model vicuna-7b-v1.5 --adapter llava-v1.5-7b-lora --out llava-v1.5-7b",
            ],
            Notes =
            [
                "Names, dtypes and shards are the base's; weights that the adapter does not touch are copied byte for byte.",
                "One weight is in memory at a time. The folder appears whole or not at all.",
            ],
        };
        foreach (var option in (Option[])[model, adapter, output, format]) verb.Add(option);
        verb.SetAction((parsed, cancel) => Task.FromResult(Run(parsed.GetRequiredValue(model), parsed.GetRequiredValue(adapter),
            parsed.GetRequiredValue(output), parsed.GetValue(format), cancel)));
        return verb;
    }

    static int Run(string model, string adapter, string output, Format format, CancellationToken cancel)
    {
        (int Weights, int Changed) merged;
        using (var bar = new ByteBar("merged"))
            merged = AdapterMerge.Write(ModelLocation.Resolve(model), adapter, output, bar.Show, cancel);
        if (format == Format.Json)
            Console.WriteLine(JsonSerializer.Serialize(new { Folder = output, merged.Weights, merged.Changed }, JsonText.Options));
        else Console.WriteLine($"{output}: {merged.Weights} weights, {merged.Changed} of them changed by the adapter.");
        return ExitCode.Ok;
    }
}
