using RadZ.Data;
using RadZ.Training.Data;

namespace RadZ.Training.Phases;

/// <summary>Pixels as the model takes them, [B, 3, S, S].</summary>
static class PixelTensor
{
    public static Tensor Create(TrainingBatch batch, PhaseContext context, Device device)
    {
        var side = context.Encoder.Folder.Preparation.Size;
        return tensor(batch.Pixels, [batch.Size, 3, side, side], device: device);
    }

    public static Tensor Create(IReadOnlyList<Sample> samples, PreparedImages images, Device device)
    {
        var side = images.Preparation.Size;
        var pixels = new float[samples.Count * 3 * side * side];
        for (var i = 0; i < samples.Count; i++)
            images.Preparation.Normalize(images.Get(samples[i])).CopyTo(pixels.AsSpan(i * 3 * side * side));
        return tensor(pixels, [samples.Count, 3, side, side], device: device);
    }
}
