using RadZ.Text.Sequences;

namespace RadZ.Model.Features;

// B batch, S positions, X = B * S, V patches, D decoder width, K modality tokens, R rows gathered

/// <summary>
/// What the decoder is fed: rows of the table at text positions, the modality tokens' own rows, projected patches at image positions.
/// The three are laid one after the other, and one gather puts each position's row in its place.
/// </summary>
static class EmbeddedSequence
{
    /// <summary>[B, S, D] in <paramref name="compute"/>.</summary>
    /// <param name="batch">Ids and roles.</param>
    /// <param name="table_VD">The embedding table.</param>
    /// <param name="specials_KD">The modality tokens' rows.</param>
    /// <param name="firstSpecial">The id of the first of them.</param>
    /// <param name="patches_BVD">Patches in the order of the image positions; null for texts.</param>
    /// <param name="compute">The dtype of the result.</param>
    public static Tensor Build(TokenBatch batch, Tensor table_VD, Tensor specials_KD, int firstSpecial, Tensor? patches_BVD,
        ScalarType compute)
    {
        using var _ = NewDisposeScope();
        var (patches, specials) = (patches_BVD is null ? 0 : patches_BVD.shape[0] * patches_BVD.shape[1], specials_KD.shape[0]);
        var (words, order, image) = (new List<long>(), new long[batch.Ids.Length], 0L);
        for (var i = 0; i < order.Length; i++)
            switch (batch.Roles[i])
            {
                case TokenRole.Special:
                    order[i] = batch.Ids[i] - firstSpecial;
                    break;
                case TokenRole.Image:
                    order[i] = specials + image++;
                    break;
                case TokenRole.Text:
                    if (batch.Ids[i] < 0 || batch.Ids[i] >= table_VD.shape[0])
                        throw new ArgumentException($"Token id {batch.Ids[i]} has no row in a table of {table_VD.shape[0]}: the " +
                            $"tokenizer belongs to another checkpoint.", nameof(batch));
                    order[i] = specials + patches + words.Count;
                    words.Add(batch.Ids[i]);
                    break;
                default:
                    order[i] = 0;                                                       // padding: any row will do, nothing reads it
                    break;
            }
        if (image != patches)
            throw new ArgumentException($"{image} image positions in the batch, {patches} patches from the vision tower: sequence and " +
                $"image size do not belong together.", nameof(batch));
        var rows = new List<Tensor> { specials_KD.to(compute) };
        if (patches_BVD is not null) rows.Add(patches_BVD.reshape(patches, -1).to(compute));
        rows.Add(table_VD.index_select(0, tensor(words, device: table_VD.device)).to(compute));
        var all_RD = cat(rows);
        return all_RD.index_select(0, tensor(order, device: table_VD.device)).view(batch.Rows, batch.Length, -1).MoveToOuterDisposeScope();
    }
}
