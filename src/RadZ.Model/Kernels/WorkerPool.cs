using System.Runtime.ExceptionServices;

namespace RadZ.Model.Kernels;

/// <summary>
/// Threads that stay awake for a fraction of a millisecond after a piece of work, since the next follows soon, and sleep after it.
/// Disposing ends them; work that is being done at that time is finished by its caller. Safe to call from any number of threads: the newest
/// piece of work gets the workers, and every caller does by itself what none of them has taken.
/// </summary>
sealed class WorkerPool : IDisposable
{
    /// <summary>How often a worker looks for work before it sleeps, some 50 nanoseconds each.</summary>
    const int Looks = 4000;

    /// <summary>The same where torch's own threads want the processors right after us.</summary>
    const int FewLooks = 200;

    readonly object _gate = new();
    int _asleep, _running, _expecting;
    volatile bool _ended;
    Work? _work;

    /// <summary>Starts the workers.</summary>
    /// <param name="threads">With the caller's; at least 2.</param>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 2);
        Threads = threads;
        _running = threads - 1;
        for (var i = 1; i < threads; i++) new Thread(Serve) { IsBackground = true, Name = "radz worker" }.Start();
    }

    /// <summary>Threads that work is divided over, the caller's among them.</summary>
    public int Threads { get; }

    /// <summary>Worker threads that have not ended.</summary>
    public int Workers => Volatile.Read(ref _running);

    /// <summary>See <see cref="ParallelRows.Run"/>.</summary>
    public void Run(int rows, int step, Action<int, int> part)
    {
        var steps = (rows + step - 1) / step;
        if (steps <= 1)
        {
            part(0, rows);
            return;
        }
        // more parts than threads: a thread that the system takes away for a while does not hold up the others for long
        var work = new Work(part, rows, step, steps, Math.Min(steps, Threads * 4), Threads - 1);
        Interlocked.Exchange(ref _work, work);                                             // seen before _asleep is read
        if (Volatile.Read(ref _asleep) > 0) Wake();
        work.Take();
        work.Wait();
    }

    /// <summary>Workers stay awake for longer until the end of the block: the next piece of work comes right behind the last.</summary>
    public IDisposable ExpectWork() => new Expectation(this);

    void Serve()
    {
        Work? done = null;
        while (!_ended)
        {
            for (var look = 0; look < (Volatile.Read(ref _expecting) > 0 ? Looks : FewLooks) && Volatile.Read(ref _work) == done; look++)
                Thread.SpinWait(2);
            if (Volatile.Read(ref _work) == done)
            {
                lock (_gate)
                {
                    Interlocked.Increment(ref _asleep);
                    while (Volatile.Read(ref _work) == done && !_ended) Monitor.Wait(_gate);
                    _asleep--;
                }
                continue;
            }
            done = Volatile.Read(ref _work);
            if (done!.Joins()) done.Take();
        }
        Interlocked.Decrement(ref _running);
    }

    void Wake()
    {
        lock (_gate) Monitor.PulseAll(_gate);
    }

    /// <summary>Ends the workers, each after the part that it is doing.</summary>
    public void Dispose()
    {
        _ended = true;
        Wake();
    }

    /// <summary>One call of <see cref="Run"/>: whoever comes takes the next part, until none is left.</summary>
    sealed class Work(Action<int, int> part, int rows, int step, int steps, int parts, int workers)
    {
        int _next, _done, _places = workers;
        Exception? _fault;

        /// <summary>Whether one more worker is wanted.</summary>
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
                    Interlocked.CompareExchange(ref _fault, e, null);
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

    sealed class Expectation : IDisposable
    {
        readonly WorkerPool _pool;

        public Expectation(WorkerPool pool)
        {
            _pool = pool;
            Interlocked.Increment(ref pool._expecting);
        }

        public void Dispose() => Interlocked.Decrement(ref _pool._expecting);
    }
}
