using System.Runtime.ExceptionServices;

namespace RadZ.Model.Kernels;

/// <summary>
/// Divides the rows of a matrix over as many threads as torch computes with: the caller and helpers that stay awake for a fraction of a
/// millisecond, since the next work follows soon, and sleep after it.
/// </summary>
static class RowTeam
{
    /// <summary>How often a helper looks for work before it sleeps, some 50 nanoseconds each.</summary>
    const int Looks = 4000;

    /// <summary>The same where torch's own threads want the processors right after us.</summary>
    const int FewLooks = 200;

    static readonly Lock s_lock = new();
    static readonly SemaphoreSlim s_wake = new(0);
    static int s_alone, s_threads, s_helpers, s_asleep;

    /// <summary>Blocks that this thread is in: torch keeps a number of threads for each thread that calls it.</summary>
    [ThreadStatic]
    static int t_alone;

    static Work? s_work;

    /// <summary>
    /// Calls <paramref name="part"/> with ranges [from, to) that together are 0..<paramref name="rows"/>, each a multiple of
    /// <paramref name="step"/> long but the last.
    /// </summary>
    public static void Run(int rows, int step, Action<int, int> part)
    {
        var threads = s_alone > 0 ? s_threads : get_num_threads();
        var steps = (rows + step - 1) / step;
        if (threads == 1 || steps == 1)
        {
            part(0, rows);
            return;
        }
        if (s_helpers < threads - 1) Employ(threads - 1);
        // more parts than threads: a thread that the system takes away for a while does not hold up the others for long
        var work = new Work(part, rows, step, steps, Math.Min(steps, threads * 4), threads - 1);
        Interlocked.Exchange(ref s_work, work);                                            // seen before s_asleep is read
        var asleep = Volatile.Read(ref s_asleep);
        if (asleep > 0) s_wake.Release(Math.Min(asleep, threads - 1));
        work.Take();
        work.Wait();
    }

    static void Employ(int count)
    {
        lock (s_lock)
            for (; s_helpers < count; s_helpers++) new Thread(Help) { IsBackground = true, Name = "row team" }.Start();
    }

    static void Help()
    {
        Work? done = null;
        while (true)
        {
            for (var look = 0; look < (Volatile.Read(ref s_alone) > 0 ? Looks : FewLooks) && Volatile.Read(ref s_work) == done; look++)
                Thread.SpinWait(2);
            if (Volatile.Read(ref s_work) == done)
            {
                Interlocked.Increment(ref s_asleep);
                if (Volatile.Read(ref s_work) == done) s_wake.Wait();
                Interlocked.Decrement(ref s_asleep);
                continue;
            }
            done = Volatile.Read(ref s_work);
            if (done!.Joins()) done.Take();
        }
    }

    /// <summary>One call of <see cref="Run"/>: whoever comes takes the next part, until none is left.</summary>
    sealed class Work(Action<int, int> part, int rows, int step, int steps, int parts, int helpers)
    {
        int _next, _done, _places = helpers;
        Exception? _fault;

        /// <summary>Whether one more helper is wanted.</summary>
        public bool Joins() => Interlocked.Decrement(ref _places) >= 0;

        public void Take()
        {
            for (int i; (i = Interlocked.Increment(ref _next) - 1) < parts; Interlocked.Increment(ref _done))
                try
                {
                    part((int)((long)steps * i / parts) * step, Math.Min(rows, (int)((long)steps * (i + 1) / parts) * step));
                }
                catch (Exception e)
                {
                    _fault ??= e;
                }
        }

        /// <summary>Until the parts that others took are done as well.</summary>
        public void Wait()
        {
            for (var look = 0; Volatile.Read(ref _done) < parts; look++)
                if (look < 20_000) Thread.SpinWait(2);
                else Thread.Yield();
            if (_fault is not null) ExceptionDispatchInfo.Throw(_fault);
        }
    }

    /// <summary>
    /// Keeps torch to one thread until the end of the block, so that the others are free for <see cref="Run"/>: after each operation of
    /// several threads, torch's spin for a while in wait for the next one. For blocks in which torch's own operations are small.
    /// </summary>
    public static IDisposable Alone() => new Block();

    sealed class Block : IDisposable
    {
        public Block()
        {
            lock (s_lock)
            {
                if (s_alone++ == 0) s_threads = get_num_threads();
                if (t_alone++ == 0) set_num_threads(1);
            }
        }

        public void Dispose()
        {
            lock (s_lock)
            {
                s_alone--;
                if (--t_alone == 0) set_num_threads(s_threads);
            }
        }
    }
}
