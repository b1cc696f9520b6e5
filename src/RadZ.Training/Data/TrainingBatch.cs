using RadZ.Data;
using RadZ.Text.Sequences;

namespace RadZ.Training.Data;

/// <summary>One batch as the producer makes it, without tensors: varied pixels, words, labels.</summary>
/// <param name="Pixels">[B, 3, S, S] normalised, row-major; empty where a phase reads none.</param>
/// <param name="Samples">The B samples.</param>
/// <param name="Reports">What is said of each.</param>
/// <param name="Texts">The same as token sequences; empty where a phase reads no text.</param>
sealed record TrainingBatch(float[] Pixels, IReadOnlyList<Sample> Samples, IReadOnlyList<ReportText> Reports,
    IReadOnlyList<TokenSequence> Texts)
{
    /// <summary>Where findings are in each varied picture; null for a sample of which nobody knows it.</summary>
    public IReadOnlyList<IReadOnlyList<FindingArea>?> Areas { get; init; } = [];

    /// <summary>Samples.</summary>
    public int Size => Samples.Count;

    /// <summary>1 present, 0 absent, -1 unknown, [B, diseases] row-major.</summary>
    public float[] Labels(IReadOnlyList<string> diseases) =>
        [.. Samples.SelectMany(s => diseases.Select(d => s.Labels[d] switch { Label.Present => 1f, Label.Absent => 0f, Label.Unknown => -1f,
            var other => throw new InvalidOperationException($"Unknown label {other}."), }))];
}
