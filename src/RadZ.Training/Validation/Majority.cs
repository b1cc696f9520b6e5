using RadZ.Data;
using RadZ.Training.Phases;

namespace RadZ.Training.Validation;

/// <summary>
/// Who looks at no picture: each disease's share among the training labels that know it, the same for every image; 0 for a disease that no
/// label knows. What any model must beat.
/// </summary>
static class Majority
{
    public static ValidationScores Scores(PhaseContext context)
    {
        var (diseases, images) = (context.Scored, context.Data.Validation.Count);
        var scores = new double[images, diseases.Count];
        foreach (var (column, disease) in diseases.Index())
        {
            var labels = context.Data.Training.Select(s => s.Labels[disease]).Where(l => l.IsKnown()).ToList();
            var share = labels.Count == 0 ? 0 : labels.Count(l => l == Label.Present) / (double)labels.Count;
            for (var row = 0; row < images; row++) scores[row, column] = share;
        }
        return new(diseases, scores);
    }
}
