using RadZ.Model.Config;
using RadZ.Model.Kernels;

namespace RadZ.Model.Decoder;

// B batch, N heads, S or T positions, H width of a head, F = H / 2 frequencies

/// <summary>
/// A turn e^(i angle) for every (position, frequency), [S, F]. Dimension j of a head and its partner j + F are the two parts of one
/// complex number, so that turning is one product. The turned head holds the parts side by side instead of in two halves: queries and
/// keys are turned alike, and their products do not depend on the order.
/// </summary>
sealed record RotaryTable(Tensor Turns_SF) : IDisposable
{
    public long Length => Turns_SF.shape[0];

    public static RotaryTable For(RotarySpec rotary, int headWidth, long length, Device device)
    {
        using var _ = NewDisposeScope();
        var exponent = arange(0, headWidth, 2, ScalarType.Float32, device) / headWidth;
        var inverse_F = 1.0 / pow(full_like(exponent, rotary.Base), exponent);
        var angle_SF = outer(arange(length, ScalarType.Float32, device), inverse_F);
        return new(complex(angle_SF.cos(), angle_SF.sin()).DetachFromDisposeScope());
    }

    /// <summary>x of [B, N, S, H], each position turned by its place: 0, 1, 2, ..., or from <paramref name="start"/> on.</summary>
    public Tensor Rotate(Tensor x_BNSH, long start = 0)
    {
        using var _ = NewDisposeScope();
        if (FusedTurn.Supports(x_BNSH))
            return Fused(x_BNSH, Turns_SF.narrow(0, start, x_BNSH.shape[2]).repeat(x_BNSH.shape[0], 1)).MoveToOuterDisposeScope();
        return Product(x_BNSH, Turns_SF.narrow(0, start, x_BNSH.shape[2])).MoveToOuterDisposeScope();
    }

    /// <summary>x of [B, N, T, H], whose places differ from row to row, [B, T].</summary>
    public Tensor Rotate(Tensor x_BNTH, Tensor places_BT)
    {
        using var _ = NewDisposeScope();
        var (b, t) = (places_BT.shape[0], places_BT.shape[1]);
        if (FusedTurn.Supports(x_BNTH)) return Fused(x_BNTH, Turns_SF.index_select(0, places_BT.flatten())).MoveToOuterDisposeScope();
        return Product(x_BNTH, Turns_SF.index_select(0, places_BT.flatten()).view(b, 1, t, -1)).MoveToOuterDisposeScope();
    }

    static Tensor Fused(Tensor x, Tensor turns_RF)
    {
        var parts_RF2 = view_as_real(turns_RF);
        return FusedTurn.Compute(x, parts_RF2.select(2, 0).t().contiguous(), parts_RF2.select(2, 1).t().contiguous());
    }

    static Tensor Product(Tensor x, Tensor turns)
    {
        var half = x.shape[3] / 2;
        var x32 = (x.stride()[3] == 1 ? x : x.contiguous()).to(ScalarType.Float32);
        var turned = complex(x32.narrow(3, 0, half), x32.narrow(3, half, half)) * turns;
        return view_as_real(turned).flatten(3).to(x.dtype);
    }

    public void Dispose() => Turns_SF.Dispose();
}
