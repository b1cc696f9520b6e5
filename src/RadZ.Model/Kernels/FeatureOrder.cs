namespace RadZ.Model.Kernels;

// B batch, S positions, D features, R = B * S rows

/// <summary>
/// Activations [B, S, D] whose numbers lie feature by feature, [D, R] in memory: the order in which <see cref="WideProduct"/> leaves a
/// product and likes to find its input. Between products, our own passes keep it, so that nothing is turned on the way through a layer.
/// </summary>
static unsafe class FeatureOrder
{
    /// <summary>Whether x is bfloat16 on the CPU and lies so, and has at least a register of rows.</summary>
    public static bool IsArranged(Tensor x)
    {
        if (x.dtype != ScalarType.BFloat16 || x.device_type != DeviceType.CPU || x.dim() != 3) return false;
        var (shape, stride) = (x.shape, x.stride());
        var rows = shape[0] * shape[1];
        return rows >= Lanes.Count && shape[2] > 1 && stride[2] == rows && (shape[1] == 1 || stride[1] == 1)
            && (shape[0] == 1 || stride[0] == shape[1]) && x.numel() < 1 << 30;
    }

    /// <summary>
    /// Whether activations of that many rows go through layers in this order: bfloat16 on a CPU, as <see cref="WideProduct"/> takes them.
    /// </summary>
    public static bool IsWorthwhile(Tensor x) => x.dtype == ScalarType.BFloat16 && x.device_type == DeviceType.CPU && x.dim() == 3
        && x.shape[0] * x.shape[1] >= WideProduct.FewestRows
        && x.shape[2] * x.shape[2] >= WideProduct.SmallestWeight && x.numel() < 1 << 30;

    /// <summary>x in this order: itself, or a copy.</summary>
    public static Tensor Arrange(Tensor x)
    {
        if (IsArranged(x)) return x.alias();
        using var _ = NewDisposeScope();
        return x.reshape(-1, x.shape[2]).t().contiguous().t().view(x.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Memory for an activation of that shape.</summary>
    public static Tensor Allocate(params long[] shape)
    {
        using var _ = NewDisposeScope();
        return empty([shape[2], shape[0] * shape[1]], ScalarType.BFloat16).t().view(shape).MoveToOuterDisposeScope();
    }

    /// <summary>Where x, in this order, begins. Valid while x lives.</summary>
    public static ushort* Begin(Tensor x)
    {
        using var flat_RD = x.view(-1, x.shape[2]);
        using var turned_DR = flat_RD.t();
        return NativeData.PointerTo<ushort>(turned_DR);
    }
}
