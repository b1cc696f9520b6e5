using RadZ.Data.Studies;
using RadZ.Files;
using RadZ.Model.Checkpoints;
using RadZ.Recognition.Diseases;
using RadZ.Text.Knowledge;

namespace RadZ.Experiments.Running;

/// <summary>What an experiment is given by whoever runs it: nothing is taken from the environment.</summary>
sealed record ExperimentContext
{
    /// <summary>The model.</summary>
    public required IModelSource Model { get; init; }

    /// <summary>Where features of texts are kept.</summary>
    public required TextFeatureCache Texts { get; init; }

    /// <summary>The key under which files that say who a patient is are shown; asked for when the first is.</summary>
    public required Lazy<Pseudonyms> Pseudonyms { get; init; }

    /// <summary>Who is told.</summary>
    public required IExperimentObserver Observer { get; init; }

    /// <summary>How an error is worded: where a parameter is called otherwise than in code.</summary>
    public Func<InvalidInputException, string> Word { get; init; } = error => error.Message;

    /// <summary>The clock of records.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What a file is called where it may be seen.</summary>
    public ShownFile Shown(string path) => ShownFile.Create(path, Pseudonyms.Value);

    /// <summary>An error as it may be shown: without what the file that it is about says of a patient, in its path too.</summary>
    public string Told(InvalidInputException error) =>
        File.Exists(error.Path) ? Shown(error.Path).Redact(Word(error)) : Word(error);

    /// <summary>The embedded knowledge, a model's own (its adapter's, where that has some) over it, a file over both.</summary>
    /// <param name="file">The file; null: none.</param>
    /// <param name="model">The model's folder; null: none.</param>
    /// <param name="adapter">The adapter's; null: none.</param>
    public static KnowledgeBase Knowledge(string? file, string? model, string? adapter)
    {
        var knowledge = ModelFolder.KnowledgeOf(model, adapter);
        return file is null ? knowledge : knowledge.WithOverrides(KnowledgeBase.Load(file));
    }
}
