using RadZ.Data;
using RadZ.Data.Sets;
using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Protocols;
using RadZ.Evaluation.Runs;
using RadZ.Evaluation.Tables;
using RadZ.Experiments.Running;
using RadZ.Files;
using RadZ.Model.Features;
using RadZ.Recognition.Images;
using RadZ.Recognition.Results;
using RadZ.Recognition.Scoring;

namespace RadZ.Experiments.Evaluating;

/// <summary>Where numbers of images are kept while they are made; null folder: nowhere.</summary>
/// <param name="Folder">The run's.</param>
/// <param name="Identity">All that they depend on but the images.</param>
/// <param name="Resume">Go on with what is there.</param>
sealed record Journal(string? Folder, object Identity, bool Resume)
{
    /// <summary>Images a batch.</summary>
    public const int Batch = 32;

    /// <summary>Opens the journal of some samples; null where none is kept.</summary>
    public RowJournal? Open(string name, IReadOnlyList<Sample> samples, string root, int rowBytes) => Folder is null ? null
        : RowJournal.Open(Path.Combine(Folder, name),
            System.Text.Json.JsonSerializer.Serialize(new { Identity, Images = SplitRecord.FromSamples(name, samples, root) },
                StrictJson.Options)
                + "\n", rowBytes, Batch, Resume);
}

/// <summary>Scores and features of many samples by a model, each kept as soon as its batch is done.</summary>
/// <param name="context">Who is told.</param>
/// <param name="nameOf">What the run calls an image.</param>
/// <param name="root">The set's folder.</param>
sealed class JournaledScores(ExperimentContext context, Func<Sample, string> nameOf, string root)
{
    /// <summary>Scores all samples of a set, those of the journal first.</summary>
    public async Task<ScoreTable> ScoreAsync(ImageScorer scorer, IReadOnlyList<Sample> samples, IReadOnlyList<ClassColumn> classes,
        ProbabilityKind kind, string what, Journal journal, CancellationToken cancel)
    {
        List<double[]> rows = [];
        Dictionary<int, string> reasons = [];
        using var kept = journal.Open($"{what}.f64", samples, root, classes.Count * sizeof(double));
        if (kept is { Count: > 0 })
        {
            rows.AddRange(kept.Read<double>().Chunk(classes.Count));
            foreach (var (row, reason) in kept.Failed) reasons[row] = reason;
        }
        using var counter = context.Observer.Count(what, samples.Count);
        counter.Skip(rows.Count);
        await foreach (var result in scorer.ScoreAsync([.. samples.Skip(rows.Count).Select(s => s.Image)], Journal.Batch, cancel)
            .ConfigureAwait(false))
        {
            if (result is ImageResult.Recognized recognized)
            {
                rows.Add([.. recognized.Findings.Select(f => kind switch
                {
                    ProbabilityKind.Paper => f.Probability,
                    ProbabilityKind.Standalone => f.Standalone,
                    ProbabilityKind.Score => f.Score,
                    _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such probability."),
                })]);
                kept?.Add<double>(rows[^1]);
            }
            else if (result is ImageResult.Failed bad)
            {
                reasons[rows.Count] = context.Shown(samples[rows.Count].Image).Redact(context.Word(bad.Error));
                kept?.Fail(reasons[rows.Count]);
                rows.Add([]);
            }
            if (rows.Count % Journal.Batch == 0) kept?.Flush();
            counter.Step();
        }
        int[] good = [.. Enumerable.Range(0, samples.Count).Where(i => !reasons.ContainsKey(i))];
        return BenchmarkScores.Table([.. good.Select(i => samples[i])], nameOf, classes, (row, c) => rows[good[row]][c],
            Failures(reasons, samples));
    }

    /// <summary>Global features of all samples, and why some have none (their rows are zeros).</summary>
    public async Task<(FeatureTable Features, IReadOnlyDictionary<int, string> Failed)> FeaturesAsync(RadiologyEncoder encoder,
        IReadOnlyList<Sample> samples, string what, Journal journal, CancellationToken cancel)
    {
        using var kept = journal.Open($"{what}.f32", samples, root, encoder.Width * sizeof(float))!;
        using var counter = context.Observer.Count($"features of {what}", samples.Count);
        counter.Skip(kept.Count);
        await foreach (var batch in new ImageBatches(encoder.Folder.Preparation, Journal.Batch)
            .ReadAsync([.. samples.Skip(kept.Count).Select(s => s.Image)], cancel).ConfigureAwait(false))
        {
            var readable = batch.Where(p => p.Pixels is not null).ToList();
            var features = readable.Count == 0 ? [] : Global(encoder, readable);
            var at = 0;
            foreach (var prepared in batch)
            {
                if (prepared.Pixels is not null) kept.Add<float>(features.AsSpan(at++ * encoder.Width, encoder.Width));
                else kept.Fail(context.Shown(samples[kept.Count].Image).Redact(context.Word(prepared.Error!)));
                counter.Step();
            }
            kept.Flush();
        }
        return (new(kept.Read<float>(), encoder.Width), kept.Failed);
    }

    /// <summary>The failed images as a table lists them.</summary>
    public IReadOnlyList<FailedImage> Failures(IReadOnlyDictionary<int, string> reasons, IReadOnlyList<Sample> samples) =>
        [.. reasons.OrderBy(r => r.Key).Select(r =>
            new FailedImage(new(nameOf(samples[r.Key]), samples[r.Key].Patient, samples[r.Key].Source), r.Value))];

    static float[] Global(RadiologyEncoder encoder, IReadOnlyList<ImageBatches.Prepared> readable)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        return encoder.Images(ImageBatches.Pixels(readable, encoder.Folder.Preparation.Size, encoder.Device), globalOnly: true)
            .Global_BD.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    }
}
