using System.Runtime.InteropServices;

namespace RadZ.Model.Runtime;

/// <summary>How torch's threads wait for each other: for a program to say as it starts, before torch is loaded.</summary>
static class ThreadWaiting
{
    /// <summary>
    /// Threads that have nothing to do sleep soon: by default they spin for milliseconds after each operation, on the cores that our own
    /// kernels then want. What the variable GOMP_SPINCOUNT says already stays.
    /// </summary>
    public static void SpinLittle()
    {
        if (!OperatingSystem.IsLinux()) return;
        try { _ = setenv("GOMP_SPINCOUNT\0"u8.ToArray(), "3000\0"u8.ToArray(), 0); }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException) { }
    }

    [DllImport("libc")]
    static extern int setenv(byte[] name, byte[] value, int overwrite);
}
