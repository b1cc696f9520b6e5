namespace RadZ.Cli.Arguments;

/// <summary>What the process says to scripts; the root help lists them.</summary>
static class ExitCode
{
    /// <summary>All that was asked for was done.</summary>
    public const int Ok = 0;

    /// <summary>A fault of the program.</summary>
    public const int Bug = 1;

    /// <summary>Something given cannot be used: an argument, a file, or one of many images.</summary>
    public const int BadInput = 2;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM.</summary>
    public const int Terminated = 143;
}
