using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Microsoft.Win32.SafeHandles;

/// <summary>
/// libLibTorchSharp.so (0.107.0) asks for symbol version GLIBCXX_3.4.32; hosts whose libstdc++ is older (Debian 12,
/// Ubuntu 22.04) refuse to load it, although the only symbol of that version is an unused marker. When - and only
/// when - normal loading has failed, an in-memory copy with that one requirement flagged weak is loaded instead.
/// Linked into every assembly that uses torch, so that it is in place before the first TorchSharp call.
/// </summary>
static class TorchNativeBootstrap
{
    const string Library = "LibTorchSharp", FileName = "libLibTorchSharp.so", Key = "torch-native-bootstrap";

#pragma warning disable CA2255 // a module initializer in a library is intended here
    [ModuleInitializer]
    internal static void Install()
    {
        if (!OperatingSystem.IsLinux()) return;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += static (_, name) => name == Library ? LoadWeakened() : 0;
    }
#pragma warning restore CA2255

    static nint LoadWeakened()
    {
        lock (typeof(AppContext)) // several assemblies carry this file: load one copy only
        {
            if (AppContext.GetData(Key) is nint known) return known;
            string[] dirs = [.. (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(':'), AppContext.BaseDirectory];
            if (dirs.FirstOrDefault(d => d.Length > 0 && File.Exists(Path.Combine(d, FileName))) is not { } dir) return 0;
            byte[] elf = File.ReadAllBytes(Path.Combine(dir, FileName));
            if (!Weaken(elf, "GLIBCXX_3.4.32"u8)) return 0;
            foreach (string dep in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"]) // $ORIGIN no longer finds them
                NativeLibrary.TryLoad(Path.Combine(dir, dep), out _);
            int fd = memfd_create("libLibTorchSharp.so\0"u8.ToArray(), 1 /* MFD_CLOEXEC */);
            if (fd < 0) return 0;
            using var file = new SafeFileHandle(fd, ownsHandle: true);
            RandomAccess.Write(file, elf, 0);
            if (!NativeLibrary.TryLoad($"/proc/self/fd/{fd}", out nint lib)) return 0;
            AppContext.SetData(Key, lib);
            return lib;
        }
    }

    /// <summary>Sets VER_FLG_WEAK on the .gnu.version_r entries of that name in a little-endian ELF64 image.</summary>
    internal static bool Weaken(Span<byte> elf, ReadOnlySpan<byte> version)
    {
        if (elf.Length < 64 || !elf[..6].SequenceEqual("\u007fELF\u0002\u0001"u8)) return false;
        int sections = (int)U64(elf, 0x28), size = U16(elf, 0x3A), count = U16(elf, 0x3C);
        bool changed = false;
        for (int s = sections; s < sections + count * size; s += size)
        {
            if (U32(elf, s + 4) != 0x6ffffffe) continue; // SHT_GNU_verneed
            int strings = (int)U64(elf, sections + (int)U32(elf, s + 40) * size + 24);
            for (int need = (int)U64(elf, s + 24), next = -1; next != 0; need += next)
            {
                next = (int)U32(elf, need + 12);
                for (int aux = need + (int)U32(elf, need + 8), n = U16(elf, need + 2); n > 0; n--, aux += (int)U32(elf, aux + 12))
                {
                    Span<byte> name = elf[(strings + (int)U32(elf, aux + 8))..];
                    if (!name[..name.IndexOf((byte)0)].SequenceEqual(version)) continue;
                    BinaryPrimitives.WriteUInt16LittleEndian(elf[(aux + 4)..], (ushort)(U16(elf, aux + 4) | 2));
                    changed = true;
                }
            }
        }
        return changed;
    }

    static ushort U16(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt16LittleEndian(b[at..]);
    static uint U32(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt32LittleEndian(b[at..]);
    static ulong U64(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt64LittleEndian(b[at..]);

    [DllImport("libc")]
    static extern int memfd_create(byte[] name, uint flags);
}
