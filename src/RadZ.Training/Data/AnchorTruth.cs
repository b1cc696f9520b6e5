namespace RadZ.Training.Data;

// B batch, C diseases of the bank

/// <summary>Which categories a batch of images or texts belongs to.</summary>
/// <param name="Diseases">For each sample the bank rows of its diseases; null or empty = unknown, left out.</param>
/// <param name="Excluded">[B, C] row-major: categories of which nobody knows whether the sample has them, left out of its softmax; null =
/// none.</param>
sealed record AnchorTruth(IReadOnlyList<IReadOnlyList<int>?> Diseases, bool[]? Excluded = null);
