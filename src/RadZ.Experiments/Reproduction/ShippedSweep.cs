using System.Reflection;
using RadZ.Experiments.Sweeps;
using RadZ.Files;
using RadZ.Model.Features;
using RadZ.Training.Recipes;

namespace RadZ.Experiments.Reproduction;

/// <summary>The sweeps that the program carries along for <c>radz reproduce</c>; those of <c>recipes/</c>.</summary>
static class ShippedSweep
{
    /// <summary>Synthetic pictures alone.</summary>
    public const string Phantoms = "ablations.json";

    /// <summary>Real films, which must be given.</summary>
    public const string Films = "ablations-films.json";

    const string TokenizerOfRecipes = "../models/radz-small/tokenizer.model", Tokenizer = "tokenizer.model",
        DescriptionsOfRecipes = "../src/RadZ.Text/Knowledge/descriptions-report.json", Descriptions = "descriptions-report.json";

    /// <summary>
    /// Writes a sweep with all it needs into a folder, as <c>sweep.json</c>, so that it can be read, and run again, without the program's
    /// sources.
    /// </summary>
    /// <param name="name">Which.</param>
    /// <param name="folder">Where.</param>
    /// <returns>The sweep's file.</returns>
    public static string Write(string name, string folder)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, Tokenizer),
            to => Copy(typeof(RadiologyEncoder).Assembly, "RadZ.Model.RandomCheckpoints.radz-2000.model", to));
        AtomicFile.Write(Path.Combine(folder, Descriptions), to => Copy(typeof(ShippedSweep).Assembly, Descriptions, to));
        using var text = new MemoryStream();
        Copy(typeof(ShippedSweep).Assembly, name, text);
        var path = Path.Combine(folder, "sweep.json");
        AtomicFile.WriteText(path,
            System.Text.Encoding.UTF8.GetString(text.ToArray()).Replace(TokenizerOfRecipes, Tokenizer, StringComparison.Ordinal)
                .Replace(DescriptionsOfRecipes, Descriptions, StringComparison.Ordinal));
        return path;
    }

    /// <summary>The sweep on other films.</summary>
    public static Sweep WithRoot(Sweep sweep, string root) =>
        Changed(sweep, r => r with { Data = r.Data with { Root = Path.GetFullPath(root) } });

    /// <summary>
    /// The claims' arms alone, one seed, about a third of the phantoms twice as often, half the passes over films: shows in minutes that
    /// everything runs.
    /// </summary>
    public static Sweep Quick(Sweep sweep) => Changed(sweep.Only(PaperClaims.Arms) with { Seeds = [.. sweep.Seeds.Take(1)] }, r => r with
    {
        Data = r.Data with
        {
            Sources = [.. r.Data.Sources.Select(s =>
                s.Phantoms is { } p ? s with { Phantoms = p with { Count = Math.Max(1, p.Count * 35 / 100) } } : s)],
        },
        Phases = [.. r.Phases.Select(p =>
            r.Data.Sources.Any(s => s.Phantoms is null) ? p with { Epochs = p.Epochs / 2 } : p with { Epochs = p.Epochs * 2 })],
    });

    static Sweep Changed(Sweep sweep, Func<TrainingRecipe, TrainingRecipe> change) =>
        sweep with { Arms = [.. sweep.Arms.Select(a => a with { Recipe = change(a.Recipe) })] };

    static void Copy(Assembly from, string name, Stream to)
    {
        using var resource = from.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{from.GetName().Name} carries no {name}.");
        resource.CopyTo(to);
    }
}
