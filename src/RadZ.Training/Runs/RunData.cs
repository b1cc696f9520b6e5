using System.Text.Json.Nodes;
using RadZ.Data;
using RadZ.Files;
using RadZ.Training.Data;

namespace RadZ.Training.Runs;

/// <summary>
/// Which data a run was trained and judged on: the hashes of its <c>run.json</c>. Runs are compared only where they agree.
/// </summary>
/// <param name="Training">Of the training images, patients and labels (<c>Datasets.DataHash</c>).</param>
/// <param name="Validation">Of those that it is judged on.</param>
/// <param name="Run">The folder of the run that has them, for messages.</param>
sealed record RunData(string Training, string Validation, string Run)
{
    /// <summary>Of data that were read.</summary>
    internal static RunData From(TrainingData data) => new(DataHash.Compute(data.Training), DataHash.Compute(data.Validation), "");

    /// <summary>What a run's record says; null where there is no record, or one that says nothing of its data.</summary>
    public static RunData? From(RunFolder run) => File.Exists(run.Facts) && JsonNode.Parse(File.ReadAllText(run.Facts)) is { } facts
        && facts["training_hash"]?.GetValue<string>() is { } training && facts["validation_hash"]?.GetValue<string>() is { } validation
            ? new(training, validation, run.Path) : null;

    /// <summary>Refuses data that are not these.</summary>
    /// <param name="other">What another run has, or is about to be trained on.</param>
    /// <param name="path">That run.</param>
    /// <exception cref="InvalidInputException">They differ; the message says in what.</exception>
    public void RefuseOther(RunData other, string path)
    {
        if (other.Validation != Validation)
            throw new InvalidInputException(path, "other-data",
                $"is judged on other images or labels than {Run}, though their recipes name the same data (validation_hash " +
                $"{other.Validation[..12]}, there {Validation[..12]}): files were changed in between. A comparison would mean nothing; " +
                "put them back, or train all arms again in another ‹out›.");
        if (other.Training != Training)
            throw new InvalidInputException(path, "other-data",
                $"is trained on other images or labels than {Run}, though their recipes name the same data (training_hash " +
                $"{other.Training[..12]}, there {Training[..12]}): files were changed in between. A comparison would mean nothing; put " +
                "them back, or train all arms again in another ‹out›.");
    }
}
