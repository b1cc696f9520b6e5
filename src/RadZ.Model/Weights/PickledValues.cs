namespace RadZ.Model.Weights;

/// <summary>A name of Python's that a pickle asks for; only those of <see cref="TensorPickle"/> exist here.</summary>
sealed record PickledName(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>A record of the zip file that holds a tensor's numbers.</summary>
sealed record PickledStorage(string Key, ScalarType Type, long Count);

/// <summary>A tensor as a window on a storage.</summary>
sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Strides);

/// <summary>Keys and values in the order they came.</summary>
sealed class PickledDictionary
{
    public List<(object? Key, object? Value)> Items { get; } = [];
}
