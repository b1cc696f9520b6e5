namespace RadZ.Text.Sequences;

/// <summary>
/// The ids of the rows that the method adds behind the tokenizer's own, and of the image placeholder and padding. Immutable.
/// </summary>
sealed class SpecialTokens
{
    /// <summary>The image placeholder of the original LLaVA code: it has no row in the embedding table.</summary>
    public const int PlaceholderWithoutRow = -200;

    /// <summary>Modality tokens that close an image sequence, if nothing else is said.</summary>
    public const int DefaultImageCount = 4;

    /// <summary>Modality tokens that close a text sequence, if nothing else is said.</summary>
    public const int DefaultTextCount = 8;

    SpecialTokens(int imageId, int padId, int[] imageClassIds, int[] textClassIds)
    {
        ImageId = imageId;
        PadId = padId;
        ImageClassIds = Array.AsReadOnly(imageClassIds);
        TextClassIds = Array.AsReadOnly(textClassIds);
        Rows = imageClassIds.Concat(textClassIds).Append(imageId).Append(padId).Max() + 1;
    }

    /// <summary>The id at the positions of image patches.</summary>
    public int ImageId { get; }

    /// <summary>The id that fills rows of a batch. It may be the id of an ordinary token: tell padding by role, never by id.</summary>
    public int PadId { get; }

    /// <summary>Ids of <c>&lt;ImgCls0&gt;</c> and so on.</summary>
    public IReadOnlyList<int> ImageClassIds { get; }

    /// <summary>Ids of <c>&lt;TxtCls0&gt;</c> and so on.</summary>
    public IReadOnlyList<int> TextClassIds { get; }

    /// <summary>False when the image id is only a placeholder, to be replaced before the table is read.</summary>
    public bool ImageHasRow => ImageId >= 0;

    /// <summary>Rows the embedding table needs at least.</summary>
    public int Rows { get; }

    /// <summary>
    /// As the original LLaVA and LLaVA-Med checkpoints: image -200, padding 0, the modality tokens first behind the vocabulary.
    /// </summary>
    /// <param name="vocabularySize">Rows of the checkpoint's table, which are the tokenizer's pieces.</param>
    /// <param name="imageCount">How many <c>&lt;ImgCls&gt;</c>.</param>
    /// <param name="textCount">How many <c>&lt;TxtCls&gt;</c>.</param>
    public static SpecialTokens Original(int vocabularySize, int imageCount = DefaultImageCount, int textCount = DefaultTextCount) =>
        AfterVocabulary(vocabularySize, PlaceholderWithoutRow, 0, imageCount, textCount);

    /// <summary>
    /// As llava-hf: the image token and padding are the first two rows behind the vocabulary, the modality tokens follow.
    /// </summary>
    /// <param name="vocabularySize">Pieces of the tokenizer.</param>
    /// <param name="imageCount">How many <c>&lt;ImgCls&gt;</c>.</param>
    /// <param name="textCount">How many <c>&lt;TxtCls&gt;</c>.</param>
    public static SpecialTokens HuggingFace(int vocabularySize, int imageCount = DefaultImageCount, int textCount = DefaultTextCount) =>
        AfterVocabulary(checked(vocabularySize + 2), vocabularySize, vocabularySize + 1, imageCount, textCount);

    /// <summary>From ids that are known, such as <c>image_token_index</c> of a config.json or those an adapter was trained with.</summary>
    /// <remarks>Of a kind there may be none: the global feature is then read elsewhere.</remarks>
    /// <exception cref="ArgumentException">Two of the ids fall together.</exception>
    public static SpecialTokens Create(int imageId, int padId, IEnumerable<int> imageClassIds, IEnumerable<int> textClassIds)
    {
        int[] image = [.. imageClassIds], text = [.. textClassIds];
        if (padId < 0)
            throw new ArgumentOutOfRangeException(nameof(padId), padId,
                "Padding needs a row of the table; the original convention uses 0.");
        var twice = image.Concat(text).Append(imageId).Append(padId).GroupBy(id => id).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
            throw new ArgumentException($"Id {twice.Key} is given to {twice.Count()} special tokens; each needs its own.");
        var negative = image.Concat(text).Where(id => id < 0).ToList();
        if (negative.Count > 0)
            throw new ArgumentException($"Modality token ids must be rows of the table, found {string.Join(", ", negative)}.");
        return new SpecialTokens(imageId, padId, image, text);
    }

    static SpecialTokens AfterVocabulary(int first, int imageId, int padId, int imageCount, int textCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(imageCount);
        ArgumentOutOfRangeException.ThrowIfNegative(textCount);
        return Create(imageId, padId, Enumerable.Range(first, imageCount), Enumerable.Range(checked(first + imageCount), textCount));
    }
}
