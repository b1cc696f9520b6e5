using RadZ.Model.Checkpoints;
using RadZ.Training.Runs;

namespace RadZ.Experiments.Running;

/// <summary>Watches an experiment. Members may be called from any thread, and must not throw.</summary>
interface IExperimentObserver
{
    /// <summary>A stage of known length begins; disposing ends it.</summary>
    /// <param name="what">What is counted: "scored".</param>
    /// <param name="total">How many there will be.</param>
    /// <param name="always">Worth showing however short it is.</param>
    IStageCounter Count(string what, int total, bool always = false);

    /// <summary>Something a person should know.</summary>
    void Note(string text);

    /// <summary>One image, row or part could not be used; the others go on.</summary>
    void Fault(string text);

    /// <summary>A model was loaded whose scores mean little yet.</summary>
    void Untrained(ModelSettings settings);

    /// <summary>Who watches a model that is trained within the experiment.</summary>
    ITrainingObserver Training();
}

/// <summary>How far a stage is. Any thread may count.</summary>
interface IStageCounter : IDisposable
{
    /// <summary>So many were done by an earlier run.</summary>
    void Skip(int count);

    /// <summary>One more is done.</summary>
    void Step();
}
