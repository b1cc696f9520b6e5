namespace RadZ.Recognition;

/// <summary>Which model made a reading.</summary>
public sealed record ModelInfo
{
    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 over the weights that are used, in lower-case hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary>Version of the library.</summary>
    public required string Version { get; init; }

    /// <summary>The diseases that are told apart where a caller names none.</summary>
    public required IReadOnlyList<string> Diseases { get; init; }

    /// <summary>Diseases whose labels were seen in training; any other is recognized by its description alone.</summary>
    public required IReadOnlyList<string> TrainedOn { get; init; }
}
