using RadZ.Training.Validation;

namespace RadZ.Training.Runs;

/// <summary>One optimizer step.</summary>
/// <param name="Phase">Name of the phase.</param>
/// <param name="Step">Steps done in it, from 1.</param>
/// <param name="Steps">Steps it has.</param>
/// <param name="Epoch">Passes over the data so far.</param>
/// <param name="Rate">Learning rate.</param>
/// <param name="Norm">Norm of the gradient before clipping.</param>
/// <param name="Terms">Loss and its parts.</param>
/// <param name="ImagesPerSecond">Over the last steps.</param>
/// <param name="Left">Until the end of the phase at this speed.</param>
sealed record StepReport(string Phase, int Step, int Steps, double Epoch, double Rate, double Norm,
    IReadOnlyList<(string Name, double Value)> Terms, double ImagesPerSecond, TimeSpan Left);

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
