namespace RadZ.Model.Weights;

/// <summary>
/// All that a pickle of ours can mean: ordered dictionaries, storages and tensors. Nothing of Python's is imported or called; a name that
/// is not in the table is refused before anything is done with it.
/// </summary>
static class TensorPickle
{
    const int MostDimensions = 64;

    static readonly Dictionary<string, ScalarType> s_storages = new(StringComparer.Ordinal)
    {
        ["DoubleStorage"] = ScalarType.Float64,
        ["FloatStorage"] = ScalarType.Float32,
        ["HalfStorage"] = ScalarType.Float16,
        ["BFloat16Storage"] = ScalarType.BFloat16,
        ["LongStorage"] = ScalarType.Int64,
        ["IntStorage"] = ScalarType.Int32,
        ["ShortStorage"] = ScalarType.Int16,
        ["CharStorage"] = ScalarType.Int8,
        ["ByteStorage"] = ScalarType.Byte,
        ["BoolStorage"] = ScalarType.Bool,
    };

    static readonly PickledName s_orderedDictionary = new("collections", "OrderedDict"),
        s_tensor = new("torch._utils", "_rebuild_tensor_v2"), s_parameter = new("torch._utils", "_rebuild_parameter");

    /// <summary>A name that is allowed.</summary>
    public static PickledName Name(string module, string name)
    {
        var asked = new PickledName(module, name);
        return asked == s_orderedDictionary || asked == s_tensor || asked == s_parameter
            || (module == "torch" && s_storages.ContainsKey(name)) ? asked
            : throw new FormatException($"its pickle asks for {Quote(asked.ToString())}, and a file of weights needs only tensors, " +
                "storages and dictionaries: it could run code. Nothing was run");
    }

    /// <summary>The storage of <c>("storage", type, key, location, count)</c>.</summary>
    public static PickledStorage Storage(object? id) =>
        id is object?[] { Length: 5 } and ["storage", PickledName { Module: "torch" } type, string key, string, long count]
            && s_storages.TryGetValue(type.Name, out var scalar) && count >= 0
        && key.Length is > 0 and < 64 && key.All(char.IsAsciiLetterOrDigit)
            ? new(key, scalar, count) : throw new FormatException("its pickle refers to something that is no storage");

    /// <summary>What a call makes.</summary>
    public static object? Call(object? function, object? arguments) => (function as PickledName, arguments as object?[]) switch
    {
        ({ } f, []) when f == s_orderedDictionary => new PickledDictionary(),
        ({ } f, [PickledStorage storage, long offset, object?[] shape, object?[] strides, bool, PickledDictionary { Items.Count: 0 },
            ..] all) when f == s_tensor && all.Length is 6 or 7 =>
            Window(storage, offset, Sizes(shape), Sizes(strides)),
        ({ } f, [PickledTensor tensor, bool, PickledDictionary { Items.Count: 0 }]) when f == s_parameter => tensor,
        ({ } f, _) => throw new FormatException($"its pickle calls {f} with arguments that it does not take"),
        _ => throw new FormatException("its pickle calls something that cannot be called"),
    };

    static long[] Sizes(object?[] values) =>
        values.Length <= MostDimensions && values.All(v => v is long and >= 0) ? [.. values.Select(v => (long)v!)]
        : throw new FormatException("its pickle has a tensor with sizes or strides below zero, or too many of them");

    /// <summary>A window must lie inside its storage, and show no element twice: a small file cannot stand for a large tensor.</summary>
    static PickledTensor Window(PickledStorage storage, long offset, long[] shape, long[] strides)
    {
        if (shape.Length != strides.Length || offset < 0 || offset > storage.Count) throw Outside();
        if (shape.Contains(0)) return new(storage, offset, shape, strides);
        Int128 reach = 0;
        foreach (var (size, stride) in shape.Zip(strides).Where(d => d.First > 1).OrderBy(d => d.Second))
        {
            if (stride <= reach)
                throw new FormatException($"its pickle has a tensor [{string.Join(", ", shape)}] with strides " +
                    $"[{string.Join(", ", strides)}], whose elements overlap");
            reach += (Int128)(size - 1) * stride;
            if (reach >= storage.Count) throw Outside();
        }
        return offset + reach < storage.Count ? new(storage, offset, shape, strides) : throw Outside();

        FormatException Outside() =>
            new($"its pickle has a tensor [{string.Join(", ", shape)}] at {offset} with strides " +
                $"[{string.Join(", ", strides)}], which reaches beyond its storage {storage.Key} of {storage.Count}");
    }

    static string Quote(string name) => name.Length <= 80 ? name : name[..77] + "...";
}
