namespace RadZ.Model;

/// <summary>Divides the rows of a matrix over as many threads as torch computes with.</summary>
static class RowTeam
{
    static readonly Lock s_lock = new();
    static int s_alone, s_threads;

    /// <summary>Calls <paramref name="part"/> with ranges [from, to) that together are 0..<paramref name="rows"/>, each a multiple of <paramref name="step"/> long but the last.</summary>
    public static void Run(int rows, int step, Action<int, int> part)
    {
        var threads = s_alone > 0 ? s_threads : get_num_threads();
        var steps = (rows + step - 1) / step;
        if (threads == 1 || steps == 1)
        {
            part(0, rows);
            return;
        }
        // more parts than threads: a thread that the system takes away for a while does not hold up the others for long
        var parts = Math.Min(steps, threads * 4);
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            part((int)((long)steps * i / parts) * step, Math.Min(rows, (int)((long)steps * (i + 1) / parts) * step)));
    }

    /// <summary>
    /// Keeps torch to one thread until the end of the block, so that the others are free for <see cref="Run"/>: after each operation of several
    /// threads, torch's spin for some milliseconds in wait for the next one. For blocks in which torch's own operations are small.
    /// </summary>
    public static IDisposable Alone() => new Block();

    sealed class Block : IDisposable
    {
        public Block()
        {
            lock (s_lock)
            {
                if (s_alone++ > 0) return;
                s_threads = get_num_threads();
                set_num_threads(1);
            }
        }

        public void Dispose()
        {
            lock (s_lock)
                if (--s_alone == 0) set_num_threads(s_threads);
        }
    }
}
