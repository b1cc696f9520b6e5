using RadZ.Cli.Arguments;
using RadZ.Files;
using RadZ.Model.Checkpoints;
using RadZ.Recognition.Archives;
using RadZ.Recognition.Results;

namespace RadZ.Cli.Output;

/// <summary>What <c>classify</c> says on stderr while it runs and at its end.</summary>
sealed class ClassificationTexts(ArchiveRun run, RowFormat format) : IArchiveObserver, IDisposable
{
    ProgressCounter? _counter;

    /// <inheritdoc/>
    public void Loaded(ModelSettings settings)
    {
        if (run.Score != ScoreKind.Vqa) Notices.WarnIfUntrained(settings);
    }

    /// <inheritdoc/>
    public void Begin(int films) => _counter = new("read", format == RowFormat.Table && !Console.IsOutputRedirected ? 0 : films);

    /// <inheritdoc/>
    public void Skip(int films) => _counter?.Skip(films);

    /// <inheritdoc/>
    public void Step() => _counter?.Step();

    /// <inheritdoc/>
    public void Read() => Dispose();

    /// <inheritdoc/>
    public void Answered()
    {
        if (format != RowFormat.Table) Notices.ResearchUseOnError();
    }

    /// <inheritdoc/>
    public void MapRefused(string film) =>
        Console.Error.WriteLine($"warning: {film}: the header says that a name is burned into the picture, so no map is drawn " +
            $"over it; give --identified for a folder that may hold it.");

    /// <inheritdoc/>
    public void ReportRefused(InvalidInputException reason) => Console.Error.WriteLine($"error: {OptionNames.Tell(reason)}");

    /// <inheritdoc/>
    public void Explained(int maps, bool grounded)
    {
        var shows = grounded ? "A map shows where the model takes the finding to be, whether or not it is there"
            : "A map shows what moved the score, not where the disease is";
        Console.Error.WriteLine($"{maps} maps in {run.Explain}. {shows}.");
    }

    /// <summary>The last lines, and the exit code.</summary>
    public static int Tell(ArchiveOutcome outcome)
    {
        var (films, failed, doubted) = (outcome.Films, outcome.Failed, outcome.Doubted);
        if (outcome.Kept > 0) Console.Error.WriteLine($"{outcome.Kept:N0} answers were there already.");
        if (failed > 0 && films > 1) Console.Error.WriteLine($"{failed:N0} of {films:N0} images could not be read.");
        if (doubted.Count > 0)
        {
            var reasons = doubted.OrderByDescending(d => d.Value).ThenBy(d => d.Key, StringComparer.Ordinal)
                .Select(d => $"{d.Key} {d.Value:N0}");
            Console.Error.WriteLine($"{doubted.Values.Sum():N0} of {films:N0} images are doubted ({string.Join(", ", reasons)}); " +
                $"--gate refuse refuses them.");
        }
        if (outcome.Silent > 0) Console.Error.WriteLine($"{outcome.Silent:N0} studies have no readable image, and no report.");
        if (outcome.Refused > 0)
            Console.Error.WriteLine($"{outcome.Refused:N0} reports could not be made; the reasons stand above.");
        return failed + outcome.Refused > 0 ? ExitCode.BadInput : ExitCode.Ok;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _counter?.Dispose();
        _counter = null;
    }
}
