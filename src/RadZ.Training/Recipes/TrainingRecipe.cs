using System.ComponentModel.DataAnnotations;
using RadZ.Data.Reports;
using RadZ.Imaging.Preparation;

namespace RadZ.Training.Recipes;

/// <summary>
/// A whole training run as one file (JSON with comments). Everything that changes the numbers stands here; what is not said has the
/// default of method.md. The run folder keeps a copy.
/// </summary>
sealed record TrainingRecipe
{
    /// <summary>Name of the run and of the model it makes.</summary>
    public required string Name { get; init; }

    /// <summary>Seed of weights, order, wording and augmentation.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What is trained.</summary>
    public required ModelRecipe Model { get; init; }

    /// <summary>On what.</summary>
    public required DataRecipe Data { get; init; }

    /// <summary>How labels become sentences where a sample has no report of its own.</summary>
    public Wording Wording { get; init; } = new();

    /// <summary>How pictures are varied.</summary>
    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>The phases, one after the other; most recipes have one, of kind <c>alignment</c>.</summary>
    public required IReadOnlyList<PhaseRecipe> Phases { get; init; }

    /// <summary>What is measured on the validation patients during training.</summary>
    public IReadOnlyList<ValidationTask> Validation { get; init; } = [];

    /// <summary>
    /// Diseases that the finished model is asked for when a user names none; all trained ones if empty. Best such as exclude each other.
    /// </summary>
    public IReadOnlyList<string> Shown { get; init; } = [];

    /// <summary>The arithmetic: weights stay float32, products are computed in this.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>The dtype in which the finished model is written.</summary>
    public Precision SaveAs { get; init; } = Precision.Float32;

    /// <summary>Steps between checkpoints; a kill loses at most so many.</summary>
    [Range(1, 1_000_000)]
    public int CheckpointSteps { get; init; } = 200;

    /// <summary>The phase whose scores the run reports: the last that is no teacher's, or the teacher's where there is no other.</summary>
    internal int Deciding =>
        Phases.Index().Where(p => p.Item.Kind != PhaseKind.Teacher).Select(p => p.Index).DefaultIfEmpty(Phases.Count - 1).Last();

    /// <summary>Whether the finished model answers in words.</summary>
    internal bool Answers => Phases.Count > 0 && Phases[Deciding].Kind == PhaseKind.Answering;

    /// <summary>Whether the run ends in a model folder: a baseline without a decoder is none.</summary>
    internal bool MakesModel => Phases[Deciding].Kind is PhaseKind.WarmStart or PhaseKind.Alignment or PhaseKind.Answering;
}

/// <summary>The arithmetic of a run.</summary>
enum Precision
{
    /// <summary>32-bit floating point.</summary>
    Float32,

    /// <summary>bfloat16 products with float32 weights, norms, losses and optimizer.</summary>
    Bfloat16,

    /// <summary>16-bit floating point; for writing only.</summary>
    Float16,
}

/// <summary>
/// What is trained: a checkpoint on disk (<see cref="Folder"/>), whole or by LoRA, or a new small model (<see cref="New"/>).
/// </summary>
sealed record ModelRecipe
{
    /// <summary>A LLaVA checkpoint folder; relative to the recipe.</summary>
    public string? Folder { get; init; }

    /// <summary>Low-rank adapters in the decoder; the rest of the decoder and the vision tower stay frozen.</summary>
    public LoraRecipe? Lora { get; init; }

    /// <summary>Sizes of a new model.</summary>
    public NewModel? New { get; init; }

    /// <summary>
    /// A run folder of <c>radz train</c>, relative to the recipe: a new model begins with that run's weights, and learns from that run's
    /// teacher, so that many runs share one trunk. What the trunk has not (modality tokens of another number, a head) starts fresh.
    /// </summary>
    public string? Start { get; init; }
}

/// <summary>Low-rank adapters (method.md section 5).</summary>
sealed record LoraRecipe
{
    /// <summary>r.</summary>
    [Range(1, 1024)]
    public int Rank { get; init; } = 128;

    /// <summary>alpha.</summary>
    [Range(1e-3, 1e5)]
    public double Alpha { get; init; } = 256;

    /// <summary>Share of the adapters' inputs dropped.</summary>
    [Range(0, 0.9)]
    public double Dropout { get; init; } = 0.05;

    /// <summary>Which projections of the decoder.</summary>
    public IReadOnlyList<string> Targets { get; init; } = RadZ.Model.Adapters.LoraOptions.AllDecoderProjections;
}

/// <summary>A new LLaVA: CLIP vision tower, two-layer projector, Mistral decoder.</summary>
sealed record NewModel
{
    /// <summary>SentencePiece model file; relative to the recipe.</summary>
    public required string Tokenizer { get; init; }

    /// <summary>Side of the input in pixels.</summary>
    [Range(16, 1024)]
    public int ImageSize { get; init; } = 128;

    /// <summary>Side of a patch in pixels.</summary>
    [Range(2, 64)]
    public int PatchSize { get; init; } = 16;

    /// <summary>Width of the vision tower.</summary>
    [Range(8, 4096)]
    public int VisionWidth { get; init; } = 192;

    /// <summary>Layers of the vision tower; the last is held but not on LLaVA's path.</summary>
    [Range(2, 64)]
    public int VisionLayers { get; init; } = 7;

    /// <summary>Heads of the vision tower.</summary>
    [Range(1, 64)]
    public int VisionHeads { get; init; } = 6;

    /// <summary>Width of the decoder.</summary>
    [Range(8, 8192)]
    public int Width { get; init; } = 192;

