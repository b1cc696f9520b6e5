using RadZ.Cli.Arguments;
using RadZ.Experiments.Running;
using RadZ.Model.Features;

namespace RadZ.Cli.Output;

/// <summary>The model that the arguments name, as experiments want it.</summary>
sealed class ChosenModel(ModelChoice choice) : IModelSource
{
    /// <inheritdoc/>
    public string? Given => choice.Model;

    /// <inheritdoc/>
    public string? Adapter => choice.Adapter;

    /// <inheritdoc/>
    public string? Find() => choice.Folder;

    /// <inheritdoc/>
    public string Require() => ModelLocation.Resolve(choice.Model);

    /// <inheritdoc/>
    public RadiologyEncoder Load() => choice.Load();

    /// <inheritdoc/>
    public IModelSource At(string folder) => new ChosenModel(new(folder, null, null));
}
