using System.Diagnostics;
using System.Text.Json;

namespace RadZ.Torch.Tests.Cli;

/// <summary>What a run of the program left behind.</summary>
sealed record Run(int Code, string Out, string Error)
{
    /// <summary>Standard output as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    /// <summary>Standard output by line.</summary>
    public string[] Lines => Out.TrimEnd('\n').Split('\n');
}

/// <summary>The real program in a process of its own, as a user starts it.</summary>
sealed class Radz(string folder, string? model)
{
    /// <summary>What hangs ends; what is slow on a shared machine does not.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    /// <summary>Runs it to its end.</summary>
    public Run Start(params string[] args)
    {
        using var process = Process.Start(Command(args))!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            Assert.Fail($"radz {string.Join(' ', args)} did not end within {Patience.TotalSeconds} s and was killed; it said: " +
                $"{output.Result}{error.Result}");
        }
        return new(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>How it is started: in the test's folder, on one thread, with a text cache of the test's own.</summary>
    public ProcessStartInfo Command(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "radz.dll"), .. args])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["RADZ_CACHE"] = Path.Combine(folder, "cache");
        start.Environment["RADZ_KEY"] = "the key of the tests";
        start.Environment.Remove("RADZ_DEBUG");
        start.Environment.Remove("RADZ_MODEL");
        if (model is not null) start.Environment["RADZ_MODEL"] = model;
        return start;
    }
}
