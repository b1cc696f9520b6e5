using System.ComponentModel.DataAnnotations;

namespace RadZ.Training.Recipes;

/// <summary>What a phase trains.</summary>
enum PhaseKind
{
    /// <summary>A small supervised convolutional net: the baseline, and the teacher of the phases after it.</summary>
    Teacher,

    /// <summary>The vision tower alone, on the teacher's features and scores and the labels.</summary>
    WarmStart,

    /// <summary>The method: DFAT and DKAM.</summary>
    Alignment,

    /// <summary>
    /// A baseline: the same LLaVA learns to answer "yes" or "no" to a question about each disease, and is scored by its answers.
    /// </summary>
    Answering,

    /// <summary>A baseline as CLIP: the vision tower against a text encoder of its own, no decoder; same pairs, texts and losses.</summary>
    EncoderAlignment,

    /// <summary>A baseline: the vision tower and one linear map, on the labels.</summary>
    Supervised,
}

/// <summary>How the category bank of the anchor loss comes about.</summary>
enum BankKind
{
    /// <summary>Once, before the phase.</summary>
    Frozen,

    /// <summary>Anew every so many steps, without gradient.</summary>
    Refreshed,

    /// <summary>At every step, with gradient.</summary>
    Live,
}

/// <summary>The two category vectors of method.md section 4.</summary>
enum CategoryVectors
{
    /// <summary>The decoder's global text feature of the description.</summary>
    Decoder,

    /// <summary>The mean input embedding of its tokens, as in the authors' code.</summary>
    Embedding,
}

/// <summary>What a pair or class whose truth the labels do not say counts as.</summary>
enum UnknownPairs
{
    /// <summary>As not belonging together: the paper's.</summary>
    Negative,

    /// <summary>Left out of the softmax: unknown never counts as absent.</summary>
    Exclude,
}

/// <summary>One phase: a loss, a schedule, and the weights that it trains.</summary>
sealed record PhaseRecipe
{
    /// <summary>What is trained.</summary>
    public required PhaseKind Kind { get; init; }

    /// <summary>Passes over the training samples.</summary>
    [Range(0.01, 10_000)]
    public double Epochs { get; init; } = 2;

    /// <summary>Samples of a step; at least 2, since a contrastive batch of 1 has no negatives.</summary>
    [Range(2, 4096)]
    public int Batch { get; init; } = 32;

    /// <summary>Batches whose gradients make one step.</summary>
    [Range(1, 1024)]
    public int Accumulate { get; init; } = 1;

    /// <summary>
    /// Images of a batch that are computed together; 0 is all. The loss is that of the whole batch and so is its gradient: features are
    /// computed first, then again a few at a time with their gradients. Costs one more forward pass; memory holds this many.
    /// </summary>
    [Range(0, 4096)]
    public int MicroBatch { get; init; }

    /// <summary>Keep only each decoder layer's input and run the layer again in the backward pass.</summary>
    public bool CheckpointLayers { get; init; }

    /// <summary>Highest learning rate.</summary>
    [Range(0, 1)]
    public double Rate { get; init; } = 2e-5;

    /// <summary>The projector's rate, as a share of <see cref="Rate"/>.</summary>
    [Range(0, 10)]
    public double ProjectorRate { get; init; } = 1;

    /// <summary>The vision tower's rate, as a share of <see cref="Rate"/>; 0 freezes it.</summary>
    [Range(0, 10)]
    public double VisionRate { get; init; } = 1;

    /// <summary>Share of the steps that the rate rises in.</summary>
    [Range(0, 0.9)]
    public double Warmup { get; init; } = 0.03;

    /// <summary>Share of the highest rate that the cosine ends at.</summary>
    [Range(0, 1)]
    public double Floor { get; init; }

    /// <summary>Decoupled decay of matrices (not of norms, biases and tables).</summary>
    [Range(0, 1)]
    public double WeightDecay { get; init; }

