#:project ../src/RadZ.Evaluation/RadZ.Evaluation.csproj
// Figures with intervals by patient from a table of scores and labels, yours or the one of an evaluated run:
// dotnet run samples/04-evaluate.cs -- samples/scores.csv
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Tables;

ScoreTable table = ScoreTableFile.Read(args[0]);
ScoreCard card = ScoreCard.Compute(table, new BootstrapOptions { Resamples = 2000, Seed = 1 });
foreach (ClassScore c in card.Classes.Where(c => c.Auc is not null))     // null: no film with it, or none without
    Console.WriteLine($"{c.Disease}: AUC {c.Auc:F3} ({c.AucLow:F3} to {c.AucHigh:F3}), {c.Positives} with it, {c.Negatives} without");
Console.WriteLine($"mean of {card.Macro.Classes}: {card.Macro.Auc:F3} ({card.Macro.AucLow:F3} to {card.Macro.AucHigh:F3}), " +
    $"{card.Patients} patients");
