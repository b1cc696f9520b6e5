using RadZ.Data;
using RadZ.Files;
using RadZ.Model.Features;
using RadZ.Model.Runtime;
using RadZ.Model.Weights;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Scoring;
using RadZ.Text.Sequences;
using RadZ.Text.Wording;
using RadZ.Training.Data;
using RadZ.Training.Losses;
using RadZ.Training.Optimization;
using RadZ.Training.Recipes;

namespace RadZ.Training.Phases;

// B batch, C diseases, D width

/// <summary>
/// Phase "alignment": the method. L = lambda L_cross + (1 - lambda) L_anchor, and what the recipe adds. Phase "encoder_alignment" is the
/// same with the features of two encoders in place of the decoder's.
/// </summary>
sealed class AlignmentTask : ITrainingTask
{
    readonly PhaseContext _context;
    readonly RadiologyEncoder _encoder;
    readonly AlignmentRecipe _recipe;
    readonly LossSum _loss;
    readonly TokenSequence[] _descriptions, _categories;
    readonly Device _device;
    readonly int _accumulate, _microBatch;
    readonly bool _seesFrozen;
    readonly VisionFeatures _vision;
    readonly EncoderPair? _pair;
    Tensor? _bank_CD;

    /// <summary>
    /// The context's model, from where it is; for a phase of kind <c>encoder_alignment</c> its vision tower, with a new text encoder.
    /// </summary>
    public AlignmentTask(PhaseContext context, PhaseRecipe phase)
    {
        if (phase.Kind == PhaseKind.EncoderAlignment)
        {
            // two encoders have one feature a side
            phase = phase with { Alignment = phase.Alignment with { Cross = CrossVariant.Global } };
            _pair = new(context.Encoder.Folder, context.Recipe.Seed, context.Encoder.Device, context.Encoder.ComputeType);
        }
        _vision = new(context, phase);
        (_context, _encoder, _recipe, _device) = (context, context.Encoder, phase.Alignment, context.Encoder.Device);
        (_accumulate, _microBatch, _seesFrozen) =
            (phase.Accumulate, phase.MicroBatch, phase.VisionRate == 0 || _encoder.Training.Lora is not null);
        _encoder.Training.CheckpointLayers = phase.CheckpointLayers;
        var distillation = phase.Distillation;
        var readout = distillation is { Features: 0, Scores: 0, Labels: 0, CategoryScores: 0 } ? null
            : context.ReadoutFor(context.Teacher?.Net.Width ?? 1);
        var grounding = _recipe.Grounding > 0 ? context.GroundingFor() : null;
        Diseases = [.. context.Data.Diseases];
        _loss = LossList.Alignment(_recipe, distillation, new(context.Knowledge, Diseases), context.Teacher is not null, readout,
            grounding);
        _descriptions = [.. Diseases.Select(d => Sequence(Description(d)))];
        _categories = [.. Diseases.Select(d => Sequence(CategoryPrompts.Default.Present(d)))];
        Groups = WeightGroups.Create(Trained().Concat(readout?.Weights ?? []).Concat(grounding?.Weights ?? []),
            phase.WeightDecay, name => RateOf(name, phase));
        foreach (var (name, value) in _encoder.Training.Weights) value.requires_grad_(Groups.Any(g => g.Weights.Any(w => w.Name == name)));
    }

    /// <summary>Bytes of layers' inputs that a step of small parts may keep instead of computing the parts once more.</summary>
    internal long KeptInputs { get; init; } = FeatureCache.Room;

