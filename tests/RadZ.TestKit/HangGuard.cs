using System.Runtime.ExceptionServices;

namespace RadZ.TestKit;

/// <summary>Runs what must end. It fails only what truly hangs: a machine under load is slow, not broken.</summary>
public static class HangGuard
{
    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs it on a thread of its own; what it throws comes out.</summary>
    public static T Run<T>(Func<T> work)
    {
        var (answer, fault) = (default(T), (ExceptionDispatchInfo?)null);
        var thread = new Thread(() =>
        {
            try { answer = work(); }
            catch (Exception e) { fault = ExceptionDispatchInfo.Capture(e); }
        }, 8 << 20)
        { IsBackground = true };
        thread.Start();
        if (!thread.Join(s_patience)) throw new TimeoutException($"It did not end within {s_patience}: it hangs.");
        fault?.Throw();
        return answer!;
    }
}
