using RadZ.Files;
using RadZ.Model.Features;
using RadZ.Recognition.Diseases;

namespace RadZ.Recognition.Images;

/// <summary>Global features as plain rows, for statistics that need no tensors.</summary>
static class FeatureRows
{
    /// <summary>Rows of images, each encoded once, in the order of the files; null where a file cannot be read.</summary>
    /// <param name="encoder">The model.</param>
    /// <param name="files">The images.</param>
    /// <param name="failed">Told of each that cannot be read, with its place.</param>
    /// <param name="done">Called after each image.</param>
    /// <param name="intake">How files are opened; null takes pixels alone.</param>
    /// <param name="cancel">Stops between batches.</param>
    public static async Task<float[]?[]> EncodeImagesAsync(RadiologyEncoder encoder, IReadOnlyList<string> files,
        Action<int, InvalidInputException>? failed = null, Action? done = null, ImageIntake? intake = null,
        CancellationToken cancel = default)
    {
        var (rows, at) = (new float[]?[files.Count], 0);
        await foreach (var prepared in new ImageBatches(encoder.Folder.Preparation, intake: intake).ReadAsync(files,
            cancel).ConfigureAwait(false))
        {
            var readable = new Queue<float[]>(Batch(encoder, [.. prepared.Where(p => p.Pixels is not null)]));
            foreach (var one in prepared)
            {
                if (one.Error is { } error) failed?.Invoke(at, error);
                else rows[at] = readable.Dequeue();
                at++;
                done?.Invoke();
            }
        }
        return rows;
    }

    /// <summary>Rows of texts.</summary>
    public static float[][] Texts(RadiologyEncoder encoder, IReadOnlyList<string> texts, TextFeatureCache cache)
    {
        using var _ = NewDisposeScope();
        return Rows(cache.Get(encoder, texts));
    }

    static float[][] Batch(RadiologyEncoder encoder, IReadOnlyList<ImageBatches.Prepared> readable)
    {
        if (readable.Count == 0) return [];
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        return Rows(encoder.Images(ImageBatches.Pixels(readable, encoder.Folder.Preparation.Size, encoder.Device), globalOnly: true)
            .Global_BD);
    }

    static float[][] Rows(Tensor x_ND) =>
        [.. x_ND.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray().Chunk((int)x_ND.shape[1])];
}
