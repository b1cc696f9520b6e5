using RadZ.Files;

namespace RadZ.Model.Weights;

/// <summary>Where one tensor lies in a file.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Sizes, outermost first; empty for a scalar.</param>
/// <param name="Offset">First byte, from the start of the file.</param>
/// <param name="Bytes">Length of its elements in bytes.</param>
sealed record TensorEntry(ScalarType Type, long[] Shape, long Offset, long Bytes)
{
    /// <summary>Elements between neighbours of each dimension where they are not in row-major order; null where they are.</summary>
    public long[]? Strides { get; init; }

    /// <summary>How many elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}

/// <summary>A file of named tensors that are used where they lie.</summary>
interface IWeightFile : IDisposable
{
    /// <summary>The file.</summary>
    string Path { get; }

    /// <summary>What it holds, by its own names.</summary>
    IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>The tensor of that name as a view of the mapped file.</summary>
    Tensor View(string name);

    /// <summary>
    /// The tensor of that name in memory of its own, read from the file and not mapped: what is rewritten once must not fill the memory
    /// with pages.
    /// </summary>
    Tensor Load(string name);
}

/// <summary>Opens weight files by what they are.</summary>
static class WeightFile
{
    /// <summary>A safetensors file, or a PyTorch <c>.bin</c> by its name.</summary>
    /// <exception cref="InvalidInputException">It is not well formed.</exception>
    public static IWeightFile Open(string path) =>
        path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) ? new SafetensorsFile(path) : new PickleFile(path);
}
