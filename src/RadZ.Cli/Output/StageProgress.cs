using System.Diagnostics;

namespace RadZ.Cli.Output;

/// <summary>
/// Says on stderr what a long work is at: on a terminal beside a spinner, elsewhere a line where the last is ten seconds old; nothing where
/// the work is short.
/// </summary>
sealed class StageProgress(string what) : IDisposable
{
    static readonly TimeSpan s_betweenLines = TimeSpan.FromSeconds(10), s_betweenChanges = TimeSpan.FromMilliseconds(200);
    readonly bool _terminal = !Console.IsErrorRedirected;
    readonly Stopwatch _watch = Stopwatch.StartNew();
    TimeSpan _last;
    LiveBar? _bar;

    /// <summary>The next part.</summary>
    public void At(string part)
    {
        if (_watch.Elapsed - _last < (_terminal ? s_betweenChanges : s_betweenLines)) return;
        _last = _watch.Elapsed;
        var text = $"{what} {part}";
        if (_terminal) (_bar ??= new(text)).Show(text, 0);
        else Console.Error.Write(text + "\n");
    }

    /// <summary>Takes it away.</summary>
    public void Dispose() => _bar?.Dispose();
}
