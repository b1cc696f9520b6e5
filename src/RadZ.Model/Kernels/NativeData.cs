using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RadZ.Model.Kernels;

/// <summary>Addresses of tensors' numbers. They are valid while the tensor lives: callers keep it alive.</summary>
static unsafe class NativeData
{
    /// <summary>Where a contiguous tensor on the CPU begins.</summary>
    public static T* PointerTo<T>(Tensor tensor) where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
