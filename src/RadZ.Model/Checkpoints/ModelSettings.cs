using RadZ.Files;
using RadZ.Model.Adapters;
using RadZ.Model.Config;
using RadZ.Model.Weights;
using RadZ.Text.Sequences;

namespace RadZ.Model.Checkpoints;

/// <summary>The two forms of the anchored score.</summary>
enum AnchoredForm
{
    /// <summary>As method.md section 6 has it.</summary>
    Paper,

    /// <summary>The bank less its mean, once over tau (docs/decisions/0005).</summary>
    Centred,
}

/// <summary>
/// What the method adds to a LLaVA folder: <c>radz.json</c>, beside <c>config.json</c>. Another program that reads the folder as a
/// plain LLaVA does not need it.
/// </summary>
sealed record ModelSettings
{
    /// <summary>The file's name.</summary>
    public const string FileName = "radz.json";

    /// <summary>Version of this file's form.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Name shown with results.</summary>
    public required string Name { get; init; }

    /// <summary>Ids of &lt;ImgCls0&gt;, ...</summary>
    public required IReadOnlyList<int> ImageTokens { get; init; }

    /// <summary>Ids of &lt;TxtCls0&gt;, ...</summary>
    public required IReadOnlyList<int> TextTokens { get; init; }

    /// <summary>Where the global feature is read.</summary>
    public Pooling Pooling { get; init; } = Pooling.Tokens;

    /// <summary>
    /// Which hidden state features are read from; -1 is the last layer's output before the final norm, -2 the penultimate's.
    /// </summary>
    public int FeatureLayer { get; init; } = FeatureForm.Penultimate;

    /// <summary>What is applied to the state of each position before the mean; its weights are <c>feature_head.*</c>.</summary>
    public HeadKind Head { get; init; } = HeadKind.Identity;

    /// <summary>The three together.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public FeatureForm Form => new(Pooling, FeatureLayer, Head);

    /// <summary>The id that fills shorter rows.</summary>
    public int PadToken { get; init; }

    /// <summary>Closes an image sequence.</summary>
    public string ImageQuestion { get; init; } = SequenceBuilder.DefaultImageQuestion;

    /// <summary>Closes a text sequence.</summary>
    public string TextQuestion { get; init; } = SequenceBuilder.DefaultTextQuestion;

    /// <summary>Longest text sequence in tokens; the report is cut at its end.</summary>
    public int TextLimit { get; init; } = 256;

    /// <summary>tau, by which cosines are divided.</summary>
    public double Temperature { get; init; } = 0.05;

    /// <summary>How the anchored score is made.</summary>
    public AnchoredForm Anchored { get; init; } = AnchoredForm.Paper;

    /// <summary>Diseases shown when a user names none.</summary>
    public IReadOnlyList<string> Diseases { get; init; } = [];

    /// <summary>Diseases whose labels were seen in training: figures on them are not zero-shot.</summary>
    public IReadOnlyList<string> TrainedOn { get; init; } = [];

    /// <summary>
    /// Whether the model answers in words. False for one that was trained for features alone: its last layer, final norm and LM head were
    /// never trained, and the LM head may be left out of the weights.
    /// </summary>
    public bool Answers { get; init; } = true;

    /// <summary>False where the modality tokens are new rows that no training has touched.</summary>
    public bool Trained { get; init; } = true;

    /// <summary>How its patches say where a finding is; null where it was not trained to.</summary>
    public GroundingSettings? Grounding { get; init; }

