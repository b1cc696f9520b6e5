using System.Runtime.InteropServices;

namespace RadZ.Model.Runtime;

/// <summary>
/// glibc gives blocks above some hundred kilobytes back to the system when they are freed, and takes them anew, page by page, with the next
/// operation: at 7B size that was 10 % of a layer's time. Here it is told to keep them. The limit is the largest it accepts, 32 MiB a
/// block.
/// </summary>
static partial class TorchHeap
{
    const int TrimThreshold = -1, MapThreshold = -3, MostArenas = -8;

    static bool s_kept;

    /// <summary>Once a process; elsewhere than on Linux with glibc it does nothing.</summary>
    public static void KeepBlocks()
    {
        if (s_kept || !OperatingSystem.IsLinux()) return;
        s_kept = true;
        try
        {
            _ = SetOption(MapThreshold, 32 << 20);
            _ = SetOption(TrimThreshold, 1 << 30);
            _ = SetOption(MostArenas, 1);                          // a thread's own heap could not grow as far
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // another C library, with its own ways
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
