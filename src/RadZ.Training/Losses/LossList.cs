using RadZ.Training.Data;
using RadZ.Training.Recipes;
using RadZ.Training.Teachers;

namespace RadZ.Training.Losses;

/// <summary>All terms of the phases' losses, in the order of the log: a new term is a line here.</summary>
static class LossList
{
    /// <summary>L = lambda L_cross + (1 - lambda) L_anchor, and what the recipe adds.</summary>
    /// <param name="recipe">Weights of the alignment.</param>
    /// <param name="distillation">Weights of what is learnt from teacher and labels.</param>
    /// <param name="truth">What is true within a batch.</param>
    /// <param name="taught">Whether there is a teacher.</param>
    /// <param name="readout">Reads the patches; null where no term does.</param>
    /// <param name="grounding">Reads findings from patches; null where no term does.</param>
    public static LossSum Alignment(AlignmentRecipe recipe, DistillationRecipe distillation, BatchTruth truth, bool taught,
        VisionReadout? readout, GroundingReadout? grounding) => new(
        [new CrossTerm(recipe, truth)],
        [new AnchorTerm(recipe, truth)],
        [new CategoryTerm(recipe, truth)],
        [new GroundingTerm(recipe.Grounding, grounding)],
        Taught(distillation, taught),
        [new CategoryScoreTerm(distillation.CategoryScores, readout)]);

    /// <summary>What a vision tower learns from the teacher and the labels.</summary>
    public static LossSum Distillation(DistillationRecipe recipe, bool taught) => new(Taught(recipe, taught));

    static IReadOnlyList<ILossTerm> Taught(DistillationRecipe recipe, bool taught) =>
        [new TeacherFeatureTerm(recipe.Features, taught), new TeacherScoreTerm(recipe.Scores, taught), new LabelTerm(recipe.Labels)];
}
