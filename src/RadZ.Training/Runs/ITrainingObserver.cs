using RadZ.Training.Validation;

namespace RadZ.Training.Runs;

/// <summary>One optimizer step.</summary>
sealed record StepReport
{
    /// <summary>Name of the phase.</summary>
    public required string Phase { get; init; }

    /// <summary>Steps done in it, from 1.</summary>
    public required int Step { get; init; }

    /// <summary>Steps it has.</summary>
    public required int Steps { get; init; }

    /// <summary>Passes over the data so far.</summary>
    public required double Epoch { get; init; }

    /// <summary>Learning rate.</summary>
    public required double Rate { get; init; }

    /// <summary>Norm of the gradient before clipping.</summary>
    public required double Norm { get; init; }

    /// <summary>Loss and its parts.</summary>
    public required IReadOnlyList<(string Name, double Value)> Terms { get; init; }

    /// <summary>Over the last steps.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>Until the end of the phase at this speed.</summary>
    public required TimeSpan Left { get; init; }
}

/// <summary>Watches a run: the command line draws it, a test records it.</summary>
interface ITrainingObserver
{
    /// <summary>Something a person should know.</summary>
    void Message(string text);

    /// <summary>Pictures decoded before the first step.</summary>
    void Prepared(int done, int total);

    /// <summary>After every step.</summary>
    void Stepped(StepReport report);

    /// <summary>After every validation.</summary>
    void Validated(string phase, double epoch, IReadOnlyList<ValidationFigure> figures);
}
