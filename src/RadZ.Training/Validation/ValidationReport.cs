using System.Text.Json.Nodes;
using RadZ.Data;
using RadZ.Data.Sets;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Tables;
using RadZ.Files;
using RadZ.Text.Knowledge;
using RadZ.Training.Phases;
using RadZ.Training.Recipes;

namespace RadZ.Training.Validation;

/// <summary>
/// What a finished model reaches on the validation patients: every task with intervals by patient, and the scores behind it.
/// </summary>
static class ValidationReport
{
    /// <summary>Writes <c>metrics.json</c> and two tables a task, probabilities and scores, into a folder.</summary>
    /// <param name="folder">Where; made if need be.</param>
    /// <param name="model">Who scored: a name for the report.</param>
    /// <param name="tasks">The recipe's tasks.</param>
    /// <param name="samples">The validation samples.</param>
    /// <param name="scores">Their scores.</param>
    /// <param name="knowledge">Names.</param>
    public static void Write(string folder, string model, IReadOnlyList<ValidationTask> tasks, IReadOnlyList<Sample> samples,
        ValidationScores scores, KnowledgeBase knowledge)
    {
        Directory.CreateDirectory(folder);
        var options = new BootstrapOptions();
        var reported = new JsonArray();
        foreach (var task in tasks)
        {
            if (ValidationFigures.Tables(task, samples, scores, knowledge) is not { } tables) continue;
            var card = ScoreCard.Compute(tables.Probabilities, options);
            var byScore = ScoreCard.Compute(tables.Scores, options);
            reported.Add(new JsonObject
            {
                ["task"] = task.Name,
                ["patients"] = card.Patients,
                ["of_probabilities"] = JsonNode.Parse(card.ToJson()),
                ["of_scores_macro"] = JsonNode.Parse(byScore.ToJson())!["macro"]!.DeepClone(),
            });
            ScoreTableFile.Write(tables.Probabilities, Path.Combine(folder, $"{Slug(task.Name)}.csv"));
            ScoreTableFile.Write(tables.Scores, ScoresFile(folder, task.Name));
        }
        var report = new JsonObject
        {
            ["model"] = model,
            ["split"] = "validation patients of the run's own split; their labels' diseases were trained on, so this is not zero-shot " +
                "unless the run left them out",
            ["intervals"] = $"95 %, percentile bootstrap by patient, {options.Resamples} resamples, seed {options.Seed}",
            ["tasks"] = reported,
        };
        AtomicFile.WriteText(Path.Combine(folder, "metrics.json"), report.ToJsonString(new() { WriteIndented = true }) + "\n");
    }

    /// <summary>Where a report keeps a task's scores as they are; the table beside it holds the paper's probabilities.</summary>
    public static string ScoresFile(string folder, string task) => Path.Combine(folder, $"{Slug(task)}.scores.csv");

    /// <summary>Writes the manifest of each task, for <c>radz evaluate</c>.</summary>
    public static void WriteManifests(string folder, IReadOnlyList<ValidationTask> tasks, IReadOnlyList<Sample> samples,
        KnowledgeBase knowledge)
    {
        Directory.CreateDirectory(folder);
        foreach (var task in tasks)
        {
            // what is drawn is in no file that could be named
            var rows = ValidationFigures.Rows(task, samples, knowledge).Where(i => samples[i].Origin is null).ToList();
            if (rows.Count == 0) continue;
            ManifestFile.Write(Path.Combine(folder, $"{Slug(task.Name)}.csv"), [.. rows.Select(i => samples[i])],
                [.. task.Diseases.Select(d => new DiseaseColumn(d, knowledge.Resolve(d).Name))], knowledge);
        }
    }

    static string Slug(string name) => string.Join('-',
        new string([.. name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')]).Split(' ',
            StringSplitOptions.RemoveEmptyEntries));
}
