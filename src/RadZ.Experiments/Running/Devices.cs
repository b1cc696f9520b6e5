namespace RadZ.Experiments.Running;

/// <summary>Where experiments run.</summary>
static class Devices
{
    /// <summary>The accelerator, where there is one.</summary>
    public static Device Best => cuda.is_available() ? CUDA : CPU;
}
