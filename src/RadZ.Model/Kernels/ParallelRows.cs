namespace RadZ.Model.Kernels;

/// <summary>
/// Divides the rows of a matrix over the caller and the worker threads that models hold. Worker threads live as long as somebody holds them
/// (<see cref="HoldWorkers"/>): every model does, from its loading to its disposal; models of one process share them, so that they do not
/// crowd each other out. A row is computed by one thread alone, so results depend neither on how many threads there are nor on who else
/// computes at the time; without worker threads the caller does all rows itself. Safe to call from any number of threads.
/// </summary>
static class ParallelRows
{
    static readonly Lock s_lock = new();
    static readonly List<Hold> s_holds = [];
    static WorkerPool? s_pool;
    static int s_blocks, s_threads;

    /// <summary>Blocks that this thread is in: torch keeps a number of threads for each thread that calls it.</summary>
    [ThreadStatic]
    static int t_blocks;

    /// <summary>
    /// Calls <paramref name="part"/> with ranges [from, to) that together are 0..<paramref name="rows"/>, each a multiple of
    /// <paramref name="step"/> long but the last.
    /// </summary>
    public static void Run(int rows, int step, Action<int, int> part)
    {
        if (Volatile.Read(ref s_pool) is { } pool) pool.Run(rows, step, part);
        else part(0, rows);
    }

    /// <summary>Worker threads that there are now.</summary>
    public static int Workers => Volatile.Read(ref s_pool)?.Workers ?? 0;

    /// <summary>Has work divided over that many threads, the caller's among them, until it is disposed.</summary>
    public static IDisposable HoldWorkers(int threads) => new Hold(threads);

    /// <summary>
    /// Keeps torch to one thread until the end of the block, so that the others are free for <see cref="Run"/>: after each operation of
    /// several threads, torch's spin for a while in wait for the next one. For blocks in which torch's own operations are small. The number
    /// is the calling thread's own: other callers keep theirs.
    /// </summary>
    public static IDisposable SingleThreadedTorch() => new TorchBlock();

    static void Resize()
    {
        var threads = s_holds.Count == 0 ? 1 : s_holds.Max(h => h.Threads);
        if (threads == (s_pool?.Threads ?? 1)) return;
        var before = s_pool;
        Volatile.Write(ref s_pool, threads > 1 ? new WorkerPool(threads) : null);
        before?.Dispose();                                                       // whoever runs in it does what is left by itself
    }

    sealed class Hold : IDisposable
    {
        public Hold(int threads)
        {
            Threads = threads;
            lock (s_lock)
            {
                s_holds.Add(this);
                Resize();
            }
        }

        public int Threads { get; }

        public void Dispose()
        {
            lock (s_lock)
                if (s_holds.Remove(this)) Resize();
        }
    }

    /// <summary>
    /// A thread that has not called torch before takes the number that another thread set last, which may be the 1 of such a block: while
    /// one is open, the number of the first is meant.
    /// </summary>
    sealed class TorchBlock : IDisposable
    {
        readonly int _before = get_num_threads();
        readonly IDisposable? _busy = Volatile.Read(ref s_pool)?.ExpectWork();

        public TorchBlock()
        {
            lock (s_lock)
            {
                if (s_blocks++ == 0) s_threads = _before;
                else if (_before == 1 && t_blocks == 0) _before = s_threads;
            }
            t_blocks++;
            set_num_threads(1);
        }

        public void Dispose()
        {
            set_num_threads(_before);
            t_blocks--;
            lock (s_lock) s_blocks--;
            _busy?.Dispose();
        }
    }
}
