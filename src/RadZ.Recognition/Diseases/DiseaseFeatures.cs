using RadZ.Model.Features;

namespace RadZ.Recognition.Diseases;

// C diseases of the list, V diseases of the bank, D width

/// <summary>A disease list as features: computed once, used for every image.</summary>
sealed class DiseaseFeatures : IDisposable
{
    DiseaseFeatures(DiseaseList list, Tensor present_CD, Tensor absent_CD, Tensor description_CD, Tensor bank_VD) =>
        (List, Present_CD, Absent_CD, Description_CD, Bank_VD) = (list, present_CD, absent_CD, description_CD, bank_VD);

    /// <summary>The diseases.</summary>
    public DiseaseList List { get; }

    /// <summary>Features of the category sentences.</summary>
    public Tensor Present_CD { get; }

    /// <summary>Features of their negations.</summary>
    public Tensor Absent_CD { get; }

    /// <summary>Features of the diseases' own descriptions.</summary>
    public Tensor Description_CD { get; }

    /// <summary>Features of the bank of the anchored score.</summary>
    public Tensor Bank_VD { get; }

    /// <summary>Computes or fetches all texts of a list.</summary>
    public static DiseaseFeatures Compute(RadiologyEncoder encoder, DiseaseList list, TextFeatureCache cache)
    {
        using var _ = NewDisposeScope();
        var (c, bank) = (list.Entries.Count, list.BankTexts);
        var all = cache.Get(encoder,
            [.. list.Entries.Select(e => e.Present), .. list.Entries.Select(e => e.Absent), .. list.Entries.Select(e => e.Description),
                .. bank]);
        Tensor Part(long from, long count) => all.narrow(0, from, count).clone().DetachFromDisposeScope();
        return new(list, Part(0, c), Part(c, c), Part(2 * c, c), Part(3 * c, bank.Count));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[Present_CD, Absent_CD, Description_CD, Bank_VD]) tensor.Dispose();
    }
}
