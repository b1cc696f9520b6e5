using RadZ.Evaluation.Runs;
using RadZ.Files;
using RadZ.RunReports.Figures;
using RadZ.RunReports.Tables;

namespace RadZ.RunReports;

/// <summary>The report of a run: a function of its folder alone, so that it can be made again and compared.</summary>
static class RunReport
{
    /// <summary>One self-contained page.</summary>
    public const string PageFile = "report.html";

    /// <summary>The model card.</summary>
    public const string CardFile = "model-card.md";

    /// <summary>What must be said wherever results are shown.</summary>
    public const string ResearchUse = "Research use only. Not a medical device. These figures describe past images of one data set; they " +
        "are no ground for the care of a patient.";

    /// <summary>Every file of the report by its name below the folder: the page, the card, and each figure as SVG and CSV.</summary>
    /// <param name="run">The folder.</param>
    /// <param name="cancel">Stops between two classes or groups.</param>
    public static IReadOnlyDictionary<string, string> Files(StoredRun run, CancellationToken cancel = default)
    {
        var analysis = RunAnalysis.Compute(run, cancel);
        var figures = RunFigures.Draw(analysis);
        var seal = File.Exists(Path.Combine(run.Folder, Seal.FileName)) ? Seal.Read(run.Folder) : null;
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [PageFile] = HtmlReport.Render(analysis, figures, seal),
            [CardFile] = ModelCard.Render(analysis, seal),
        };
        foreach (var figure in figures)
            (files[$"figures/{figure.Name}.svg"], files[$"figures/{figure.Name}.csv"]) = (figure.Svg, figure.Csv);
        return files;
    }

    /// <summary>Writes them; figures of an earlier report that this run has not are taken away.</summary>
    /// <param name="run">The folder.</param>
    /// <param name="cancel">Before anything is written.</param>
    /// <returns>The names.</returns>
    public static IReadOnlyList<string> Write(StoredRun run, CancellationToken cancel = default)
    {
        var files = Files(run, cancel);
        foreach (var (name, text) in files) AtomicFile.WriteText(Path.Combine(run.Folder, name), text);
        foreach (var old in Directory.GetFiles(Path.Combine(run.Folder, "figures")))
            if (Path.GetExtension(old) is ".svg" or ".csv" && !files.ContainsKey("figures/" + Path.GetFileName(old))) File.Delete(old);
        return [.. files.Keys];
    }
}
