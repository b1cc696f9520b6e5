using RadZ.Cli.Arguments;
using RadZ.Data.Studies;
using RadZ.Experiments.Running;
using RadZ.Model.Checkpoints;
using RadZ.Training.Runs;

namespace RadZ.Cli.Output;

/// <summary>Tells on stderr how an experiment goes: stdout is for what it finds.</summary>
sealed class ExperimentConsole : IExperimentObserver
{
    /// <summary>All that an experiment is given: the model, this user's cache and key, and stderr for what is told.</summary>
    public static ExperimentContext ContextOf(ModelChoice choice) => new()
    {
        Model = new ChosenModel(choice),
        Texts = Installation.Texts(),
        Pseudonyms = new(Pseudonyms.ForInstallation),
        Observer = new ExperimentConsole(),
        Word = OptionNames.Tell,
    };

    /// <inheritdoc/>
    public IStageCounter Count(string what, int total, bool always = false) => new ProgressCounter(what, total, always);

    /// <inheritdoc/>
    public void Note(string text) => Console.Error.WriteLine(text);

    /// <inheritdoc/>
    public void Fault(string text) => Console.Error.WriteLine($"error: {text}");

    /// <inheritdoc/>
    public void Untrained(ModelSettings settings) => Notices.WarnIfUntrained(settings);

    /// <inheritdoc/>
    public ITrainingObserver Training() => new PlainProgress(Console.Error, TimeProvider.System);
}
