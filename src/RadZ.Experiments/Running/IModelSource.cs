using RadZ.Files;
using RadZ.Model.Features;

namespace RadZ.Experiments.Running;

/// <summary>The model of an experiment: where it lies, and how it is loaded.</summary>
interface IModelSource
{
    /// <summary>As it was named; null where nothing was named.</summary>
    string? Given { get; }

    /// <summary>The adapter over it; null: none.</summary>
    string? Adapter { get; }

    /// <summary>Its folder, where one is found.</summary>
    string? Find();

    /// <summary>Its folder.</summary>
    /// <exception cref="InvalidInputException">None is found.</exception>
    string Require();

    /// <summary>Loads it; the caller disposes it.</summary>
    /// <exception cref="InvalidInputException">It is missing or malformed.</exception>
    RadiologyEncoder Load();

    /// <summary>Another model, loaded in the same way, without an adapter.</summary>
    IModelSource At(string folder);
}
