namespace RadZ.Model;

/// <summary>cos and sin of every (position, frequency), [S, H] in float32; the two halves of a head turn against each other.</summary>
sealed record RotaryTable(Tensor Cos_SH, Tensor Sin_SH) : IDisposable
{
    public long Length => Cos_SH.shape[0];

    public static RotaryTable For(DecoderConfig config, long length, Device device)
    {
        using var _ = NewDisposeScope();
        var exponent = arange(0, config.HeadDim, 2, ScalarType.Float32, device) / config.HeadDim;
        var inverse = 1.0 / pow(full_like(exponent, config.RopeTheta), exponent);
        var angle = outer(arange(length, ScalarType.Float32, device), inverse);
        var both = cat([angle, angle], -1);
        return new(both.cos().DetachFromDisposeScope(), both.sin().DetachFromDisposeScope());
    }

    /// <summary>x of [B, N, S, H], each position turned by its place: 0, 1, 2, ..., or from <paramref name="start"/> on.</summary>
    public Tensor Turn(Tensor x_BNSH, long start = 0)
    {
        using var _ = NewDisposeScope();
        var s = x_BNSH.shape[2];
        return Turn(x_BNSH, Cos_SH.narrow(0, start, s), Sin_SH.narrow(0, start, s)).MoveToOuterDisposeScope();
    }

    /// <summary>x of [B, N, T, H], whose places differ from row to row, [B, T].</summary>
    public Tensor Turn(Tensor x_BNTH, Tensor places_BT)
    {
        using var _ = NewDisposeScope();
        var (b, t) = (places_BT.shape[0], places_BT.shape[1]);
        Tensor Rows(Tensor table) => table.index_select(0, places_BT.flatten()).view(b, 1, t, -1);
        return Turn(x_BNTH, Rows(Cos_SH), Rows(Sin_SH)).MoveToOuterDisposeScope();
    }

    static Tensor Turn(Tensor x, Tensor cos, Tensor sin)
    {
        using var _ = NewDisposeScope();
        var half = x.shape[3] / 2;
        var turned = cat([-x.narrow(-1, half, half), x.narrow(-1, 0, half)], -1);
        return (x * cos + turned * sin).to(x.dtype).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Cos_SH.Dispose();
        Sin_SH.Dispose();
    }
}
