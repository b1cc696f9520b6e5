using RadZ.Model.Runtime;
using RadZ.Training.Data;
using RadZ.Training.Recipes;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Training.Losses;

// B batch, C diseases, D width, M = samples with known diseases

/// <summary>L_anchor: each image and each text is pulled to the vectors of its own diseases (method.md section 4).</summary>
static class AnchorLoss
{
    /// <summary>
    /// The mean over known samples, and over image and text, of -1/|P| sum over its diseases of log softmax(g . v / tau).
    /// </summary>
    /// <param name="image_BD">Global image features; any scale.</param>
    /// <param name="text_BD">Global text features.</param>
    /// <param name="bank_CD">Category vectors; any scale.</param>
    /// <param name="diseases">For each sample the bank rows of its diseases; null or empty = unknown, left out.</param>
    /// <param name="temperature">tau.</param>
    public static Tensor Compute(Tensor image_BD, Tensor text_BD, Tensor bank_CD, IReadOnlyList<IReadOnlyList<int>?> diseases,
        double temperature) =>
        Compute(image_BD, new(diseases), text_BD, new(diseases), bank_CD, temperature);

    /// <summary>The same where image and text may say different things (a text that names only some of the diseases).</summary>
    /// <param name="image_BD">Global image features; any scale.</param>
    /// <param name="imageTruth">What is true of the images.</param>
    /// <param name="text_BD">Global text features.</param>
    /// <param name="textTruth">What the texts say.</param>
    /// <param name="bank_CD">Category vectors; any scale.</param>
    /// <param name="temperature">tau.</param>
    public static Tensor Compute(Tensor image_BD, AnchorTruth imageTruth, Tensor text_BD, AnchorTruth textTruth, Tensor bank_CD,
        double temperature)
    {
        using var _ = NewDisposeScope();
        var (image, images) = Sum(image_BD, bank_CD, imageTruth, temperature);
        var (text, texts) = Sum(text_BD, bank_CD, textTruth, temperature);
        if (images + texts == 0) return image_BD.sum().Times(0).MoveToOuterDisposeScope();
        return image.Plus(text).Over(images + texts).MoveToOuterDisposeScope();
    }

    /// <summary>One side alone: the mean over samples with known diseases.</summary>
    public static Tensor OneSided(Tensor g_BD, AnchorTruth truth, Tensor bank_CD, double temperature)
    {
        using var _ = NewDisposeScope();
        var (sum, known) = Sum(g_BD, bank_CD, truth, temperature);
        return (known == 0 ? g_BD.sum().Times(0) : sum.Over(known)).MoveToOuterDisposeScope();
    }

    static (Tensor Sum, int Known) Sum(Tensor g_BD, Tensor bank_CD, AnchorTruth truth, double temperature)
    {
        var diseases = truth.Diseases;
        var (b, c) = ((int)g_BD.shape[0], (int)bank_CD.shape[0]);
        if (diseases.Count != b) throw new ArgumentException($"{diseases.Count} disease lists for {b} samples.", nameof(truth));
        var weights = new double[b * c];
        var known = 0;
        for (var i = 0; i < b; i++)
        {
            if (diseases[i] is not { Count: > 0 } own) continue;
            known++;
            foreach (var disease in own) weights[i * c + disease] += 1.0 / own.Count;
        }
        var logits_BC = F.normalize(g_BD, dim: -1).mm(F.normalize(bank_CD, dim: -1).t()).Over(temperature);
        if (truth.Excluded is { } excluded) logits_BC = logits_BC.Masked(tensor(excluded, [b, c], device: g_BD.device), Masked.Logit);
        var weights_BC = tensor(weights, [b, c], dtype: g_BD.dtype, device: g_BD.device);
        return (-(weights_BC * F.log_softmax(logits_BC, 1)).sum(), known);
    }
}

/// <summary>The term of <see cref="AnchorLoss"/>: its weight is what lambda leaves.</summary>
/// <param name="recipe">Lambda and all else.</param>
/// <param name="truth">Which categories images and texts belong to.</param>
sealed class AnchorTerm(AlignmentRecipe recipe, BatchTruth truth) : ILossTerm
{
    public string Name => "anchor";

    public double Weight => 1 - recipe.Lambda;

    public LossNeeds Needs => LossNeeds.Bank;

    public Tensor Compute(LossInputs inputs) => AnchorLoss.Compute(inputs.Image.Global_BD, truth.Images(inputs.Batch, recipe.Unknown),
        inputs.Text.Global_BD, truth.Texts(inputs.Batch, recipe.Unknown), inputs.Bank_CD!, recipe.Temperature);
}
