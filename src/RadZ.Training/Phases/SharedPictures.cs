using System.Security.Cryptography;
using System.Text.Json;
using RadZ.Data;
using RadZ.Files;
using RadZ.Imaging.Preparation;
using RadZ.Model.Weights;
using RadZ.Training.Data;
using RadZ.Training.Recipes;

namespace RadZ.Training.Phases;

/// <summary>
/// What runs of one process need of pictures and need not compute twice: the prepared squares, and what one frozen vision tower saw of
/// them. Runs over the same data and the same trunk (the arms of a sweep) share it; a run over other data or another tower replaces it.
/// Results do not depend on it. For one run at a time.
/// </summary>
sealed class SharedPictures : IDisposable
{
    (string Key, PreparedImages Images)? _images;
    (string Key, VisionCache Cache)? _vision;

    /// <summary>The pictures of a recipe's sources for a preparation.</summary>
    internal PreparedImages Images(DataRecipe data, ClipPreparation preparation, bool withAreas)
    {
        var key = JsonSerializer.Serialize(
            (object[])[data with { Knowledge = null }, preparation.Size, preparation.Mean, preparation.Std, withAreas], StrictJson.Options);
        if (_images?.Key != key) _images = (key, PreparedImages.Create(data, preparation, withAreas));
        return _images.Value.Images;
    }

    /// <summary>What the context's vision tower and teacher see of its pictures.</summary>
    /// <exception cref="InvalidInputException">It would take more memory than a run may.</exception>
    internal VisionCache Vision(PhaseContext context, PreparedImages images)
    {
        var (encoder, data) = (context.Encoder, context.Data);
        var bytes = VisionCache.BytesOf(encoder, data.Training.Count + data.Validation.Count);
        if (bytes > Most)
            throw new InvalidInputException("recipe", "too-large",
                $"cache_vision would keep {bytes / 1e9:0.0} GB of {data.Training.Count + data.Validation.Count:N0} pictures, of at most " +
                $"{Most >> 30} GiB; leave it out, take bfloat16, or fewer pictures.");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, value) in encoder.Training.Weights.Where(w => WeightNames.IsVision(w.Name))
            .Select(w => (w.Name, (Tensor)w.Value)).Concat(context.Teacher?.State ?? []))
        {
            using var plain = value.detach().cpu().contiguous();
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(name));
            hash.AppendData(plain.bytes);
        }
        var key = $"{_images?.Key} {encoder.ComputeType} {DataHash.Compute(data.Training)} {DataHash.Compute(data.Validation)} " +
            $"{Convert.ToHexStringLower(hash.GetHashAndReset())}";
        if (_vision?.Key == key) return _vision.Value.Cache;
        _vision?.Cache.Dispose();
        _vision = (key, new VisionCache(images, [.. data.Training, .. data.Validation]));
        return _vision.Value.Cache;
    }

    const long Most = 6L << 30;

    /// <inheritdoc/>
    public void Dispose() => _vision?.Cache.Dispose();
}
