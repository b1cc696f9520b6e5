using RadZ.Data;
using RadZ.Files;
using RadZ.Model.Features;
using RadZ.Model.Generation;
using RadZ.Model.Runtime;
using RadZ.Model.Weights;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Scoring;
using RadZ.Text.ChatTemplates;
using RadZ.Text.Knowledge;
using RadZ.Text.Sequences;
using RadZ.Training.Data;
using RadZ.Training.Losses;
using RadZ.Training.Optimization;
using RadZ.Training.Recipes;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Training.Phases;

// R questions, T tokens of an answer, W vocabulary, V patches

/// <summary>
/// Phase "answering": the usual way of classifying with a multimodal model, trained. The same LLaVA, to its last layer and LM head, learns
/// by next-token cross entropy to answer "Yes" or "No" (and to stop) to a question about one disease; the question's own tokens have no
/// loss. It is scored as <see cref="VqaScorer"/> scores any LLaVA.
/// </summary>
sealed class AnsweringTask : ITrainingTask
{
    const int Ignored = -100;

    readonly PhaseContext _context;
    readonly RadiologyEncoder _encoder;
    readonly AnsweringRecipe _recipe;
    readonly VisionFeatures _vision;
    readonly AskedQuestions _asked;
    readonly Dictionary<string, TokenSequence> _prompts;
    readonly int[] _yes, _no;

    /// <summary>The context's model, from where it is.</summary>
    /// <exception cref="InvalidInputException">The model does not answer in words, or its tokenizer cannot tell yes from no.</exception>
    public AnsweringTask(PhaseContext context, PhaseRecipe phase)
    {
        (_context, _encoder, _recipe, _vision) = (context, context.Encoder, phase.Answering, new(context, phase));
        var folder = _encoder.Folder;
        YesNoTokens.Find(folder.Tokenizer);
        var template = new TextGenerator(_encoder).Template;
        _prompts = Diseases(_context.Data.Diseases, context.Knowledge).Entries.ToDictionary(e => e.Name, e =>
            template.Encode([ChatMessage.WithImage(Questions(_recipe).QuestionFor(e))], folder.Tokenizer, folder.Config.ImageTokenIndex,
                folder.Config.Vision.Patches));
        (_yes, _no) = ([.. folder.Tokenizer.EncodeWord("Yes", spaced: true), folder.Tokenizer.EndId],
            [.. folder.Tokenizer.EncodeWord("No", spaced: true), folder.Tokenizer.EndId]);
        _asked = new(_context.Data.Diseases, _context.Data.Training, _recipe.PerPicture);
        Groups = WeightGroups.Create(_encoder.Training.Weights.Where(w => IsAnswering(w.Name)), phase.WeightDecay,
            name => WeightNames.IsVision(name) ? phase.VisionRate
                : WeightNames.IsProjector(name) ? phase.ProjectorRate : 1);
        foreach (var (name, value) in _encoder.Training.Weights) value.requires_grad_(Groups.Any(g => g.Weights.Any(w => w.Name == name)));
    }

    /// <summary>The questions as the scorer takes them.</summary>
    public static VqaQuestions Questions(AnsweringRecipe recipe) => new() { Template = recipe.Question, Normal = recipe.NormalQuestion };

    static DiseaseList Diseases(IReadOnlyList<string> names, KnowledgeBase knowledge) => DiseaseList.Create(names, knowledge);

    /// <summary>All of the decoder, the projector, and of the vision tower what is read.</summary>
    bool IsAnswering(string name) =>
        WeightNames.IsDecoder(name) || WeightNames.IsProjector(name)
        || (WeightNames.IsVision(name) && _encoder.Training.IsOnFeaturePath(name));

    /// <inheritdoc/>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <inheritdoc/>
    public bool ReadsPixels => _vision.ReadsPixels;

    /// <summary>
    /// Batches so far without a known label: nothing could be asked of them, and they had no part in the loss. The column <c>unasked</c>
    /// says in which steps.
    /// </summary>
    public int Unasked { get; private set; }

    /// <inheritdoc/>
    public LossTerms Loss(TrainingBatch batch, int number)
    {
        var asked = _asked.Draw(batch.Samples, unchecked(_context.Recipe.Seed * 9_176_263 + number));
        if (asked.Count == 0)
        {
            Unasked++;
            // a batch without a known label teaches nothing, and stops nothing
            var nothing = Groups[0].Weights[0].Value.sum().Times(0);
            return new(nothing, [("answers", nothing), ("unasked", ones(1, device: _encoder.Device).sum())]);
        }
        var device = _encoder.Device;
        var width = Math.Max(_yes.Length, _no.Length);
        var (places, targets) = (new long[asked.Count * width], Enumerable.Repeat((long)Ignored, asked.Count * width).ToArray());
        var rows = asked.Select((question, row) =>
        {
            var (prompt, answer) = (_prompts[question.Disease], question.IsPresent ? _yes : _no);
            for (var t = 0; t < width; t++)
            {
                // what stands there is to be followed by the answer's token t
                places[row * width + t] = prompt.Length - 1 + Math.Min(t, answer.Length - 1);
                if (t < answer.Length) targets[row * width + t] = answer[t];
            }
            return new TokenSequence([.. prompt.Ids, .. answer], [.. prompt.Roles, .. Enumerable.Repeat(TokenRole.Text, answer.Length)]);
        }).ToList();
        var model = _encoder.Model;
        var patches_BVD = model.Project(_vision.Read(batch).Patches_BVD);
        var patches_RVD = patches_BVD.index_select(0, tensor(asked.Select(a => (long)a.Picture).ToArray(), device: device));
        var scores_RTW = model.Answers(TokenBatch.Pad(rows, _encoder.Folder.Settings.PadToken, PaddingSide.Right), patches_RVD,
            tensor(places, [asked.Count, width], device: device), _encoder.ComputeType);
        var loss = F.cross_entropy(scores_RTW.flatten(0, 1), tensor(targets, device: device), ignore_index: Ignored);
        return new(loss, [("answers", loss), ("unasked", zeros(1, device: device).sum())]);
    }

    /// <inheritdoc/>
    public ValidationScores Score(IReadOnlyList<Sample> samples, PreparedImages images, CancellationToken cancel) =>
        Scores(_encoder, _context, _recipe, samples, images, cancel);

    /// <summary>ln P(yes) - ln P(no) of every disease that is scored, by a model.</summary>
    public static ValidationScores Scores(RadiologyEncoder encoder, PhaseContext context, AnsweringRecipe recipe,
        IReadOnlyList<Sample> samples, PreparedImages images, CancellationToken cancel)
    {
        var scored = context.Scored;
        var scorer = new VqaScorer(encoder, Diseases(scored, context.Knowledge), Questions(recipe));
        return ScoringPass.Run(samples, scored, chunk =>
        {
            var margins = scorer.Margins(PixelTensor.Create(chunk, images, encoder.Device), cancel);
            return tensor(margins.SelectMany(m => m).ToArray(), [chunk.Length, scored.Count]);
        }, cancel);
    }

    /// <summary>The model lives on in the context.</summary>
    public void Dispose() { }
}
