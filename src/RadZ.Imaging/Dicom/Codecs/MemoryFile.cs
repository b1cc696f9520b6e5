using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RadZ.Imaging.Dicom.Codecs;

/// <summary>
/// A file that has no name and lies in memory (memfd_create): a child process opens it under /proc, the system takes it away with us,
/// whatever happens. Nothing of a patient's picture ever comes to a disk, and there is no folder to clean.
/// </summary>
sealed partial class MemoryFile : IDisposable
{
    const uint CloseOnExec = 1;

    public MemoryFile()
    {
        var descriptor = Create("radz", CloseOnExec);
        if (descriptor < 0)
            throw new IOException($"no file in memory could be made: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        Handle = new(descriptor, ownsHandle: true);
        Path = $"/proc/{Environment.ProcessId}/fd/{descriptor}";
    }

    /// <summary>For ourselves.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>For a child process; it begins with a slash, so no program takes it for an option.</summary>
    public string Path { get; }

    public void Write(ReadOnlySpan<byte> bytes) => RandomAccess.Write(Handle, bytes, RandomAccess.GetLength(Handle));

    public void Dispose() => Handle.Dispose();

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Create(string name, uint flags);
}
