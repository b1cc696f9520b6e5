using RadZ.Data.Studies;
using RadZ.Files;
using RadZ.Model.Checkpoints;
using RadZ.Model.Features;
using RadZ.Model.Runtime;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Images;
using RadZ.Recognition.Results;

namespace RadZ.Recognition.Scoring;

// B images, C diseases, S side in pixels

/// <summary>
/// Recognises diseases in images: the one door that command line, evaluation and service share. Research use only: not a medical device.
/// </summary>
sealed class ImageScorer : IDisposable
{
    readonly RadiologyEncoder _encoder;
    readonly DiseaseFeatures? _diseases;
    readonly VqaScorer? _vqa;
    readonly double _temperature;

    /// <param name="encoder">The model.</param>
    /// <param name="list">The diseases.</param>
    /// <param name="score">What ranks them.</param>
    /// <param name="cache">Where text features are kept.</param>
    public ImageScorer(RadiologyEncoder encoder, DiseaseList list, ScoreKind score, TextFeatureCache cache)
    {
        (_encoder, Score, _temperature) = (encoder, score, encoder.Folder.Settings.Temperature);
        Diseases = list;
        if (score == ScoreKind.Vqa) _vqa = new(encoder, list);
        else _diseases = DiseaseFeatures.Compute(encoder, list, cache);
    }

    /// <summary>What ranks the diseases.</summary>
    public ScoreKind Score { get; }

    /// <summary>The diseases.</summary>
    public DiseaseList Diseases { get; }

    /// <summary>All files, in order; the model works on one batch while the next is decoded.</summary>
    public async IAsyncEnumerable<ImageResult> ScoreAsync(IReadOnlyList<string> files, int batch = 32,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel = default)
    {
        await foreach (var prepared in new ImageBatches(_encoder.Folder.Preparation, _vqa is null ? batch : 1).ReadAsync(files, cancel)
            .ConfigureAwait(false))
            foreach (var result in Batch(prepared, cancel)) yield return result;
    }

    /// <summary>All wanted files, in order, with what header and gate say of them.</summary>
    /// <param name="files">All files.</param>
    /// <param name="intake">How they are opened.</param>
    /// <param name="wanted">
    /// Which of them, by place; null: all. A batch of all files with a wanted one is computed whole: float32 sums depend in their last bits
    /// on the batch, and a run that is resumed gives the bits of one that never stopped.
    /// </param>
    /// <param name="batch">Files a pass.</param>
    /// <param name="cancel">Stops between batches.</param>
    public async IAsyncEnumerable<ImageResult> ScoreAsync(IReadOnlyList<InputFile> files, ImageIntake intake,
        Func<int, bool>? wanted = null,
        int batch = 32,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel = default)
    {
        int[] chosen = [.. Enumerable.Range(0, files.Count).Chunk(_vqa is null ? batch : 1).Where(c => wanted is null || c.Any(wanted))
            .SelectMany(c => c)];
        var at = 0;
        await foreach (var prepared in new ImageBatches(_encoder.Folder.Preparation, _vqa is null ? batch : 1, intake)
            .ReadAsync([.. chosen.Select(i => files[i])], cancel).ConfigureAwait(false))
            foreach (var result in Batch(prepared, cancel))
                if (wanted?.Invoke(chosen[at++]) != false) yield return result;
    }

    /// <summary>All wanted studies, in order; the model works on batches across them.</summary>
    /// <param name="studies">All studies.</param>
    /// <param name="intake">How files are opened.</param>
    /// <param name="wanted">Which of them, by place; null: all.</param>
    /// <param name="batch">Files a pass.</param>
    /// <param name="cancel">Stops between batches.</param>
    public async IAsyncEnumerable<StudyResult> ScoreAsync(IReadOnlyList<Study> studies, ImageIntake intake, Func<int, bool>? wanted = null,
        int batch = 32,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel = default)
    {
        var files = studies.SelectMany((study, place) => study.Views.Select(v => (v.File, place))).ToList();
        var places = Enumerable.Range(0, studies.Count).Where(i => wanted is null || wanted(i)).ToHashSet();
        using var open = places.Order().GetEnumerator();
        var images = new List<ImageResult>();
        await foreach (var result in ScoreAsync([.. files.Select(f => f.File)], intake, i => places.Contains(files[i].place), batch, cancel)
            .ConfigureAwait(false))
        {
            if (images.Count == 0) open.MoveNext();
            images.Add(result);
            if (images.Count < studies[open.Current].Views.Count()) continue;
            yield return new(studies[open.Current], images, StudyAnswer.Combine(images));
            images = [];
        }
    }

