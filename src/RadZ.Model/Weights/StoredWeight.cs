namespace RadZ.Model.Weights;

/// <summary>A weight and the file it lies in.</summary>
/// <param name="File">The file.</param>
/// <param name="Theirs">Its name there.</param>
sealed record StoredWeight(IWeightFile File, string Theirs)
{
    public TensorEntry Entry => File.Tensors[Theirs];
}
