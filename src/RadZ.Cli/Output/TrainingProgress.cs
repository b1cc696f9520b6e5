using RadZ.Training.Runs;
using RadZ.Training.Validation;

namespace RadZ.Cli.Output;

/// <summary>Shows a run while it goes: a live line on a terminal, plain lines elsewhere.</summary>
abstract class TrainingProgress : ITrainingObserver, IAsyncDisposable
{
    /// <summary>What fits standard output.</summary>
    public static TrainingProgress ForOutput() =>
        Console.IsOutputRedirected ? new PlainProgress(Console.Out, TimeProvider.System)
            : new TerminalProgress(Spectre.Console.AnsiConsole.Console);

    /// <inheritdoc/>
    public abstract void Message(string text);

    /// <summary>Another run of several begins.</summary>
    /// <param name="done">Runs before it.</param>
    /// <param name="total">Runs in all.</param>
    public virtual void NextRun(int done, int total) { }

    /// <inheritdoc/>
    public abstract void Prepared(int done, int total);

    /// <inheritdoc/>
    public abstract void Stepped(StepReport report);

    /// <inheritdoc/>
    public void Validated(string phase, double epoch, IReadOnlyList<ValidationFigure> figures)
    {
        foreach (var figure in figures)
            Message($"{phase}, epoch {epoch:0.##}: {figure.Task}: AUC {Number(figure.Auc)} (of scores {Number(figure.ScoreAuc)}; " +
                $"{figure.Classes} classes, {figure.Images} images)");
    }

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>The loss with its parts.</summary>
    protected static string Terms(StepReport r) => string.Join(", ", r.Terms.Select(t => $"{t.Name} {t.Value:0.0000}"));

    /// <summary>Speed and the time that the phase still takes.</summary>
    protected static string Speed(StepReport r) => $"{r.ImagesPerSecond:0} images/s, {(int)r.Left.TotalHours}:{r.Left:mm\\:ss} left";

    static string Number(double? value) => value is { } v ? $"{v:0.0000}" : "-";
}
