namespace RadZ.Model.Adapters;

/// <summary>
/// Whether adapters drop inputs: where gradients are recorded, and in a pass without them that a pass with them will repeat. As torch's
/// own grad mode it belongs to the thread.
/// </summary>
static class DropoutPass
{
    [ThreadStatic]
    static bool t_forced;

    public static bool IsActive => t_forced || is_grad_enabled();

    /// <summary>Drops until the end of the block, gradients or not.</summary>
    public static IDisposable Forced() => new Block();

    sealed class Block : IDisposable
    {
        readonly bool _before = t_forced;

        public Block() => t_forced = true;

        public void Dispose() => t_forced = _before;
    }
}
