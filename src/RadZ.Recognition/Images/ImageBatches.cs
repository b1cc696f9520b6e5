using System.Threading.Channels;
using RadZ.Data.Studies;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Preparation;

namespace RadZ.Recognition.Images;

/// <summary>
/// Files decoded and prepared ahead of the model, in order, a batch at a time; a file that cannot be read takes its place as an error.
/// </summary>
/// <param name="preparation">What the model wants.</param>
/// <param name="batch">Files a batch.</param>
/// <param name="intake">Looks at header and gate, too; null for pixels alone.</param>
sealed class ImageBatches(ClipPreparation preparation, int batch = 32, ImageIntake? intake = null)
{
    /// <summary>One prepared file: pixels [3, S, S], or why there are none.</summary>
    internal sealed record Prepared(string File, float[]? Pixels, InvalidInputException? Error, SourceImage? Source = null);

    /// <summary>All files; at most two batches are held ahead.</summary>
    public IAsyncEnumerable<IReadOnlyList<Prepared>> ReadAsync(IReadOnlyList<string> files, CancellationToken cancel) =>
        ReadAsync([.. files.Select(f => new InputFile(f, null))], cancel);

    /// <summary>All files; at most two batches are held ahead.</summary>
    public async IAsyncEnumerable<IReadOnlyList<Prepared>> ReadAsync(IReadOnlyList<InputFile> files,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var channel = Channel.CreateBounded<Task<Prepared>>(2 * batch);
        var producer = Task.Run(() => ProduceAsync(files, channel.Writer, stop.Token), CancellationToken.None);
        try
        {
            var ready = new List<Prepared>(batch);
            await foreach (var task in channel.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
            {
                ready.Add(await task.ConfigureAwait(false));
                if (ready.Count < batch) continue;
                yield return ready;
                ready = new(batch);
            }
            if (ready.Count > 0) yield return ready;
        }
        finally
        {
            // whoever leaves early leaves no work behind that still reads files
            await stop.CancelAsync().ConfigureAwait(false);
            await producer.ConfigureAwait(false);
            while (channel.Reader.TryRead(out var task)) await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Begins work on each file as there is room; ends without an error when it is told to stop.</summary>
    async Task ProduceAsync(IReadOnlyList<InputFile> files, ChannelWriter<Task<Prepared>> into, CancellationToken stop)
    {
        try
        {
            foreach (var file in files)
            {
                // a place first: what was begun is then always in the channel, where somebody waits for it
                if (!await into.WaitToWriteAsync(stop).ConfigureAwait(false)) break;
                into.TryWrite(Task.Run(() => Prepare(file), stop));
            }
            into.Complete();
        }
        catch (OperationCanceledException e)
        {
            into.Complete(e);
        }
    }

    /// <summary>Called with each file as its work begins; for tests.</summary>
    internal Action<InputFile>? Began { get; init; }

    Prepared Prepare(InputFile file)
    {
        Began?.Invoke(file);
        if (intake?.Open(file) is { } taken) return new(taken.Source.Shown, taken.Pixels, taken.Error, taken.Source);
        if (file.Fault is not null) return new(file.Path, null, file.Fault);
        if (Directory.Exists(file.Path)) return new(file.Path, null, InputFiles.NoImages(file.Path));
        try { return new(file.Path, preparation.Prepare(file.Path, ImageLimits.Radiograph), null); }
        catch (InvalidInputException e) { return new(file.Path, null, e); }
    }

    /// <summary>One image as a tensor [1, 3, S, S].</summary>
    /// <exception cref="InvalidInputException">It cannot be read.</exception>
    public static Tensor Pixels(string file, ClipPreparation preparation, Device device)
    {
        var prepared = new ImageBatches(preparation).Prepare(new InputFile(file, null));
        return prepared.Error is { } error ? throw error : Pixels([prepared], preparation.Size, device);
    }

    /// <summary>The readable images of a batch as one tensor [B, 3, S, S].</summary>
    public static Tensor Pixels(IEnumerable<Prepared> batch, int side, Device device)
    {
        var rows = batch.Where(p => p.Pixels is not null).Select(p => p.Pixels!).ToList();
        var all = new float[rows.Count * 3 * side * side];
        for (var i = 0; i < rows.Count; i++) rows[i].CopyTo(all.AsSpan(i * 3 * side * side));
        return tensor(all, [rows.Count, 3, side, side], device: device);
    }
}
