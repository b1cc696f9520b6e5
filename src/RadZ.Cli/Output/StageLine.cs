using System.Diagnostics;

namespace RadZ.Cli.Output;

/// <summary>
/// Says on stderr what a long work is at: on a terminal a line that changes, elsewhere a line where the last is ten seconds old; nothing
/// where the work is short.
/// </summary>
sealed class StageLine(string what) : IDisposable
{
    static readonly TimeSpan s_betweenLines = TimeSpan.FromSeconds(10), s_betweenChanges = TimeSpan.FromMilliseconds(200);
    readonly bool _terminal = !Console.IsErrorRedirected;
    readonly Stopwatch _watch = Stopwatch.StartNew();
    TimeSpan _last;
    bool _shown;

    /// <summary>The next part.</summary>
    public void At(string part)
    {
        if (_watch.Elapsed - _last < (_terminal ? s_betweenChanges : s_betweenLines)) return;
        (_last, _shown) = (_watch.Elapsed, true);
        Console.Error.Write(_terminal ? $"\r{what} {part}\u001b[K" : $"{what} {part}\n");
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        if (_shown && _terminal) Console.Error.Write("\r\u001b[K");
    }
}
