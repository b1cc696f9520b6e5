namespace RadZ.Recognition.Engine;

/// <summary>The calls that use something which may be disposed only when none runs. Safe to share.</summary>
/// <param name="owner">What is used, for the error after disposal.</param>
sealed class RunningCalls(Type owner)
{
    readonly Lock _lock = new();
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _running;
    bool _closed;

    /// <summary>Completed when the last call has ended after <see cref="Close"/>.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Begins a call, which ends when the result is disposed.</summary>
    /// <exception cref="ObjectDisposedException">After <see cref="Close"/>.</exception>
    public Call Enter()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, owner);
            _running++;
        }
        return new(this);
    }

    /// <summary>Lets no further call in; true the first time.</summary>
    public bool Close()
    {
        lock (_lock)
        {
            if (_closed) return false;
            _closed = true;
            if (_running == 0) _ended.SetResult();
            return true;
        }
    }

    void Leave()
    {
        lock (_lock)
            if (--_running == 0 && _closed) _ended.SetResult();
    }

    /// <summary>One call.</summary>
    internal sealed class Call(RunningCalls calls) : IDisposable
    {
        int _left;

        /// <inheritdoc/>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0) calls.Leave();
        }
    }
}