    /// <summary>AdamW's second beta.</summary>
    [Range(0.5, 0.99999)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Largest norm of the gradient.</summary>
    [Range(1e-6, 1e9)]
    public double ClipNorm { get; init; } = 1;

    /// <summary>Decay of the moving average of the weights that is validated and kept; 0 keeps the weights themselves.</summary>
    [Range(0, 0.99999)]
    public double Ema { get; init; }

    /// <summary>Epochs between validations.</summary>
    [Range(0.01, 1000)]
    public double ValidateEpochs { get; init; } = 1;

    /// <summary>Whether pictures are varied as the recipe's <c>augmentation</c> says; false takes them as they are.</summary>
    public bool Augment { get; init; } = true;

    /// <summary>
    /// Keep what the frozen vision tower sees of each picture instead of computing it in every epoch. Needs <c>vision_rate</c> 0, pictures
    /// that are not varied, and the same ones in every epoch.
    /// </summary>
    public bool CacheVision { get; init; }

    /// <summary>The questions of a phase of kind <c>answering</c>.</summary>
    public AnsweringRecipe Answering { get; init; } = new();

    /// <summary>Losses of the alignment.</summary>
    public AlignmentRecipe Alignment { get; init; } = new();

    /// <summary>Weights of what is learnt from the teacher.</summary>
    public DistillationRecipe Distillation { get; init; } = new();

    /// <summary>The teacher's sizes.</summary>
    public TeacherRecipe Teacher { get; init; } = new();
}

/// <summary>L = lambda L_cross + (1 - lambda) L_anchor (method.md sections 3 and 4).</summary>
sealed record AlignmentRecipe
{
    /// <summary>lambda.</summary>
    [Range(0, 1)]
    public double Lambda { get; init; } = 0.5;

    /// <summary>tau.</summary>
    [Range(1e-4, 10)]
    public double Temperature { get; init; } = 0.05;

    /// <summary>Which features meet.</summary>
    public CrossVariant Cross { get; init; } = CrossVariant.Cross;

    /// <summary>w of the variant <c>global_local</c>.</summary>
    [Range(0, 1)]
    public double GlobalWeight { get; init; } = 0.5;

    /// <summary>Which pairs of a batch are true.</summary>
    public PairTargetKind Targets { get; init; } = PairTargetKind.Diagonal;

    /// <summary>What pairs and classes of unknown truth count as.</summary>
    public UnknownPairs Unknown { get; init; } = UnknownPairs.Exclude;

    /// <summary>What stands for a disease in the bank.</summary>
    public CategoryVectors Vectors { get; init; } = CategoryVectors.Decoder;

    /// <summary>How the category bank comes about.</summary>
    public BankKind Bank { get; init; } = BankKind.Live;

    /// <summary>Steps between two refreshments of a <c>refreshed</c> bank.</summary>
    [Range(1, 1_000_000)]
    public int RefreshSteps { get; init; } = 100;

    /// <summary>
    /// Also anchors images to the category sentences ("This is a chest X-ray showing ...") of all diseases, with this weight.
    /// </summary>
    [Range(0, 10)]
    public double CategoryWeight { get; init; }

    /// <summary>
    /// Also teaches each patch to say which findings cover it, with this weight, from sources that know where findings are (phantoms);
    /// others have no part in it. The finished model then points (docs/decisions/0021). 0 leaves it out.
    /// </summary>
    [Range(0, 100)]
    public double Grounding { get; init; }
}

/// <summary>
/// The questions that a model learns to answer, by default those that <c>--score vqa</c> asks. Of each picture as many are asked whose
/// answer is yes as whose answer is no, as far as its labels know both; an unknown label is never asked for.
/// </summary>
sealed record AnsweringRecipe
{
    /// <summary>Asked for a disease; holds <c>{disease}</c>.</summary>
    public string Question { get; init; } = new RadZ.Recognition.Scoring.VqaQuestions().Template;

    /// <summary>Asked for "no finding".</summary>
    public string NormalQuestion { get; init; } = new RadZ.Recognition.Scoring.VqaQuestions().Normal;

    /// <summary>Questions about a picture in a step, half of them with the answer yes.</summary>
    [Range(2, 32)]
    public int PerPicture { get; init; } = 2;
}

/// <summary>What is learnt from the teacher; all 0 without one.</summary>
sealed record DistillationRecipe
{
    /// <summary>Each patch regresses the teacher's feature at its place: 1 - cosine.</summary>
    [Range(0, 100)]
    public double Features { get; init; }

    /// <summary>A linear read-out of the image follows the teacher's probabilities: binary cross entropy.</summary>
    [Range(0, 100)]
    public double Scores { get; init; }

    /// <summary>The same read-out follows the labels.</summary>
    [Range(0, 100)]
    public double Labels { get; init; }

    /// <summary>
    /// Each disease's category score, scaled and shifted by two learnt numbers, follows the teacher's probabilities and the labels.
    /// </summary>
    [Range(0, 100)]
    public double CategoryScores { get; init; }
}

/// <summary>
/// The convolutional teacher: a stem at half size, then stages of residual blocks, each at half the size of the one before.
/// </summary>
sealed record TeacherRecipe
{
    /// <summary>Channels of the stages.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [24, 48, 96, 160];

    /// <summary>Blocks of the stages.</summary>
    public IReadOnlyList<int> Blocks { get; init; } = [1, 1, 1, 2];

    /// <summary>Share of the pooled features dropped in training.</summary>
    [Range(0, 0.9)]
    public double Dropout { get; init; } = 0.1;
}
