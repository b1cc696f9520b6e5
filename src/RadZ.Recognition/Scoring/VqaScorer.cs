using RadZ.Files;
using RadZ.Model.Features;
using RadZ.Model.Generation;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Results;
using RadZ.Text.Knowledge;

namespace RadZ.Recognition.Scoring;

// B images, C diseases, S side in pixels

/// <summary>The questions that ask for one disease by name.</summary>
sealed record VqaQuestions
{
    const string Slot = "{disease}";

    /// <summary>Asked of a disease; holds <c>{disease}</c>.</summary>
    public string Template
    {
        get; init => field = value.Contains(Slot, StringComparison.Ordinal) ? value
        : throw new ArgumentException($"The question \"{value}\" has no {Slot}: every disease would be asked alike.", nameof(Template));
    }
        = "Does this chest X-ray show {disease}? Answer yes or no.";

    /// <summary>Asked of "no finding", of which the other question would be a double negation.</summary>
    public string Normal { get; init; } = "Is this chest X-ray normal, without any abnormal finding? Answer yes or no.";

    /// <summary>The question of a disease of a list.</summary>
    public string QuestionFor(DiseaseList.Entry entry) => entry.Disease.Name == Disease.NoFinding ? Normal
        : Template.Replace(Slot, entry.Disease.Name, StringComparison.Ordinal);
}

/// <summary>
/// The usual way of classifying with a large multimodal model, against which the paper argues: each disease is asked for by name, and the
/// scores of yes and no as the first token of the answer are read. It needs a model that answers in words, and a pass for every disease;
/// the image is decoded once for all of them.
/// </summary>
sealed class VqaScorer
{
    readonly TextGenerator _generator;
    readonly IReadOnlyList<string> _questions;
    readonly YesNoTokens _tokens;

    /// <param name="encoder">The model.</param>
    /// <param name="list">The diseases.</param>
    /// <param name="questions">How they are asked for.</param>
    /// <exception cref="InvalidInputException">The model does not answer in words, or its tokenizer cannot tell yes from no.</exception>
    public VqaScorer(RadiologyEncoder encoder, DiseaseList list, VqaQuestions? questions = null)
    {
        (_generator, List, _tokens) = (new(encoder), list, YesNoTokens.Find(encoder.Folder.Tokenizer));
        _questions = [.. list.Entries.Select((questions ?? new()).QuestionFor)];
    }

    /// <summary>The diseases.</summary>
    public DiseaseList List { get; }

    /// <summary>
    /// ln P(yes) - ln P(no) of each disease in each image, [B][C]: its sigmoid is P(yes) / (P(yes) + P(no)), where each is the sum over the
    /// spellings of the word.
    /// </summary>
    public double[][] Margins(Tensor pixels_B3SS, CancellationToken cancel = default)
    {
        using var _ = NewDisposeScope();
        return [.. Enumerable.Range(0, (int)pixels_B3SS.shape[0]).Select(image =>
        {
            using var scores_CW = _generator.FirstTokens(pixels_B3SS.narrow(0, image, 1), _questions, cancel: cancel);
            return _tokens.Margins(scores_CW);
        })];
    }

    /// <summary>Findings of prepared images, in the order of the list: the score is the margin, "alone" its sigmoid.</summary>
    public IReadOnlyList<ScoredDisease>[] Findings(Tensor pixels_B3SS, CancellationToken cancel = default) =>
        [.. Margins(pixels_B3SS, cancel).Select(margins =>
    {
        var paper = Probabilities.Paper(margins);
        return (IReadOnlyList<ScoredDisease>)[
            .. List.Entries.Select((d, c) => new ScoredDisease(d.Name, margins[c], paper[c], Probabilities.Sigmoid(margins[c])))];
    })];
}
