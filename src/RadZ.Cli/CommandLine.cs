using System.CommandLine;
using System.Runtime.InteropServices;
using RadZ.Cli.Verbs;

namespace RadZ.Cli;

/// <summary>The program: parses, runs one verb, and turns whatever goes wrong into one short message and an exit code.</summary>
static class CommandLine
{
    /// <summary>Runs the arguments.</summary>
    public static async Task<int> Run(string[] args)
    {
        var parsed = Root().Parse(args.Length == 0 ? ["--help"] : args, new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0) return Usage.Explain(parsed);
        using var stop = new CancellationTokenSource();
        var code = ExitCode.Interrupted;
        void Stop(PosixSignalContext signal)
        {
            if (stop.IsCancellationRequested) return;                              // the second time the process ends at once
            if (signal.Signal == PosixSignal.SIGTERM) code = ExitCode.Terminated;
            signal.Cancel = true;
            stop.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("stopped.");
            return code;
        }
        catch (InvalidInputException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.BadInput;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {e.Message} Check that the place exists, is writable and has room.");
            return ExitCode.BadInput;
        }
        catch (Exception e)
        {
            return Unexpected(e);
        }
    }

    /// <summary>The whole tree of verbs.</summary>
    public static RootCommand Root()
    {
        var root = new RootCommand("Recognises diseases in chest X-rays by their descriptions (LLaVA-RadZ). Research use only: not a medical device.")
        {
            ClassifyVerb.Create(), TrainVerb.Create(), EvaluateVerb.Create(), ReportVerb.Create(), VerifyVerb.Create(), CompareVerb.Create(), FeaturesVerb.Create(), KnowledgeVerb.Create(), InspectVerb.Create(), ConvertVerb.Create(), PullVerb.Create(),
        };
        foreach (var help in root.Options.OfType<System.CommandLine.Help.HelpOption>()) help.Action = new ExampleHelp();
        return root;
    }

    /// <summary>A fault of the program.</summary>
    internal static int Unexpected(Exception e)
    {
        Console.Error.WriteLine($"error: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
        Console.Error.WriteLine(Environment.GetEnvironmentVariable("RADZ_DEBUG") == "1" ? e.ToString()
            : "This is a bug: please report it with the command and this message; RADZ_DEBUG=1 shows where it happened.");
        return ExitCode.Bug;
    }
}
