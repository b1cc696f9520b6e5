using System.Globalization;
using RadZ.Files;
using RadZ.Model.Weights;

namespace RadZ.Training.Runs;

/// <summary>
/// Where a run stands, in one file: phase and step, every weight that any phase trains, the optimizer's moments, the moving average.
/// A run that goes on from here computes the same bits as one that was never stopped.
/// </summary>
sealed class Checkpoint : IDisposable
{
    readonly SafetensorsFile _file;

    Checkpoint(SafetensorsFile file)
    {
        _file = file;
        Phase = Number("phase");
        Step = Number("step");
        OptimizerSteps = Number("optimizer_steps");
        HasOptimizer = file.Header.Tensors.ContainsKey("adamw.mean");
    }

    public int Phase { get; }

    public int Step { get; }

    public int OptimizerSteps { get; }

    public bool HasOptimizer { get; }

    /// <summary>Names of all that it holds.</summary>
    public IEnumerable<string> Names => _file.Header.Tensors.Keys;

    public bool Holds(string name) => _file.Header.Tensors.ContainsKey(name);

    public static Checkpoint Open(string path) => new(new SafetensorsFile(path));

    public static void Write(string path, int phase, int step, int optimizerSteps, IEnumerable<(string Name, Tensor Value)> tensors) =>
        SafetensorsFile.Write(path, [.. tensors], new Dictionary<string, string>
        {
            ["phase"] = phase.ToString(CultureInfo.InvariantCulture),
            ["step"] = step.ToString(CultureInfo.InvariantCulture),
            ["optimizer_steps"] = optimizerSteps.ToString(CultureInfo.InvariantCulture),
        });

    public Tensor Read(string name) => _file.Read(name);

    /// <summary>Copies stored values into weights and statistics of the same names.</summary>
    public void Restore(IEnumerable<(string Name, Tensor Value)> into)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        foreach (var (name, value) in into)
        {
            var stored = Read(name);
            if (!stored.shape.SequenceEqual(value.shape))
                throw new InvalidInputException(_file.Path, "wrong-checkpoint",
                    $"holds {name} [{string.Join(", ", stored.shape)}], the recipe's model has [{string.Join(", ", value.shape)}].");
            value.detach().copy_(stored);
        }
    }

    int Number(string key) =>
        _file.Header.Metadata.TryGetValue(key, out var text) && int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
        : throw new InvalidInputException(_file.Path, "wrong-checkpoint", $"says no {key}; it is not a checkpoint of a run.");

    public void Dispose() => _file.Dispose();
}