    /// <summary>The settings of a folder; where it has none (a plain LLaVA), new modality tokens behind its vocabulary.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="config">Its sizes, with the rows that its table really has.</param>
    /// <param name="vocabulary">Pieces of its tokenizer.</param>
    public static ModelSettings Read(string folder, LlavaConfig config, int vocabulary)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? StrictJson.ReadFile<ModelSettings>(path, s => s.Problems(config)) : Plain(folder, config, vocabulary);
    }

    /// <summary>Those of an adapter: its own, or the rows it trains where they are modality tokens; null where it says nothing.</summary>
    internal static ModelSettings? ReadAdapter(AdapterFolder adapter, ModelSettings model, LlavaConfig config, int vocabulary)
    {
        var path = Path.Combine(adapter.Path, FileName);
        if (File.Exists(path)) return StrictJson.ReadFile<ModelSettings>(path, s => s.Problems(config));
        int[] rows = [.. (adapter.Options?.TokenRows ?? []).Where(i => i >= vocabulary).Order()];
        return rows.Length == Added && rows[^1] - rows[0] == Added - 1
            ? model with
            {
                ImageTokens = rows[..SpecialTokens.DefaultImageCount],
                TextTokens = rows[SpecialTokens.DefaultImageCount..],
                Trained = true
            } : null;
    }

    const int Added = SpecialTokens.DefaultImageCount + SpecialTokens.DefaultTextCount;

    /// <summary>
    /// A LLaVA without radz.json. Its tokenizer files may name the modality tokens; else, where the table has exactly the rows that the
    /// convention adds, those are they; else they are new.
    /// </summary>
    static ModelSettings Plain(string folder, LlavaConfig config, int vocabulary)
    {
        var (rows, original) = (config.Decoder.VocabSize, config.ImageTokenIndex < 0);
        var named = AddedTokens.Read(folder);
        var hasRows = original ? rows == vocabulary + Added : config.ImageTokenIndex == vocabulary && rows == vocabulary + 2 + Added;
        var special = named is { } known ? SpecialTokens.Create(config.ImageTokenIndex, Pad(), known.Image, known.Text)
            : original ? SpecialTokens.Original(hasRows ? vocabulary : rows)
            : config.ImageTokenIndex == vocabulary ? SpecialTokens.HuggingFace(vocabulary)
            : SpecialTokens.Create(config.ImageTokenIndex, 0, Enumerable.Range(rows, SpecialTokens.DefaultImageCount),
                Enumerable.Range(rows + SpecialTokens.DefaultImageCount, SpecialTokens.DefaultTextCount));
        return new()
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
            ImageTokens = special.ImageClassIds,
            TextTokens = special.TextClassIds,
            PadToken = special.PadId,
            Trained = (hasRows || named is not null) && special.ImageClassIds.Concat(special.TextClassIds).Max() < rows,
        };

        int Pad() => original || config.ImageTokenIndex != vocabulary ? 0 : vocabulary + 1;
    }

    /// <summary>The weights, by our names, that a folder of these settings may lack.</summary>
    internal IReadOnlyList<string> OptionalWeights => Answers ? [] : [WeightNames.Head];

    /// <summary>The same of a folder; none of a plain LLaVA.</summary>
    internal static IReadOnlyList<string> OptionalIn(string folder, LlavaConfig config) =>
        Path.Combine(folder, FileName) is var path && File.Exists(path)
            ? StrictJson.ReadFile<ModelSettings>(path, s => s.Problems(config)).OptionalWeights : [];

    /// <summary>The ids as the sequences need them.</summary>
    public SpecialTokens Special(LlavaConfig config) => SpecialTokens.Create(config.ImageTokenIndex, PadToken, ImageTokens, TextTokens);

    IEnumerable<string> Problems(LlavaConfig config)
    {
        int[] ids = [.. ImageTokens, .. TextTokens];
        if (Pooling == Pooling.Tokens && (ImageTokens.Count == 0 || TextTokens.Count == 0))
            yield return $"there are {ImageTokens.Count} image_tokens and {TextTokens.Count} text_tokens; pooling 'tokens' needs one at " +
                "least of both kinds.";
        else if (ids.Length > 0 && ids[0] < 0 || ids.Where((id, i) => id != ids[0] + i).Any())
            yield return $"image_tokens and text_tokens are {string.Join(", ", ids)}; expected rows of the table that follow each other, " +
                "image first.";
        if (FeatureLayer > -1 || FeatureLayer < -config.Decoder.NumHiddenLayers)
            yield return $"feature_layer is {FeatureLayer}; expected -{config.Decoder.NumHiddenLayers} (the first layer's output) to -1 " +
                "(the last's).";
        if (PadToken < 0 || PadToken == config.ImageTokenIndex || ids.Contains(PadToken))
            yield return $"pad_token is {PadToken}; expected a row of the table of its own.";
        if (ids.Contains(config.ImageTokenIndex))
            yield return $"a modality token has the id {config.ImageTokenIndex}, which config.json gives to the image.";
        if (!(Temperature > 0)) yield return $"temperature is {Temperature}; expected a number above 0.";
        if (Grounding is { } g && !(double.IsFinite(g.Scale) && g.Scale > 0 && double.IsFinite(g.Shift)))
            yield return $"grounding has scale {g.Scale} and shift {g.Shift}; expected a scale above 0 and a number.";
        if (TextLimit < 1) yield return $"text_limit is {TextLimit}; expected at least 1.";
    }
}

/// <summary>What a patch says of a disease: sigmoid(scale * cosine + shift), the part of the patch that the finding covers.</summary>
sealed record GroundingSettings
{
    /// <summary>By which the cosine of the patch's state and the disease's text is multiplied.</summary>
    public required double Scale { get; init; }

    /// <summary>What is added.</summary>
    public required double Shift { get; init; }
}
