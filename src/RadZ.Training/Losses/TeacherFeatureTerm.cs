namespace RadZ.Training.Losses;

/// <summary>Each patch says what the teacher sees at its place.</summary>
/// <param name="weight">Its weight.</param>
/// <param name="taught">Whether there is a teacher: without one it is left out.</param>
sealed class TeacherFeatureTerm(double weight, bool taught) : ILossTerm
{
    public string Name => "teacher features";

    public double Weight => weight;

    public bool IsUsed => taught && weight > 0;

    public Tensor Compute(LossInputs inputs)
    {
        var said_BVW = inputs.Read.Features_BVW;
        return DistillationLoss.Features(said_BVW, inputs.TeacherFeatures_BVW);
    }
}
