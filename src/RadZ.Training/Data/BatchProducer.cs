using System.Threading.Channels;
using RadZ.Data;
using RadZ.Data.Reports;
using RadZ.Files;
using RadZ.Imaging.Preparation;
using RadZ.Text.Sequences;

namespace RadZ.Training.Data;

/// <summary>
/// Makes batches ahead of the trainer on other threads. A batch is a function of (seed, epoch, place in the epoch): how far
/// ahead it runs, and where a resumed run begins, change nothing.
/// </summary>
/// <param name="data">The samples.</param>
/// <param name="images">Their pictures.</param>
/// <param name="grammar">Words reports from labels.</param>
/// <param name="augmentation">How pictures are varied; null makes batches without pixels.</param>
/// <param name="batch">Samples of a batch.</param>
/// <param name="seed">Of order, words and variation.</param>
/// <param name="tokenize">Makes the sequence of a report; null makes batches without texts.</param>
sealed class BatchProducer(TrainingData data, PreparedImages images, ReportGrammar grammar, AugmentationOptions? augmentation,
    int batch, int seed, Func<string, TokenSequence>? tokenize)
{
    /// <summary>Batches in the making or waiting: so many are held in memory, however long the run.</summary>
    const int Ahead = 3;

    /// <summary>Batches of an epoch; a rest that fills none is dropped.</summary>
    public int PerEpoch { get; } = data.Training.Sum(s => data.Repeat[s.Source]) / batch;

    /// <summary>The batches from number <paramref name="first"/> to before <paramref name="end"/>, in order, a few made ahead.</summary>
    public async IAsyncEnumerable<TrainingBatch> ProduceAsync(int first, int end,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        if (PerEpoch == 0)
            throw new InvalidInputException("recipe", "no-data",
                $"{data.Training.Count} training samples do not fill one batch of {batch}; lower 'batch'.");
        var channel = Channel.CreateBounded<Task<TrainingBatch>>(new BoundedChannelOptions(Ahead)
        {
            SingleReader = true,
            SingleWriter = true,
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var producer = Task.Run(async () =>
        {
            try
            {
                var (epoch, order) = (-1, Array.Empty<int>());
                for (var number = first; number < end; number++)
                {
                    if (number / PerEpoch != epoch) (epoch, order) = (number / PerEpoch, data.Epoch(seed, number / PerEpoch));
                    var at = number % PerEpoch * batch;
                    var (indices, of) = (order.AsSpan(at, batch).ToArray(), epoch);
                    await channel.Writer.WriteAsync(Task.Run(() => Make(indices, of, at), stop.Token), stop.Token).ConfigureAwait(false);
                }
                channel.Writer.Complete();
            }
            catch (Exception e)
            {
                channel.Writer.Complete(e);
            }
        }, CancellationToken.None);
        try
        {
            await foreach (var made in channel.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
                yield return await made.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await producer.ConfigureAwait(false);
        }
    }

    /// <summary>One batch.</summary>
    /// <param name="indices">Which training samples.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="place">The place of the first in the epoch: the same sample, repeated, is varied differently.</param>
    public TrainingBatch Make(int[] indices, int epoch, int place)
    {
        var side = images.Preparation.Size;
        var pixels = augmentation is null ? [] : new float[indices.Length * 3 * side * side];
        var (samples, reports, areas) =
            (new Sample[indices.Length], new ReportText[indices.Length], new IReadOnlyList<FindingArea>?[indices.Length]);
        for (var i = 0; i < indices.Length; i++)
        {
            var random = new Random(unchecked(((seed * 31 + epoch) * 1_000_003) ^ (place + i) * 7919));
            var kept = data.Training[indices[i]];
            var sample = samples[i] = kept.Origin?.InEpoch(epoch) ?? kept;
            reports[i] = sample.Report is { } report ? new(report, [], [])
                : sample.Origin?.Word(random) ?? grammar.Write(sample.Labels, random);
            if (augmentation is null) continue;
            var picture = images.Picture(sample);
            var (varied, moved) = Augmentation.Apply(picture.Square, [.. (picture.Areas ?? []).Select(a => a.Area)],
                KeepSides(reports[i].Text, augmentation), random, images.Preparation);
            areas[i] = picture.Areas is { } known ? [.. known.Zip(moved, (a, m) => a with { Area = m })] : null;
            images.Preparation.Normalize(varied).CopyTo(pixels.AsSpan(i * 3 * side * side));
        }
        return new(pixels, samples, reports, tokenize is null ? [] : [.. reports.Select(r => tokenize(r.Text))]) { Areas = areas };
    }

    /// <summary>
    /// A film whose report names a side is not mirrored where the report is read: it would show the contrary of what it says.
    /// </summary>
    AugmentationOptions KeepSides(string report, AugmentationOptions options) =>
        tokenize is not null && Sides.AreNamedIn(report) ? options with { HorizontalFlip = false } : options;
}
