namespace RadZ.Model.Decoder;

// B batch, S positions, T asked positions a row, N heads, D width

/// <summary>
/// The positions whose states somebody will read. A layer computes queries, MLP and residual for them alone, and keys and values
/// for all: in the last layer run for global features these are the 4 or 8 modality tokens of some hundred positions.
/// </summary>
abstract record AskedPositions
{
    AskedPositions() { }

    /// <summary>All of them.</summary>
    public static AskedPositions All { get; } = new Everywhere();

    /// <summary>The last <paramref name="count"/> of every row.</summary>
    public static AskedPositions Tail(long count) => new AtTheEnd(count);

    /// <summary>Those at the given places, [B, T], which differ from row to row.</summary>
    public static AskedPositions At(Tensor places_BT) => new Listed(places_BT);

    /// <summary>States of the asked positions, [B, T, D].</summary>
    public abstract Tensor Select(Tensor x_BSD);

    /// <summary>Queries [B, N, T, H] turned by their places.</summary>
    public abstract Tensor Rotate(Tensor q_BNTH, RotaryTable rope, long length);

    /// <summary>Which keys each query sees, broadcastable to [B, N, T, S]; null where a plain causal mask says it.</summary>
    public abstract Tensor? Mask(long length, Device device);

    /// <summary>Lets what it holds live beyond the scope it was made in.</summary>
    public virtual void Detach() { }

    sealed record Everywhere : AskedPositions
    {
        public override Tensor Select(Tensor x_BSD) => x_BSD;
        public override Tensor Rotate(Tensor q_BNTH, RotaryTable rope, long length) => rope.Rotate(q_BNTH);
        public override Tensor? Mask(long length, Device device) => null;
    }

    sealed record AtTheEnd(long Count) : AskedPositions
    {
        // of a strided input torch multiplies row by row
        public override Tensor Select(Tensor x_BSD) => x_BSD.narrow(1, x_BSD.shape[1] - Count, Count).contiguous();
        public override Tensor Rotate(Tensor q_BNTH, RotaryTable rope, long length) => rope.Rotate(q_BNTH, length - Count);
        public override Tensor? Mask(long length, Device device) => ones(Count, length, ScalarType.Bool, device).tril(length - Count);
    }

    sealed record Listed(Tensor Places_BT) : AskedPositions
    {
        public override void Detach() => Places_BT.DetachFromDisposeScope();
        public override Tensor Select(Tensor x_BSD) => x_BSD.gather(1, Places_BT.unsqueeze(-1).expand(-1, -1, x_BSD.shape[2]));
        public override Tensor Rotate(Tensor q_BNTH, RotaryTable rope, long length) => rope.Rotate(q_BNTH, Places_BT);
        public override Tensor? Mask(long length, Device device)
        {
            using Scalar first = 0, end = length, step = 1;                                 // held: see TensorArithmetic
            return (arange(first, end, step, ScalarType.Int64, device) <= Places_BT.unsqueeze(-1)).unsqueeze(1);
        }
    }
}
