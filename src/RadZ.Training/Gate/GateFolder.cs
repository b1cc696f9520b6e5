using System.Text.Json;
using RadZ.Data;
using RadZ.Files;
using RadZ.Imaging.Gate;

namespace RadZ.Training.Gate;

/// <summary><c>models/gate</c>: weights, and the threshold that goes with them.</summary>
static class GateFolder
{
    /// <summary>
    /// The share of true films that may be doubted when the threshold is set; below the aim of 1 %, since other films vary.
    /// </summary>
    public const double Allowed = 0.004;

    /// <summary>
    /// Trains and writes <c>gate.safetensors</c> and <c>gate.json</c>; films that cannot be read are left out, and named.
    /// </summary>
    public static (GateThreshold Threshold, IReadOnlyList<SkippedRow> Broken) Train(IReadOnlyList<Sample> samples, string folder, int steps,
        int seed, Action<GateStep>? progress = null, CancellationToken cancel = default)
    {
        var weights = Path.Combine(folder, "gate.safetensors");
        List<SkippedRow> broken = [.. GateTrainer.Train(samples, weights, steps, seed, progress, cancel)];
        var gate = Open(weights, 0.5);
        Sample[] held = [.. samples.Where(s => GateFilms.PartOf(s.Patient) == GatePart.Thresholds)];
        var (found, unread) = GateFilms.MapEach(held, raster => (double[])[gate.Doubt(raster)], cancel);
        broken.AddRange(unread);
        var doubts = held.Zip(found).Where(f => f.Second is not null).GroupBy(f => f.First.Source).ToDictionary(g => g.Key,
            g => (IReadOnlyList<double>)[.. g.Select(f => f.Second![0])]);
        var threshold = new GateThreshold(Math.Round(GateThreshold.Fit(doubts, Allowed) + 5e-4, 3), Allowed, seed, steps,
            doubts.ToDictionary(d => d.Key, d => d.Value.Count));
        AtomicFile.WriteText(Path.Combine(folder, "gate.json"), JsonSerializer.Serialize(threshold, StrictJson.Options) + "\n");
        return (threshold, broken);
    }

    /// <summary>What came of a training.</summary>
    /// <param name="Threshold">With what it was set by.</param>
    /// <param name="Broken">Films that cannot be read.</param>
    /// <param name="Loss">A running mean over about the last 50 steps.</param>
    internal sealed record Trained(GateThreshold Threshold, IReadOnlyList<SkippedRow> Broken, double Loss);

    /// <summary>As <see cref="Train"/>, with the loss at the end.</summary>
    internal static Trained TrainAveraged(IReadOnlyList<Sample> samples, string folder, int steps, int seed, Action stepped,
        CancellationToken cancel)
    {
        var last = 0.0;
        var (threshold, broken) = Train(samples, folder, steps, seed, step =>
        {
            stepped();
            last = last == 0 ? step.Loss : 0.98 * last + 0.02 * step.Loss;
        }, cancel);
        return new(threshold, broken, last);
    }

    /// <summary>The gate of a folder.</summary>
    public static PixelGate Open(string folder) =>
        Open(Path.Combine(folder, "gate.safetensors"), StrictJson.ReadFile<GateThreshold>(Path.Combine(folder, "gate.json")).Threshold);

    static PixelGate Open(string weights, double threshold) => new(GateNetwork.Read(weights, File.ReadAllBytes(weights)), threshold);
}