    /// <summary>The bank's diseases.</summary>
    public IReadOnlyList<string> Diseases { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => [];

    /// <inheritdoc/>
    public Func<string, TokenSequence>? Tokenize => Sequence;

    /// <inheritdoc/>
    public bool ReadsPixels => _vision.ReadsPixels;

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> State => _bank_CD is null ? [] : [("bank", _bank_CD)];

    /// <inheritdoc/>
    public void Restore(Func<string, Tensor> read)
    {
        if (_recipe.Bank != BankKind.Live) _bank_CD = read("bank").to(_device).clone().DetachFromDisposeScope();
    }

    TokenSequence Sequence(string text) => _pair?.Sequence(text) ?? _encoder.Sequences.Sequence(text);

    FeaturePair Images(Tensor patches_BVD, bool globalOnly = false) =>
        _pair?.Images(patches_BVD) ?? _encoder.Sequences.Images(patches_BVD, globalOnly);

    FeaturePair Texts(IReadOnlyList<TokenSequence> texts, bool globalOnly) =>
        _pair?.Texts(texts) ?? _encoder.Sequences.Texts(texts, globalOnly);

    /// <summary>
    /// A model with adapters trains those, the modality tokens and the projector; any other trains all that features depend on.
    /// </summary>
    IEnumerable<(string Name, Parameter Value)> Trained() =>
        _pair is not null ? _context.VisionWeights.Concat(_pair.Weights)
            : _encoder.Training.Weights.Where(w => _encoder.Training.IsOnFeaturePath(w.Name)
        && (_encoder.Training.Lora is null || TrainableModel.IsTrainedBesideAdapters(w.Name)));

    static double RateOf(string name, PhaseRecipe phase) =>
        WeightNames.IsVision(name)
            || name.StartsWith("readout.", StringComparison.Ordinal) && !name.EndsWith("scale", StringComparison.Ordinal)
                && !name.EndsWith("shift", StringComparison.Ordinal) ? phase.VisionRate
        : WeightNames.IsProjector(name) ? phase.ProjectorRate
        : 1;

    string Description(string disease) =>
        _context.Knowledge.Resolve(disease) is { Description: { } d } entry ? DiseaseList.DescriptionText(entry.Name, d)
        : throw new InvalidInputException("knowledge", "no-description",
            $"'{disease}' is in the training labels and has no description in the knowledge base; add one, or leave the disease out " +
            "(data.leave_out).");

    /// <inheritdoc/>
    public LossTerms Loss(TrainingBatch batch, int number)
    {
        if (_microBatch > 0) return LossOf(batch, number, new(_encoder, DropoutSeed(number), whole: true, 0));
        _encoder.Training.SeedDropout(DropoutSeed(number));
        var seen = _vision.Read(batch);
        var (image, states_BVD) = _loss.Needs.HasFlag(LossNeeds.States)
            ? _encoder.Sequences.ImagesAndStates(seen.Patches_BVD) : (Images(seen.Patches_BVD), null);
        var text = Texts(batch.Texts, globalOnly: false);
        var bank_CD = _loss.Needs.HasFlag(LossNeeds.Bank) ? Bank(number, Vectors) : null;
        var categories_CD = NeedsCategories ? Texts(_categories, globalOnly: true).Global_BD : null;
        return LossOf(batch, image, text, bank_CD, categories_CD, seen, states_BVD);
    }

    /// <inheritdoc/>
    public LossTerms Learn(TrainingBatch batch, int number, int batches)
    {
        using var scope = NewDisposeScope();
        var cache = _microBatch > 0 ? new FeatureCache(_encoder, DropoutSeed(number), whole: false, KeptInputs) : null;
        var loss = cache is null ? Loss(batch, number) : LossOf(batch, number, cache);
        _encoder.Training.Backward(batches == 1 ? loss.Total : loss.Total.Over(batches));
        cache?.Replay();
        return new(loss.Total.detach().MoveToOuterDisposeScope(),
            [.. loss.Terms.Select(t => (t.Name, t.Value.detach().MoveToOuterDisposeScope()))]);
    }

    long DropoutSeed(int number) => unchecked(_context.Recipe.Seed * 9_176_263L + number);

    bool NeedsCategories => _loss.Needs.HasFlag(LossNeeds.Categories);

    /// <summary>The loss of a batch whose features are computed a few rows at a time.</summary>
    LossTerms LossOf(TrainingBatch batch, int number, FeatureCache cache)
    {
        var inOrder = FeatureCache.InOrder(batch.Size, _microBatch);
        var kept_BVD = _vision.ReadsPixels ? null : _vision.Read(batch).Patches_BVD;
        var pixels_B3SS = kept_BVD is null ? PixelTensor.Create(batch, _context, _device) : null;
        var seen = kept_BVD is not null ? inOrder.Select(part => Rows(kept_BVD, part)).ToList()
            : _seesFrozen ? inOrder.Select(part => Seen(pixels_B3SS!, part)).ToList() : null;
        var image = cache.Compute(inOrder,
            part => seen is null ? _encoder.Images(Rows(pixels_B3SS!, part)) : _encoder.Sequences.Images(seen[part[0] / _microBatch]),
            _ => _encoder.Sequences.ImagePositions);
        var text = Texts(cache, batch.Texts, globalOnly: false);
        var bank_CD = Bank(number,
            () => _recipe.Vectors == CategoryVectors.Decoder ? Texts(cache, _descriptions, globalOnly: true).Global_BD : Vectors());
        var categories_CD = NeedsCategories ? Texts(cache, _categories, globalOnly: true).Global_BD : null;
        return LossOf(batch, image, text, bank_CD, categories_CD, null, null);
    }

    static Tensor Rows(Tensor pixels_B3SS, int[] part) => pixels_B3SS.narrow(0, part[0], part.Length);

    /// <summary>What a frozen vision tower sees is computed once, for both passes.</summary>
    Tensor Seen(Tensor pixels_B3SS, int[] part)
    {
        using var _ = no_grad();
        return _encoder.Sequences.Patches(Rows(pixels_B3SS, part));
    }

    /// <summary>Texts together as far as they take no more positions than the images of a micro-batch.</summary>
    FeaturePair Texts(FeatureCache cache, IReadOnlyList<TokenSequence> texts, bool globalOnly) =>
        cache.Compute(FeatureCache.ByLength([.. texts.Select(t => t.Length)], _microBatch * _encoder.Sequences.ImagePositions,
            _encoder.Sequences.PacksTexts),
            part => _encoder.Sequences.Texts([.. part.Select(i => texts[i])], globalOnly), i => texts[i].Length);

    LossTerms LossOf(TrainingBatch batch, FeaturePair image, FeaturePair text, Tensor? bank_CD, Tensor? categories_CD, SeenPictures? seen,
        Tensor? states_BVD) => _loss.Compute(new(image, text)
        {
            Batch = batch,
            Diseases = Diseases,
            Device = _device,
            Bank_CD = bank_CD,
            Categories_CD = categories_CD,
            States_BVD = states_BVD,
            Seen = seen,
            Readout = _context.Readout,
            Teacher = _context.Teacher,
            Grid = _context.PatchGrid,
        });

    /// <summary>The category vectors, by the recipe's choice.</summary>
    Tensor Bank(int number, Func<Tensor> live)
    {
        if (_recipe.Bank == BankKind.Live) return live();
        if (_bank_CD is null || (_recipe.Bank == BankKind.Refreshed && number % (_recipe.RefreshSteps * _accumulate) == 0))
        {
            using var _ = no_grad();
            _bank_CD?.Dispose();
            _bank_CD = Vectors().DetachFromDisposeScope();
        }
        return _bank_CD;
    }

    Tensor Vectors() => _recipe.Vectors == CategoryVectors.Embedding ? _encoder.Sequences.MeanEmbeddings([.. Diseases.Select(Description)])
        : Texts(_descriptions, globalOnly: true).Global_BD;

    /// <inheritdoc/>
    public ValidationScores Score(IReadOnlyList<Sample> samples, PreparedImages images, CancellationToken cancel)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var scored = _context.Scored;
        var categories_CD = Texts([.. scored.Select(d => Sequence(CategoryPrompts.Default.Present(d)))], globalOnly: true).Global_BD;
        return ScoringPass.Run(samples, scored,
            chunk => Similarity.Direct(Images(_vision.Patches(chunk, images), globalOnly: true).Global_BD, categories_CD,
                _recipe.Temperature), cancel);
    }

    /// <summary>
    /// Direct scores of the validation samples by a model: of every trained disease and every one that a validation task names.
    /// </summary>
    public static ValidationScores DirectScores(RadiologyEncoder encoder, PhaseContext context, PreparedImages images,
        CancellationToken cancel)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var scored = context.Scored;
        var categories_CD = encoder.Texts([.. scored.Select(d => CategoryPrompts.Default.Present(d))], globalOnly: true).Global_BD;
        return ScoringPass.Run(context.Data.Validation, images, scored, encoder.Device,
            pixels => Similarity.Direct(encoder.Images(pixels, globalOnly: true).Global_BD, categories_CD,
                encoder.Folder.Settings.Temperature), cancel);
    }

    /// <summary>The model lives on in the context.</summary>
    public void Dispose()
    {
        _pair?.Dispose();
        _encoder.Training.CheckpointLayers = false;
        _bank_CD?.Dispose();
    }
}
