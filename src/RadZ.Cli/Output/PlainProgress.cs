using RadZ.Training.Runs;

namespace RadZ.Cli.Output;

/// <summary>A line every ten seconds, and of the first and last step of each phase.</summary>
sealed class PlainProgress(TextWriter output, TimeProvider time) : TrainingProgress
{
    static readonly TimeSpan s_between = TimeSpan.FromSeconds(10);
    readonly Lock _lock = new();
    long _last;
    string? _phase;

    /// <inheritdoc/>
    public override void Message(string text)
    {
        lock (_lock) output.WriteLine(text);
    }

    /// <inheritdoc/>
    public override void Prepared(int done, int total)
    {
        if (done == total) Message($"{total} pictures prepared");
    }

    /// <inheritdoc/>
    public override void Stepped(StepReport report)
    {
        var first = report.Phase != _phase;
        if (!first && report.Step < report.Steps && time.GetElapsedTime(_last) < s_between) return;
        (_phase, _last) = (report.Phase, time.GetTimestamp());
        Message($"{report.Phase}, step {report.Step} of {report.Steps}, epoch {report.Epoch:0.00}, rate {report.Rate:0.0e0}: " +
            $"{Terms(report)}; {Speed(report)}");
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
