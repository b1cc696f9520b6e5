using F = TorchSharp.torch.nn.functional;

namespace RadZ.Recognition;

// B images, C diseases, D width

/// <summary>The three scores of method.md section 6, from features of any scale. Higher means more alike.</summary>
public static class Similarity
{
    /// <summary>g . t_c / tau: the image against each category's text, [B, C].</summary>
    public static Tensor Direct(Tensor image_BD, Tensor category_CD, double temperature)
    {
        using var _ = NewDisposeScope();
        return (F.normalize(image_BD, dim: -1).mm(F.normalize(category_CD, dim: -1).t()) / temperature).MoveToOuterDisposeScope();
    }

    /// <summary>(V g / tau) . (V t_c / tau): image and text both seen through the bank of descriptions V, [B, C].</summary>
    public static Tensor Anchored(Tensor image_BD, Tensor category_CD, Tensor bank_VD, double temperature)
    {
        using var _ = NewDisposeScope();
        return Direct(image_BD, bank_VD, temperature).mm(Direct(category_CD, bank_VD, temperature).t()).MoveToOuterDisposeScope();
    }

    /// <summary>g . v_c / tau: the image against each disease's description, [B, C].</summary>
    public static Tensor Bank(Tensor image_BD, Tensor bank_CD, double temperature) => Direct(image_BD, bank_CD, temperature);
}
