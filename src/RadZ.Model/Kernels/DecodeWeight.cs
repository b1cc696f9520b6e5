namespace RadZ.Model.Kernels;

// R rows of inputs, O outputs, I inputs

/// <summary>A weight matrix in a form that one token after the other is multiplied with: y = W x for a few x.</summary>
abstract unsafe class DecodeWeight : IDisposable
{
    /// <summary>
    /// Up to so many rows of inputs the weights' way from memory is what takes the time; beyond, a matrix product is faster.
    /// </summary>
    public const int MostRows = 6;

    /// <param name="outputs">Rows of the matrix.</param>
    /// <param name="inputs">Columns, a multiple of <see cref="DecodeKernel.Block"/>.</param>
    protected DecodeWeight(long outputs, long inputs) => (Outputs, Inputs) = ((int)outputs, (int)inputs);

    public int Outputs { get; }

    public int Inputs { get; }

    /// <summary>Bytes that a product reads.</summary>
    public abstract long Bytes { get; }

    /// <summary>Whether inputs come as <see cref="DecodeKernel.SplitPairs"/> puts them.</summary>
    protected abstract bool Pairs { get; }

    /// <summary>The product of matrix row <paramref name="output"/> and one vector of inputs.</summary>
    protected abstract float Row(int output, float* x);

    /// <summary>Whether a weight of that shape can be held so.</summary>
    public static bool Fits(Tensor weight_OI) =>
        weight_OI.device_type == DeviceType.CPU && weight_OI.is_contiguous() && weight_OI.shape[1] % DecodeKernel.Block == 0;

    /// <summary>Whether an input is few rows, and no gradient is asked for.</summary>
    public static bool Supports(Tensor x) =>
        x.numel() <= MostRows * x.shape[^1] && !(is_grad_enabled() && x.requires_grad) && x.device_type == DeviceType.CPU;

    /// <summary>W x for each row of x [.., I], in the dtype of x: [.., O].</summary>
    public Tensor Times(Tensor x)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var rows = (int)(x.numel() / Inputs);
        var given = x.to(ScalarType.Float32).contiguous();
        var x_RI = Pairs ? Split(given) : given;
        var y_RO = empty([.. x.shape[..^1], Outputs], ScalarType.Float32);
        var from = NativeData.PointerTo<float>(x_RI);
        var to = NativeData.PointerTo<float>(y_RO);
        ParallelRows.Run(Outputs, 16, (first, end) =>
        {
            for (var o = first; o < end; o++)
                for (var r = 0; r < rows; r++) to[(long)r * Outputs + o] = Row(o, from + (long)r * Inputs);
        });
        GC.KeepAlive(x_RI);
        return y_RO.to(x.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The products of several matrices and the same few rows [R, I] in float32, in one pass of the threads: [R, O] each, float32.
    /// </summary>
    public static Tensor[] Times(Tensor x_RI, params DecodeWeight[] weights)
    {
        using var _ = NewDisposeScope();
        var (rows, inputs) = ((int)x_RI.shape[0], (int)x_RI.shape[1]);
        var split_RI = weights.Any(w => w.Pairs) ? SplitRows(x_RI) : x_RI;
        float* plain = NativeData.PointerTo<float>(x_RI), split = NativeData.PointerTo<float>(split_RI);
        Tensor[] products = [.. weights.Select(w => empty([rows, w.Outputs], ScalarType.Float32))];
        var to = stackalloc nint[weights.Length];
        for (var i = 0; i < weights.Length; i++) to[i] = (nint)NativeData.PointerTo<float>(products[i]);
        var begins = to;
        ParallelRows.Run(weights.Sum(w => w.Outputs), 16, (first, end) =>
        {
            var start = 0;
            for (var i = 0; i < weights.Length; start += weights[i++].Outputs)
            {
                var (weight, x, y) = (weights[i], (nint)(weights[i].Pairs ? split : plain), begins[i]);
                for (var o = Math.Max(first, start) - start; o < Math.Min(end - start, weight.Outputs); o++)
                    for (var r = 0; r < rows; r++) ((float*)y)[(long)r * weight.Outputs + o] = weight.Row(o, (float*)x + (long)r * inputs);
            }
        });
        GC.KeepAlive(x_RI);
        GC.KeepAlive(split_RI);
        foreach (var product in products) product.MoveToOuterDisposeScope();
        return products;
    }

    static Tensor SplitRows(Tensor x_RI)
    {
        var split_RI = empty(x_RI.shape, ScalarType.Float32);
        DecodeKernel.SplitPairs(new(NativeData.PointerTo<float>(x_RI), (int)x_RI.numel()),
            new(NativeData.PointerTo<float>(split_RI), (int)x_RI.numel()));
        return split_RI;
    }

    static Tensor Split(Tensor x) => x.view(-1, 16, 2).transpose(1, 2).contiguous();

    public abstract void Dispose();
}

/// <summary>16-bit floating-point rows as a checkpoint stores them: no copy.</summary>
sealed unsafe class PlainWeight : DecodeWeight
{
    readonly Tensor _weight_OI;
    readonly ushort* _data;
    readonly bool _float16;

    public PlainWeight(Tensor weight_OI) : base(weight_OI.shape[0], weight_OI.shape[1])
    {
        (_weight_OI, _float16) = (weight_OI, weight_OI.dtype == ScalarType.Float16);
        _data = NativeData.PointerTo<ushort>(weight_OI);
    }

    public override long Bytes => (long)Outputs * Inputs * 2;

    protected override bool Pairs => true;

    protected override float Row(int output, float* x)
    {
        var row = _data + (long)output * Inputs;
        return _float16 ? DecodeKernel.Float16(row, x, Inputs) : DecodeKernel.Bfloat16(row, x, Inputs);
    }

    /// <summary>The weight belongs to the model.</summary>
    public override void Dispose() { }

    /// <summary>The form for a weight that is stored in 16 bits and can be read in place; null for others.</summary>
    public static PlainWeight? TryCreate(Tensor weight_OI) =>
        weight_OI.dtype is ScalarType.BFloat16 or ScalarType.Float16 && Fits(weight_OI) ? new(weight_OI) : null;
}
