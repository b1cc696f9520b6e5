using RadZ.Files;
using RadZ.Model.Features;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Images;

namespace RadZ.Recognition.Scoring;

// N images, T texts, D width

/// <summary>
/// What a description is worth: images scored against a disease's own description and against random ones. A description that says
/// something of the disease must beat those that say nothing; any text leans some way, so one control is none.
/// </summary>
sealed class DescriptionControl
{
    readonly int _seed;

    /// <param name="list">The diseases; the words of the others' descriptions are what random ones are made of.</param>
    /// <param name="seed">Of the random descriptions.</param>
    public DescriptionControl(DiseaseList list, int seed)
    {
        (List, _seed) = (list, seed);
        if (list.Entries.Count < 2)
            throw new InvalidInputException("‹control›", "no-words",
                "one disease alone leaves no other description to take random words from; give at least two.");
        if (list.Entries.FirstOrDefault(e => e.Disease.Description is null) is { } bare)
            throw new InvalidInputException("‹control›", "no-description",
                $"'{bare.Name}' has no description in the knowledge base; add one (‹knowledge›), or leave it out (‹diseases›).");
    }

    /// <summary>The diseases.</summary>
    public DiseaseList List { get; }

    /// <summary>
    /// Random descriptions as long as that of disease number <paramref name="disease"/>: words of the other diseases' descriptions, drawn
    /// with replacement, in random order.
    /// </summary>
    public IReadOnlyList<string> Random(int disease, int count)
    {
        var entry = List.Entries[disease];
        string[] words = [.. List.Entries.Where(e => e != entry).SelectMany(e => Words(e.Disease.Description!.Text))];
        var random = new Random(unchecked(_seed * 7919 + disease));
        return [.. Enumerable.Range(0, count).Select(_ =>
            string.Join(' ', Enumerable.Range(0, Words(entry.Description).Length).Select(_ => words[random.Next(words.Length)])))];
    }

    /// <summary>
    /// Cosines over tau of images with texts, [N, T], rows in the order of the files; a file that cannot be read has a row of NaN.
    /// </summary>
    public static async Task<double[,]> ScoreAsync(RadiologyEncoder encoder, IReadOnlyList<string> files, IReadOnlyList<string> texts,
        TextFeatureCache cache, Action? done = null, CancellationToken cancel = default)
    {
        using var text_TD = cache.Get(encoder, texts).to(ScalarType.Float64);
        var (scores, row) = (new double[files.Count, texts.Count], 0);
        await foreach (var prepared in new ImageBatches(encoder.Folder.Preparation).ReadAsync(files, cancel).ConfigureAwait(false))
        {
            var readable = new Queue<double[]>(Rows(encoder, [.. prepared.Where(p => p.Pixels is not null)], text_TD));
            foreach (var one in prepared)
            {
                var own = one.Pixels is null ? null : readable.Dequeue();
                for (var t = 0; t < texts.Count; t++) scores[row, t] = own?[t] ?? double.NaN;
                row++;
                done?.Invoke();
            }
        }
        return scores;
    }

    static IEnumerable<double[]> Rows(RadiologyEncoder encoder, IReadOnlyList<ImageBatches.Prepared> readable, Tensor text_TD)
    {
        if (readable.Count == 0) return [];
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var image_BD = encoder.Images(ImageBatches.Pixels(readable, encoder.Folder.Preparation.Size, encoder.Device), globalOnly: true)
            .Global_BD.to(ScalarType.Float64);
        return [.. Similarity.Direct(image_BD, text_TD, encoder.Folder.Settings.Temperature).contiguous().data<double>().ToArray()
            .Chunk((int)text_TD.shape[0])];
    }

    static string[] Words(string text) => text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
