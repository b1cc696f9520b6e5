namespace RadZ.Model.Kernels;

/// <summary>
/// Whether an answer's own tokens are multiplied right now: they alone may meet weights in fewer bits (<see cref="DecodeBits"/>). Images,
/// questions and features of few rows meet them as stored. As torch's own grad mode it belongs to the thread.
/// </summary>
static class DecodingPass
{
    [ThreadStatic]
    static bool t_active;

    public static bool IsActive => t_active;

    /// <summary>Until the end of the block.</summary>
    public static IDisposable Begin() => new Block();

    sealed class Block : IDisposable
    {
        readonly bool _before = t_active;

        public Block() => t_active = true;

        public void Dispose() => t_active = _before;
    }
}
