namespace RadZ.Training.Losses;

/// <summary>The patches' mean says of the diseases what the teacher says.</summary>
/// <param name="weight">Its weight.</param>
/// <param name="taught">Whether there is a teacher: without one it is left out.</param>
sealed class TeacherScoreTerm(double weight, bool taught) : ILossTerm
{
    public string Name => "teacher scores";

    public double Weight => weight;

    public bool IsUsed => taught && weight > 0;

    public Tensor Compute(LossInputs inputs) => DistillationLoss.Scores(inputs.Read.Logits_BC, inputs.TeacherLogits_BC!);
}