    /// <summary>Layers of the decoder; the last is held but not on the features' path.</summary>
    [Range(2, 64)]
    public int Layers { get; init; } = 3;

    /// <summary>Query heads.</summary>
    [Range(1, 64)]
    public int Heads { get; init; } = 6;

    /// <summary>Key-value heads.</summary>
    [Range(1, 64)]
    public int KeyValueHeads { get; init; } = 2;

    /// <summary>Width inside the gated MLP.</summary>
    [Range(8, 65536)]
    public int MlpWidth { get; init; } = 512;

    /// <summary>Longest text in tokens.</summary>
    [Range(24, 4096)]
    public int TextLimit { get; init; } = 160;

    /// <summary>Modality tokens that close an image sequence, K_I.</summary>
    [AllowedValues(0, 1, 2, 4, 8, 16, ErrorMessage = "must be 0, 1, 2, 4, 8 or 16.")]
    public int ImageTokens { get; init; } = RadZ.Text.Sequences.SpecialTokens.DefaultImageCount;

    /// <summary>Modality tokens that close a text sequence, K_T.</summary>
    [Range(0, 16)]
    public int TextTokens { get; init; } = RadZ.Text.Sequences.SpecialTokens.DefaultTextCount;

    /// <summary>Where the global feature is read.</summary>
    public RadZ.Model.Config.Pooling Pooling { get; init; } = RadZ.Model.Config.Pooling.Tokens;

    /// <summary>
    /// Which hidden state features are read from: -1 the last layer's output before the final norm, -2 the penultimate's, down to -L, the
    /// first layer's.
    /// </summary>
    [Range(-64, -1)]
    public int FeatureLayer { get; init; } = RadZ.Model.Config.FeatureForm.Penultimate;

    /// <summary>What is applied to the state of each position before the mean; trained with the rest.</summary>
    public RadZ.Model.Config.HeadKind Head { get; init; } = RadZ.Model.Config.HeadKind.Identity;
}

/// <summary>The data: sources, how they are split, what is left out.</summary>
sealed record DataRecipe
{
    /// <summary>Folder that the sources' paths are relative to; itself relative to the recipe.</summary>
    public string Root { get; init; } = ".";

    /// <summary>Where samples come from.</summary>
    public required IReadOnlyList<SourceRecipe> Sources { get; init; }

    /// <summary>Begins the text whose hash decides a patient's side of the split.</summary>
    public string SplitSalt { get; init; } = "radz/1:";

    /// <summary>Diseases taken out of all labels and texts, to be recognised unseen.</summary>
    public IReadOnlyList<string> LeaveOut { get; init; } = [];

    /// <summary>A knowledge file that adds or overrides entries; relative to the recipe.</summary>
    public string? Knowledge { get; init; }

    /// <summary>
    /// The window of DICOM images: <c>C,W</c>, a number from 1, or a name; their own when null. Other pictures have none.
    /// </summary>
    public string? Window { get; init; }
}

/// <summary>The forms a source may have.</summary>
enum SourceKind
{
    /// <summary>A manifest.csv: image, patient, one column a disease.</summary>
    Manifest,

    /// <summary>ChestX-ray14's table and images, or the small one beside it.</summary>
    Nih,

    /// <summary>Kermany's folders NORMAL and PNEUMONIA.</summary>
    Kermany,

    /// <summary>The Hannover COVID-19 table.</summary>
    Covid,

    /// <summary>A split of a published set in the form in which its publishers give it away; <c>path</c> is its root.</summary>
    Published,

    /// <summary>Synthetic radiographs, drawn while the run goes on; nothing lies on disk.</summary>
    Phantoms,
}

/// <summary>One source of samples.</summary>
sealed record SourceRecipe
{
    /// <summary>Its name in reports and validation tasks.</summary>
    public required string Name { get; init; }

    /// <summary>Its form.</summary>
    public required SourceKind Kind { get; init; }

    /// <summary>Table or folder, relative to the data root; none for phantoms.</summary>
    public string Path { get; init; } = "";

    /// <summary>Of a published set: its name, as <c>chexpert</c>.</summary>
    public string? Set { get; init; }

    /// <summary>Of a published set: the split that is read, or a file of image names; its training split where none is named.</summary>
    public string? Split { get; init; }

    /// <summary>Which phantoms; for that kind alone.</summary>
    public PhantomRecipe? Phantoms { get; init; }

    /// <summary>How often each sample comes in an epoch.</summary>
    [Range(0, 100)]
    public int Repeat { get; init; } = 1;

    /// <summary>Share of the patients that is held out; 1 makes the whole source one of validation.</summary>
    [Range(0, 1.0)]
    public double Validation { get; init; }
}

/// <summary>One figure of the validation patients: scores of a disease list on some sources, by the paper's probabilities.</summary>
sealed record ValidationTask
{
    /// <summary>What it is called in logs.</summary>
    public required string Name { get; init; }

    /// <summary>Names of sources.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>The diseases that are scored; the softmax runs over them.</summary>
    public required IReadOnlyList<string> Diseases { get; init; }

    /// <summary>The diseases whose AUC is averaged; the scored ones if empty.</summary>
    public IReadOnlyList<string> Average { get; init; } = [];

    /// <summary>Only samples of which one of these is present; all if empty.</summary>
    public IReadOnlyList<string> Among { get; init; } = [];

    /// <summary>A class counts from so many positives on.</summary>
    [Range(1, 1000)]
    public int LeastPositives { get; init; } = 1;
}
