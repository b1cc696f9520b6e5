using System.Diagnostics;

namespace RadZ.Cli.Output;

/// <summary>
/// A bar on stderr that says how many gigabytes are done; nothing where stderr is no terminal. Told from several threads.
/// </summary>
sealed class ByteBar(string what) : IDisposable
{
    readonly bool _shown = !Console.IsErrorRedirected;
    readonly Stopwatch _watch = Stopwatch.StartNew();
    readonly Lock _lock = new();
    TimeSpan _last;
    long _done;
    LiveBar? _bar;

    /// <summary>So many bytes of all are done.</summary>
    public void Show(long done, long total)
    {
        if (!_shown) return;
        lock (_lock)
        {
            _done = Math.Max(_done, done);
            if (_watch.Elapsed - _last < TimeSpan.FromMilliseconds(200)) return;
            _last = _watch.Elapsed;
            var text = $"{what} {_done / 1e9:0.00} of {total / 1e9:0.00} GB, {_done / _last.TotalSeconds / 1e6:0} MB/s";
            (_bar ??= new(text, total)).Show(text, _done);
        }
    }

    /// <summary>Takes it away.</summary>
    public void Dispose() => _bar?.Dispose();
}
