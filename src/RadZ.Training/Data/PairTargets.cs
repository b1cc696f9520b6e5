namespace RadZ.Training.Data;

/// <summary>Rows of targets for the contrastive loss, [B, B] row-major, rows summing to 1.</summary>
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
