using System.Text.Json;
using RadZ.Model.Features;
using RadZ.Model.Weights;
using RadZ.Recognition.Results;

namespace RadZ.Recognition.Images;

// N images, D decoder width

/// <summary>Features of many images in one safetensors file, for programs that go on from there.</summary>
static class FeatureFile
{
    /// <summary>What came of it.</summary>
    /// <param name="Written">Images in the file.</param>
    /// <param name="Failed">Images that are not.</param>
    internal sealed record Outcome(int Written, IReadOnlyList<ImageResult.Failed> Failed);

    /// <summary>
    /// Writes <c>global</c> and <c>local</c> [N, D] float32, with the file names (<c>files</c>, a JSON array) and the model's hash
    /// (<c>model</c>) as metadata. The file appears whole, and not at all when no image could be read.
    /// </summary>
    /// <param name="encoder">The model.</param>
    /// <param name="files">The images.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="done">Called after each image.</param>
    /// <param name="batch">Images a pass.</param>
    /// <param name="intake">Names files without what says who a patient is; null takes paths as they are.</param>
    /// <param name="cancel">Stops before anything is written.</param>
    public static async Task<Outcome> WriteAsync(RadiologyEncoder encoder, IReadOnlyList<string> files, string path, Action? done = null,
        int batch = 32, ImageIntake? intake = null, CancellationToken cancel = default)
    {
        var (read, failed) = (new List<string>(), new List<ImageResult.Failed>());
        var (global, local) = (new List<Tensor>(), new List<Tensor>());
        try
        {
            await foreach (var prepared in new ImageBatches(encoder.Folder.Preparation, batch, intake).ReadAsync(files, cancel)
                .ConfigureAwait(false))
            {
                failed.AddRange(prepared.Where(p => p.Error is not null)
                    .Select(p => new ImageResult.Failed(p.File, p.Error!)));
                var readable = prepared.Where(p => p.Pixels is not null).ToList();
                if (readable.Count > 0)
                {
                    var (g, l) = Features(encoder, readable);
                    global.Add(g);
                    local.Add(l);
                    read.AddRange(readable.Select(p => p.File));
                }
                for (var i = 0; i < prepared.Count; i++) done?.Invoke();
            }
            if (read.Count > 0)
                Save(path, global, local,
                    new Dictionary<string, string> { ["files"] = JsonSerializer.Serialize(read), ["model"] = encoder.Hash });
            return new(read.Count, failed);
        }
        finally
        {
            foreach (var tensor in global.Concat(local)) tensor.Dispose();
        }
    }

    static (Tensor Global_BD, Tensor Local_BD) Features(RadiologyEncoder encoder, IReadOnlyList<ImageBatches.Prepared> readable)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var pair = encoder.Images(ImageBatches.Pixels(readable, encoder.Folder.Preparation.Size, encoder.Device));
        return (pair.Global_BD.cpu().DetachFromDisposeScope(), pair.Local_BD!.cpu().DetachFromDisposeScope());
    }

    static void Save(string path, List<Tensor> global, List<Tensor> local, Dictionary<string, string> metadata)
    {
        using var _ = NewDisposeScope();
        SafetensorsFile.Write(path, [("global", cat(global)), ("local", cat(local))], metadata);
    }
}
