using RadZ.Datasets;
using RadZ.Evaluation;
using RadZ.Knowledge;
using RadZ.Recognition;

namespace RadZ.Training;

/// <summary>One figure of the validation patients.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Auc">Mean AUC of the paper's probabilities over the classes that count; null if none does.</param>
/// <param name="ScoreAuc">The same on the scores themselves, each disease by itself.</param>
/// <param name="Classes">Classes that count.</param>
/// <param name="Images">Images of the task.</param>
public sealed record ValidationFigure(string Task, double? Auc, double? ScoreAuc, int Classes, int Images);

/// <summary>Turns scores of the validation samples into the recipe's figures.</summary>
public static class ValidationFigures
{
    /// <summary>All tasks.</summary>
    public static IReadOnlyList<ValidationFigure> Of(IReadOnlyList<ValidationTask> tasks, IReadOnlyList<Sample> samples, ValidationScores scores, KnowledgeBase knowledge) =>
        [.. tasks.Select(task => One(task, samples, scores, knowledge))];

    static ValidationFigure One(ValidationTask task, IReadOnlyList<Sample> samples, ValidationScores scores, KnowledgeBase knowledge)
    {
        string[] Names(IEnumerable<string> names) => [.. names.Select(n => knowledge.Resolve(n).Name)];
        var (diseases, among) = (Names(task.Diseases), Names(task.Among));
        var averaged = task.Average.Count == 0 ? diseases : Names(task.Average);
        var rows = Enumerable.Range(0, samples.Count).Where(i => task.Sources.Contains(samples[i].Source) && (among.Length == 0 || among.Any(d => samples[i].Labels[d] == Label.Present))).ToArray();
        var columns = diseases.Select(d => scores.Diseases.ToList().IndexOf(d)).ToArray();
        if (columns.Contains(-1)) return new(task.Name, null, null, 0, rows.Length);                                 // a teacher does not know every disease
        var raw = rows.Select(i => columns.Select(c => scores.Scores[i, c]).ToArray()).ToArray();
        var paper = raw.Select(r => Probabilities.Paper(r)).ToArray();
        var (paperAucs, rawAucs) = (new List<double>(), new List<double>());
        foreach (var disease in averaged)
        {
            var column = Array.IndexOf(diseases, disease);
            var known = Enumerable.Range(0, rows.Length).Where(k => samples[rows[k]].Labels[disease] != Label.Unknown).ToArray();
            bool[] present = [.. known.Select(k => samples[rows[k]].Labels[disease] == Label.Present)];
            if (present.Count(p => p) < task.LeastPositives) continue;
            if (Auroc.Of([.. known.Select(k => paper[k][column])], present) is not { } auc) continue;
            paperAucs.Add(auc);
            rawAucs.Add(Auroc.Of([.. known.Select(k => raw[k][column])], present)!.Value);
        }
        return new(task.Name, paperAucs.Count == 0 ? null : paperAucs.Average(), rawAucs.Count == 0 ? null : rawAucs.Average(), paperAucs.Count, rows.Length);
    }
}
