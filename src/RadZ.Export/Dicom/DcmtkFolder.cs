using RadZ.Files;
using RadZ.Imaging.Dicom.Codecs;

namespace RadZ.Export.Dicom;

/// <summary>
/// A private folder in which DCMTK's tools make one file; gone when it is disposed. They run as the decoders do: bounded by the kernel, no
/// shell, arguments as a list, their output thrown away, since it may quote a patient.
/// </summary>
sealed class DcmtkFolder : IDisposable
{
    static readonly ProcessBounds s_bounds = new(Cpu: 20, AddressSpace: 1L << 30, FileBytes: 256 << 20, TimeSpan.FromSeconds(30));
    readonly string _folder = Directory.CreateTempSubdirectory("radz-report-").FullName;

    /// <summary>A file of the folder, by its whole path: no name can be taken for an option.</summary>
    public string At(string name) => Path.Combine(_folder, name);

    /// <summary>Runs a tool to its end.</summary>
    /// <exception cref="InvalidInputException">It is not installed (<c>missing-program</c>), took too long, or failed.</exception>
    public static void Run(string tool, params string[] arguments)
    {
        var outcome = BoundedProcess.Run(Find("prlimit", "util-linux"), Find("setpriv", "util-linux"), Find(tool, "dcmtk"), arguments,
            s_bounds);
        if (outcome.TookTooLong)
            throw new InvalidInputException(tool, "tool-failed",
                $"it was still running after {s_bounds.Wall.TotalSeconds:0} seconds and was stopped; try again, and please report it.");
        if (outcome.Code != 0)
            throw new InvalidInputException(tool, "tool-failed", $"it ended with code {outcome.Code}; please report it.");
    }

    /// <summary>A finished file.</summary>
    public byte[] Read(string name) => File.ReadAllBytes(At(name));

    // PATH is where programs are found, whoever runs them: the one thing that is asked of the environment
    static string Find(string program, string package) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
        ?? throw new InvalidInputException(program, "missing-program",
            $"the program is not installed; results as DICOM need the Debian package {package} (apt-get install {package}).");

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
