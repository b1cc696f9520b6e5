using System.CommandLine;
using System.Runtime.InteropServices;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Cli.Verbs;
using RadZ.Files;

namespace RadZ.Cli;

/// <summary>The program: parses, runs one verb, and turns whatever goes wrong into one short message and an exit code.</summary>
static class RadzCommand
{
    /// <summary>Runs the arguments.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        Installation.Begin();
        var parsed = Root().Parse(args.Length == 0 ? ["--help"] : args,
            new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
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
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("stopped.");
            return code;
        }
        catch (Exception e)
        {
            // one of several threads' faults speaks for all
            return Explain(e is AggregateException several ? several.Flatten().InnerExceptions[0] : e);
        }
    }

    /// <summary>Whatever went wrong as one short message, and the exit code it means.</summary>
    static int Explain(Exception e)
    {
        if (e is not (InvalidInputException or IOException or UnauthorizedAccessException)) return Unexpected(e);
        Console.Error.WriteLine(e is InvalidInputException bad ? $"error: {Notices.Redact(bad)}"
            : $"error: {e.Message} Check that the place exists, is writable and has room.");
        return ExitCode.BadInput;
    }

    /// <summary>The whole tree of verbs.</summary>
    public static RootCommand Root()
    {
        var root = new RootCommand("Recognises diseases in chest X-rays by their descriptions (LLaVA-RadZ). Research use only: not a " +
            "medical device.")
        {
            ClassifyVerb.Create(), AskVerb.Create(), TrainVerb.Create(), SweepVerb.Create(), ReproduceVerb.Create(), EvaluateVerb.Create(),
            ReportVerb.Create(), VerifyVerb.Create(), CompareVerb.Create(), LocalizeVerb.Create(), RobustnessVerb.Create(),
            FeaturesVerb.Create(),
            PhantomVerb.Create(), KnowledgeVerb.Create(), InspectVerb.Create(), ConvertVerb.Create(), GateVerb.Create(), MergeVerb.Create(),
            PullVerb.Create(), NewCheckpointVerb.Create(),
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
