using RadZ.Training.Data;
using RadZ.Training.Recipes;

namespace RadZ.Training.Losses;

/// <summary>Each image is pulled to the sentences of its own categories, as <see cref="AnchorLoss"/> pulls it to the bank.</summary>
/// <param name="recipe">Its weight and all else.</param>
/// <param name="truth">Which categories the images belong to.</param>
sealed class CategoryTerm(AlignmentRecipe recipe, BatchTruth truth) : ILossTerm
{
    public string Name => "category";

    public double Weight => recipe.CategoryWeight;

    public LossNeeds Needs => LossNeeds.Categories;

    public Tensor Compute(LossInputs inputs) => AnchorLoss.OneSided(inputs.Image.Global_BD, truth.Images(inputs.Batch, recipe.Unknown),
        inputs.Categories_CD!, recipe.Temperature);
}