    IEnumerable<ImageResult> Batch(IReadOnlyList<ImageBatches.Prepared> prepared, CancellationToken cancel)
    {
        var readable = prepared.Where(p => p.Pixels is not null).ToList();
        var findings = new Queue<IReadOnlyList<ScoredDisease>>(readable.Count == 0 ? [] : Findings(readable, cancel));
        return [.. prepared.Select(p => (p.Error is { } e ? new ImageResult.Failed(p.File, e)
            : (ImageResult)new ImageResult.Recognized(p.File, findings.Dequeue())) with { Source = p.Source })];
    }

    IReadOnlyList<ScoredDisease>[] Findings(IEnumerable<ImageBatches.Prepared> readable, CancellationToken cancel)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var pixels_B3SS = ImageBatches.Pixels(readable, _encoder.Folder.Preparation.Size, _encoder.Device);
        if (_vqa is not null) return _vqa.Findings(pixels_B3SS, cancel);
        var image_BD = _encoder.Images(pixels_B3SS, globalOnly: true).Global_BD;
        return Findings(image_BD);
    }

    /// <summary>Findings of one prepared picture [3, S, S], in the order of the list: a pass of its own.</summary>
    internal IReadOnlyList<ScoredDisease> Findings(float[] pixels, CancellationToken cancel) =>
        Findings([new ImageBatches.Prepared("", pixels, null)], cancel)[0];

    /// <summary>Findings of global image features [B, D], in the order of the list.</summary>
    /// <exception cref="InvalidOperationException">The score asks about images, not about features.</exception>
    public IReadOnlyList<ScoredDisease>[] Findings(Tensor image_BD)
    {
        var diseases = _diseases
            ?? throw new InvalidOperationException("The VQA score asks the model about an image; it has no use for features.");
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var g_BD = image_BD.to(ScalarType.Float64);
        var (present_CD, absent_CD) = (diseases.Present_CD.to(ScalarType.Float64), diseases.Absent_CD.to(ScalarType.Float64));
        var score_BC = Scores(image_BD);
        var (scores, yes, no) = (Rows(score_BC), Rows(Similarity.Direct(g_BD, present_CD, _temperature)),
            Rows(Similarity.Direct(g_BD, absent_CD, _temperature)));
        return [.. scores.Select((row, b) =>
        {
            var paper = Probabilities.Paper(row);
            return (IReadOnlyList<ScoredDisease>)[.. Diseases.Entries.Select((d, c) =>
                new ScoredDisease(d.Name, row[c], paper[c], Probabilities.Standalone(yes[b][c], no[b][c])))];
        })];
    }

    /// <summary>What ranks the diseases, [B, C] in float64, of global image features; carries gradients where they do.</summary>
    /// <exception cref="InvalidOperationException">The score asks about images, not about features.</exception>
    public Tensor Scores(Tensor image_BD)
    {
        var diseases = _diseases
            ?? throw new InvalidOperationException("The VQA score asks the model about an image; it has no use for features.");
        using var _ = NewDisposeScope();
        var (g_BD, present_CD) = (image_BD.to(ScalarType.Float64), diseases.Present_CD.to(ScalarType.Float64));
        return (Score switch
        {
            ScoreKind.Direct => Similarity.Direct(g_BD, present_CD, _temperature),
            ScoreKind.Bank => Similarity.Bank(g_BD, diseases.Description_CD.to(ScalarType.Float64), _temperature),
            _ when _encoder.Folder.Settings.Anchored == AnchoredForm.Centred =>
                Similarity.AnchoredCentered(g_BD, present_CD, Bank(), _temperature),
            _ => Similarity.Anchored(g_BD, present_CD, Bank(), _temperature),
        }).MoveToOuterDisposeScope();

        Tensor Bank() => diseases.Bank_VD.shape[0] > 0 ? diseases.Bank_VD.to(ScalarType.Float64)
            : throw new InvalidInputException("‹score anchored›", "no-descriptions",
                "none of the diseases has a description in the knowledge base; take ‹score direct›, or add descriptions.");
    }

    /// <summary>
    /// The part of each patch that each disease covers, 0..1, as the model was taught to say it: [B, V, C] of patch states [B, V, D].
    /// </summary>
    internal Tensor Shares(Tensor states_BVD, GroundingSettings grounding)
    {
        using var _ = NewDisposeScope();
        var present_CD = (_diseases ?? throw new InvalidOperationException("The VQA score has no vectors of diseases.")).Present_CD.to(
            ScalarType.Float32);
        var cosine_BVC = nn.functional.normalize(states_BVD, dim: -1).matmul(nn.functional.normalize(present_CD, dim: -1).t());
        return cosine_BVC.Times(grounding.Scale).Plus(grounding.Shift).sigmoid().MoveToOuterDisposeScope();
    }

    static double[][] Rows(Tensor x_BC)
    {
        var (flat, width) = (x_BC.contiguous().data<double>().ToArray(), (int)x_BC.shape[1]);
        return [.. flat.Chunk(width)];
    }

    /// <inheritdoc/>
    public void Dispose() => _diseases?.Dispose();
}
