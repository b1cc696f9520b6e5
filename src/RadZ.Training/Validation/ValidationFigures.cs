using RadZ.Data;
using RadZ.Evaluation.Tables;
using RadZ.Text.Knowledge;
using RadZ.Training.Phases;
using RadZ.Training.Recipes;

namespace RadZ.Training.Validation;

/// <summary>One figure of the validation patients.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Auc">Mean AUC of the paper's probabilities over the classes that count; null if none does.</param>
/// <param name="ScoreAuc">The same on the scores themselves, each disease by itself.</param>
/// <param name="Classes">Classes that count.</param>
/// <param name="Images">Images of the task.</param>
sealed record ValidationFigure(string Task, double? Auc, double? ScoreAuc, int Classes, int Images);

/// <summary>The scores of one validation task: the images and diseases it is about, by the paper's probabilities and as they are.</summary>
/// <param name="Probabilities">Softmax over all diseases of the task, the classes that count.</param>
/// <param name="Scores">The scores themselves, the same classes.</param>
sealed record TaskScores(ScoreTable Probabilities, ScoreTable Scores);

/// <summary>Turns scores of the validation samples into the recipe's figures.</summary>
static class ValidationFigures
{
    /// <summary>All tasks; a task whose diseases were not scored (a teacher does not know all) has no AUC.</summary>
    public static IReadOnlyList<ValidationFigure> Compute(IReadOnlyList<ValidationTask> tasks, IReadOnlyList<Sample> samples,
        ValidationScores scores, KnowledgeBase knowledge) =>
        [.. tasks.Select(task => Tables(task, samples, scores, knowledge) is not { } t ? new(task.Name, null, null, 0, 0)
            : new ValidationFigure(task.Name, Macro(t.Probabilities), Macro(t.Scores), t.Scores.Diseases.Count, t.Scores.Rows.Count))];

    static double? Macro(ScoreTable table) => MultiLabel.Compute(table.Scores, table.Labels).Macro(c => c.Auc).Mean;

    /// <summary>The samples a task is about.</summary>
    public static IReadOnlyList<int> Rows(ValidationTask task, IReadOnlyList<Sample> samples, KnowledgeBase knowledge)
    {
        var among = task.Among.Select(d => knowledge.Resolve(d).Name).ToList();
        return [.. Enumerable.Range(0, samples.Count)
            .Where(i => task.Sources.Contains(samples[i].Source)
                && (among.Count == 0 || among.Any(d => samples[i].Labels[d] == Label.Present)))];
    }

    /// <summary>The tables of one task, or null where a disease was not scored or no class has its least positives.</summary>
    public static TaskScores? Tables(ValidationTask task, IReadOnlyList<Sample> samples, ValidationScores scores, KnowledgeBase knowledge)
    {
        string[] Names(IEnumerable<string> names) => [.. names.Select(n => knowledge.Resolve(n).Name)];
        var diseases = Names(task.Diseases);
        var columns = diseases.Select(d => scores.Diseases.ToList().IndexOf(d)).ToArray();
        if (columns.Contains(-1)) return null;
        var rows = Rows(task, samples, knowledge);
        var counted = (task.Average.Count == 0 ? diseases : Names(task.Average)).Where(d =>
            rows.Count(i => samples[i].Labels[d] == Label.Present) >= task.LeastPositives).ToArray();
        if (rows.Count == 0 || counted.Length == 0) return null;
        var (paper, raw, labels) =
            (new double[rows.Count, counted.Length], new double[rows.Count, counted.Length], new Label[rows.Count, counted.Length]);
        foreach (var (row, sample) in rows.Index())
        {
            var own = columns.Select(c => scores.Scores[sample, c]).ToArray();
            var probabilities = RadZ.Recognition.Results.Probabilities.Paper(own);
            foreach (var (column, disease) in counted.Index())
            {
                var at = Array.IndexOf(diseases, disease);
                (paper[row, column], raw[row, column], labels[row, column]) = (probabilities[at], own[at], samples[sample].Labels[disease]);
            }
        }
        IReadOnlyList<ScoredImage> images =
            [.. rows.Select(i => new ScoredImage(Path.GetFileName(samples[i].Image), samples[i].Patient, samples[i].Source))];
        return new(new(images, counted, paper, labels), new(images, counted, raw, labels));
    }
}
