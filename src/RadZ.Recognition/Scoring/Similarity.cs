using RadZ.Model.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Recognition.Scoring;

// B images, C diseases, D width

/// <summary>The three scores of method.md section 6, from features of any scale. Higher means more alike.</summary>
static class Similarity
{
    /// <summary>g . t_c / tau: the image against each category's text, [B, C].</summary>
    public static Tensor Direct(Tensor image_BD, Tensor category_CD, double temperature)
    {
        using var _ = NewDisposeScope();
        return F.normalize(image_BD, dim: -1).mm(F.normalize(category_CD, dim: -1).t()).Over(temperature).MoveToOuterDisposeScope();
    }

    /// <summary>(V g / tau) . (V t_c / tau): image and text both seen through the bank of descriptions V, [B, C].</summary>
    public static Tensor Anchored(Tensor image_BD, Tensor category_CD, Tensor bank_VD, double temperature)
    {
        using var _ = NewDisposeScope();
        return Direct(image_BD, bank_VD, temperature).mm(Direct(category_CD, bank_VD, temperature).t()).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// (V' g) . (V' t_c) / tau with V' = V less its mean vector, [B, C]: what the paper's form means to compare. Descriptions share most
    /// of their direction (cosines near 0.6 between them), and a sum over the bank squares that share: the paper's form then ranks a
    /// category by how typical a description it is, the same for every image, and at 1/tau^2 saturates the softmax. See
    /// docs/decisions/0005.
    /// </summary>
    public static Tensor AnchoredCentered(Tensor image_BD, Tensor category_CD, Tensor bank_VD, double temperature)
    {
        using var _ = NewDisposeScope();
        var unit_VD = F.normalize(bank_VD, dim: -1);
        // one description is no crowd to stand out from
        var centered_VD = unit_VD.shape[0] < 2 ? unit_VD : unit_VD - unit_VD.mean([0], keepdim: true);
        Tensor Seen(Tensor x_XD) => F.normalize(x_XD, dim: -1).mm(centered_VD.t());
        return Seen(image_BD).mm(Seen(category_CD).t()).Over(temperature).MoveToOuterDisposeScope();
    }

    /// <summary>g . v_c / tau: the image against each disease's description, [B, C].</summary>
    public static Tensor Bank(Tensor image_BD, Tensor bank_CD, double temperature) => Direct(image_BD, bank_CD, temperature);
}
