using System.Diagnostics;

namespace RadZ.Cli.Text;

/// <summary>A line on stderr that says how far a long work is; nothing where stderr is no terminal or the work is short.</summary>
sealed class Counter(string what, int total) : IDisposable
{
    readonly bool _shown = !Console.IsErrorRedirected && total > 32;
    readonly Stopwatch _watch = Stopwatch.StartNew();
    TimeSpan _last;
    int _done;

    /// <summary>One more is done; any thread may say so.</summary>
    public void Step()
    {
        lock (_watch) Count();
    }

    void Count()
    {
        _done++;
        if (!_shown || _watch.Elapsed - _last < TimeSpan.FromMilliseconds(200)) return;
        _last = _watch.Elapsed;
        var rate = _done / _last.TotalSeconds;
        Console.Error.Write($"\r{what} {_done:N0} of {total:N0}, {rate:0.#}/s, {TimeSpan.FromSeconds((total - _done) / rate):h\\:mm\\:ss} left\u001b[K");
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        if (_shown) Console.Error.Write("\r\u001b[K");
    }
}
