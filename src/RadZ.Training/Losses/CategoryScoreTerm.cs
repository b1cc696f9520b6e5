using RadZ.Model.Runtime;
using RadZ.Training.Teachers;

namespace RadZ.Training.Losses;

// B batch, C diseases, D width

/// <summary>
/// Each cosine of an image and a category, of the bank and of the sentences, as a logit of its own: two parts of the teacher's probability,
/// one of the label.
/// </summary>
/// <param name="weight">Its weight.</param>
/// <param name="readout">Turns cosines into logits; it belongs to the run.</param>
sealed class CategoryScoreTerm(double weight, VisionReadout? readout) : ILossTerm
{
    public string Name => "category scores";

    public double Weight => weight;

    public LossNeeds Needs => LossNeeds.Bank | LossNeeds.Categories;

    public Tensor Compute(LossInputs inputs) =>
        Scores(inputs, inputs.Bank_CD!).Plus(Scores(inputs, inputs.Categories_CD!)).Over(2);

    Tensor Scores(LossInputs inputs, Tensor category_CD)
    {
        var logits_BC = readout!.Logits(inputs.Image.Global_BD, category_CD);
        var labels = LabelLoss.Compute(logits_BC, inputs.Labels_BC);
        return inputs.TeacherLogits_BC is { } teacher_BC ? DistillationLoss.Scores(logits_BC, teacher_BC).Plus(labels.Over(2)) : labels;
    }
}
