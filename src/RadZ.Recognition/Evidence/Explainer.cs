using RadZ.Files;
using RadZ.Imaging;
using RadZ.Model.Checkpoints;
using RadZ.Model.Features;
using RadZ.Model.Runtime;
using RadZ.Recognition.Scoring;

namespace RadZ.Recognition.Evidence;

// B images, C diseases, V patches, N heads, K modality tokens, D width, S side in pixels

/// <summary>
/// Says where in an image the model found what speaks for a disease. A map shows what moved the score, not where the disease is: how often
/// the two agree is measured (<c>radz localise</c>).
/// </summary>
/// <param name="encoder">The model.</param>
/// <param name="scorer">Its diseases and the score that is explained.</param>
sealed class Explainer(RadiologyEncoder encoder, ImageScorer scorer)
{
    /// <summary>The way that a model's maps are made when nobody says how: by what it was taught, else by gradients.</summary>
    public static HeatMapMethod StandardOf(ModelSettings settings) =>
        settings.Grounding is null ? HeatMapMethod.Gradient : HeatMapMethod.Grounded;

    /// <summary>Throws where a model has no maps of a kind: asked once, before many images are read.</summary>
    /// <exception cref="InvalidInputException"><see cref="HeatMapMethod.Grounded"/> of a model that was not trained for it.</exception>
    public static void Require(RadiologyEncoder encoder, HeatMapMethod method)
    {
        if (method == HeatMapMethod.Grounded && encoder.Folder.Settings.Grounding is null)
            throw new InvalidInputException(encoder.Folder.Path, "not-grounded",
                $"was not trained to say where findings are, so it has no {nameof(HeatMapMethod.Grounded).ToLowerInvariant()}" +
                $" maps; take another way, or train with 'alignment.grounding'.");
    }

    /// <summary>Maps of some diseases in one image, in their order.</summary>
    /// <param name="pixels">[3, S, S], prepared.</param>
    /// <param name="diseases">Places in the scorer's list.</param>
    /// <param name="method">How.</param>
    /// <param name="cancel">Asked between forward passes.</param>
    /// <exception cref="InvalidInputException"><see cref="HeatMapMethod.Grounded"/> of a model that was not trained for it.</exception>
    public IReadOnlyList<HeatMap> Explain(float[] pixels, IReadOnlyList<int> diseases, HeatMapMethod method,
        CancellationToken cancel = default)
    {
        using var _ = NewDisposeScope();
        var side = encoder.Folder.Preparation.Size;
        var pixels_13SS = tensor(pixels, [1, 3, side, side], device: encoder.Device);
        if (method == HeatMapMethod.Occlusion) return Occlusion.Compute(Contrasts, pixels_13SS, diseases, cancel);
        if (method == HeatMapMethod.Grounded) return Grounded(pixels_13SS, diseases, cancel);
        using var evidence = encoder.Evidence(pixels_13SS);
        return method switch
        {
            HeatMapMethod.Similarity => PatchScores(evidence, diseases),
            HeatMapMethod.Attention => [.. diseases.Select(_ => Grid(evidence.AttentionToPatches(evidence.Attention_BNKS.detach())))],
            _ => Contributions(evidence, diseases, cancel),
        };
    }

    List<HeatMap> Grounded(Tensor pixels_13SS, IReadOnlyList<int> diseases, CancellationToken cancel)
    {
        Require(encoder, HeatMapMethod.Grounded);
        var grounding = encoder.Folder.Settings.Grounding!;
        return ShiftedMaps.Compute(pixels => scorer.Shares(encoder.PatchStates(pixels), grounding), pixels_13SS,
            encoder.Folder.Config.Vision.PatchSize, diseases, cancel);
    }

    /// <summary>Scores less their mean over the list, [B, C], of prepared pictures.</summary>
    Tensor Contrasts(Tensor pixels_B3SS) => Contrast(scorer.Scores(encoder.Images(pixels_B3SS, globalOnly: true).Global_BD));

    /// <summary>
    /// attention * d score / d attention, above zero, mean over heads and tokens. The score is the disease's against the mean of the list:
    /// what speaks for all speaks for none.
    /// </summary>
    List<HeatMap> Contributions(ImageEvidence evidence, IReadOnlyList<int> diseases, CancellationToken cancel)
    {
        var contrast_BC = Contrast(scorer.Scores(evidence.Global_BD));
        List<HeatMap> maps = [];
        foreach (var (index, disease) in diseases.Index())
        {
            cancel.ThrowIfCancellationRequested();
            maps.Add(Grid(evidence.AttentionToPatches(Moving(contrast_BC.select(1, disease).sum(), evidence.Attention_BNKS,
                retain: index < diseases.Count - 1))));
        }
        return maps;
    }

    /// <summary>relu(attention * d score / d attention): how far each look raises the score.</summary>
    internal static Tensor Moving(Tensor score, Tensor attention_BNKS, bool retain)
    {
        Tensor gradient_BNKS = null!;
        BackwardPass.Run(() => gradient_BNKS = autograd.grad([score], [attention_BNKS], retain_graph: retain)[0]);
        return (attention_BNKS.detach() * gradient_BNKS).relu();
    }

    List<HeatMap> PatchScores(ImageEvidence evidence, IReadOnlyList<int> diseases)
    {
        using var _ = no_grad();
        var contrast_VC = Contrast(scorer.Scores(evidence.Patches_BVD.squeeze(0)));
        return [.. diseases.Select(d => Grid(contrast_VC.select(1, d)))];
    }

    /// <summary>Scores less their mean over the list.</summary>
    internal static Tensor Contrast(Tensor score_BC) => score_BC - score_BC.mean([1], keepdim: true);

    static HeatMap Grid(Tensor map_V)
    {
        var values = map_V.flatten().to(ScalarType.Float32).contiguous().data<float>().ToArray();
        var cells = (int)Math.Sqrt(values.Length);
        return new(cells, cells, values);
    }
}
