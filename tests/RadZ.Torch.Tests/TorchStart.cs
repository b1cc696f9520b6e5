using System.Runtime.CompilerServices;

namespace RadZ.Torch.Tests;

/// <summary>As the program does: before torch is loaded.</summary>
static class TorchStart
{
#pragma warning disable CA2255 // an initializer of a test program is meant
    [ModuleInitializer]
    internal static void Begin() => RadZ.Model.Runtime.ThreadWaiting.SpinLittle();
#pragma warning restore CA2255
}
