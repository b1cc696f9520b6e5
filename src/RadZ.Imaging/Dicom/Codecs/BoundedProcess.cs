using System.Diagnostics;

namespace RadZ.Imaging.Dicom.Codecs;

/// <summary>What a child process may take.</summary>
/// <param name="Cpu">Seconds of processor time.</param>
/// <param name="AddressSpace">Bytes it may map.</param>
/// <param name="FileBytes">Bytes a file may grow to.</param>
/// <param name="Wall">Time until it is killed.</param>
sealed record ProcessBounds(int Cpu, long AddressSpace, long FileBytes, TimeSpan Wall);

/// <summary>How a child process ended.</summary>
/// <param name="Code">Its exit code; 128 and the signal's number where one ended it.</param>
/// <param name="TookTooLong">Killed when its time was over, by the clock or by its processor seconds.</param>
readonly record struct ProcessOutcome(int Code, bool TookTooLong);

/// <summary>
/// Runs a program within bounds that the kernel keeps (util-linux's prlimit), and that die with the thread that waits for it (setpriv's
/// pdeathsig): no shell, no inherited input, output thrown away, environment empty but for the path and the language.
/// </summary>
static class BoundedProcess
{
    const int Killed = 128 + 9, CpuExceeded = 128 + 24;

    /// <summary>Blocks its thread until the program has ended: the signal of the parent's death hangs on that thread.</summary>
    public static ProcessOutcome Run(string prlimit, string setpriv, string program, IEnumerable<string> arguments, ProcessBounds bounds)
    {
        var start = new ProcessStartInfo(setpriv,
        [
            "--pdeathsig", "KILL", "--", prlimit, $"--cpu={bounds.Cpu}:{bounds.Cpu + 1}", $"--as={bounds.AddressSpace}",
            $"--fsize={bounds.FileBytes}", "--core=0", "--nofile=64",
            "--", program, .. arguments,
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var output = process.StandardOutput;                          // the process does not dispose what was taken out of it
        using var error = process.StandardError;
        var drained = Task.WhenAll(output.BaseStream.CopyToAsync(Stream.Null), error.BaseStream.CopyToAsync(Stream.Null));
        if (!process.WaitForExit(bounds.Wall))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return new(Killed, TookTooLong: true);
        }
        drained.Wait(TimeSpan.FromSeconds(1));
        return new(process.ExitCode, process.ExitCode is Killed or CpuExceeded);
    }
}
