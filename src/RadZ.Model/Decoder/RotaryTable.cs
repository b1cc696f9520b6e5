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

    /// <summary>x of [B, N, S, H] (S at most <see cref="Length"/>, positions from <paramref name="start"/>), turned by its position.</summary>
    public Tensor Turn(Tensor x_BNSH, long start = 0)
    {
        using var _ = NewDisposeScope();
        var (s, half) = (x_BNSH.shape[2], x_BNSH.shape[3] / 2);
        var (cos_SH, sin_SH) = (Cos_SH.narrow(0, start, s), Sin_SH.narrow(0, start, s));
        var turned = cat([-x_BNSH.narrow(-1, half, half), x_BNSH.narrow(-1, 0, half)], -1);
        return (x_BNSH * cos_SH + turned * sin_SH).to(x_BNSH.dtype).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Cos_SH.Dispose();
        Sin_SH.Dispose();
    }
}
