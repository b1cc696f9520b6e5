using System.ComponentModel;
using System.Diagnostics;

namespace RadZ.Reporting;

/// <summary>
/// A private folder in which DCMTK's tools make one file; gone when it is disposed. No shell: arguments are a list, and every file is one
/// of this folder, so that no name can be taken for an option.
/// </summary>
sealed class DcmtkFolder : IDisposable
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    readonly string _folder = Directory.CreateTempSubdirectory("radz-report-").FullName;

    /// <summary>A file of the folder.</summary>
    public string At(string name) => Path.Combine(_folder, name);

    /// <summary>Runs a tool to its end.</summary>
    /// <exception cref="InvalidInputException">It is not installed (<c>missing-tool</c>), took too long, or failed; what it says is not repeated, since it may quote a patient.</exception>
    public void Run(string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(tool, arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            if (!process.WaitForExit(s_limit))
            {
                process.Kill(entireProcessTree: true);
                throw new InvalidInputException(tool, "tool-failed", $"it was still running after {s_limit.TotalSeconds:0} seconds and was stopped; try again, and please report it.");
            }
            Task.WaitAll(output, error);
            if (process.ExitCode != 0)
                throw new InvalidInputException(tool, "tool-failed", $"it ended with code {process.ExitCode} (RADZ_DEBUG=1 shows what it said); please report it."
                    + (Environment.GetEnvironmentVariable("RADZ_DEBUG") == "1" ? $"\n{error.Result}" : ""));
        }
        catch (Win32Exception e)
        {
            throw new InvalidInputException(tool, "missing-tool", "the program is not installed; results as DICOM are made by DCMTK: apt-get install dcmtk.", e);
        }
    }

    /// <summary>Moves a finished file to its place, whole or not at all.</summary>
    public void Publish(string name, string path) => AtomicFile.Write(path, to =>
    {
        using var from = File.OpenRead(At(name));
        from.CopyTo(to);
    });

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
