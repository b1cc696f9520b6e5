using RadZ.Data;
using RadZ.Training.Data;

namespace RadZ.Training.Phases;

/// <summary>Scores of many pictures, a batch at a time, without gradients.</summary>
static class ScoringPass
{
    public static ValidationScores Run(IReadOnlyList<Sample> samples, PreparedImages images, IReadOnlyList<string> diseases, Device device,
        Func<Tensor, Tensor> score, CancellationToken cancel) =>
        Run(samples, diseases, chunk => score(PixelTensor.Create(chunk, images, device)), cancel);

    public static ValidationScores Run(IReadOnlyList<Sample> samples, IReadOnlyList<string> diseases, Func<Sample[], Tensor> score,
        CancellationToken cancel)
    {
        using var _ = no_grad();
        var scores = new double[samples.Count, diseases.Count];
        var at = 0;
        foreach (var chunk in samples.Chunk(64))
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var flat = score(chunk).to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
            for (var i = 0; i < flat.Length; i++) scores[at + i / diseases.Count, i % diseases.Count] = flat[i];
            at += chunk.Length;
        }
        return new(diseases, scores);
    }
}
