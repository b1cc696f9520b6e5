namespace RadZ.Training.Losses;

/// <summary>Which texts of a batch belong to which images: what the contrastive loss counts as a true pair.</summary>
enum PairTargetKind
{
    /// <summary>Only an image's own text: the paper's.</summary>
    Diagonal,

    /// <summary>Every text whose sample has the same disease set: a batch with five pneumonias has no four false negatives.</summary>
    SameLabel,

    /// <summary>Every text that is true of the image: what it asserts is present, what it denies is absent.</summary>
    Entailment,
}

/// <summary>Rows of targets for <see cref="ContrastiveLoss"/>, [B, B] row-major, rows summing to 1.</summary>
static class PairTargets
{
    /// <summary>1/n for the n samples whose disease set equals the row's; an unknown set equals only itself.</summary>
    public static double[] SameLabel(IReadOnlyList<IReadOnlyList<int>?> diseases) => Rows(diseases.Count, (i, j) =>
        i == j || (diseases[i] is { } own && diseases[j] is { } other && own.ToHashSet().SetEquals(other)));

    /// <summary>1/n for the n texts that are true of the row's image; its own always is.</summary>
    /// <param name="size">Samples of the batch.</param>
    /// <param name="isTrue">Whether text j is true of image i.</param>
    public static double[] Entailment(int size, Func<int, int, bool> isTrue) => Rows(size, (i, j) => i == j || isTrue(i, j));

    static double[] Rows(int size, Func<int, int, bool> belongs)
    {
        var targets = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            var own = Enumerable.Range(0, size).Where(j => belongs(i, j)).ToList();
            foreach (var j in own) targets[i * size + j] = 1.0 / own.Count;
        }
        return targets;
    }
}
