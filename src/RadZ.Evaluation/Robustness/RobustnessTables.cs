using System.Globalization;
using System.Text.Json;
using CsvHelper;
using RadZ.Data;
using RadZ.Evaluation.Tables;
using RadZ.Files;
using RadZ.Text.Wording;

namespace RadZ.Evaluation.Robustness;

/// <summary>The tables of a measurement of robustness: how they are written, and read again.</summary>
static class RobustnessTables
{
    /// <summary>
    /// The figures, by the name of their file; all follow from <c>scores.csv</c>, the texts and their cosines, and the means of the denying
    /// reports.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Figures(PhrasingScores table, RobustnessFigures figures) =>
        new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["texts.csv"] = CsvFile.Text(["text", "disease", "kind", "style", "words", "denies", "auc", "auc_low", "auc_high",
                "rank_agreement",
            "cosine", "above_present", "above_absent", "difference_auc"],
            figures.Texts.Select((f, t) => (string[])[$"{t + 1}", f.Disease, f.Kind.ToString().ToLowerInvariant(), f.Style, f.Text,
                table.Denied[t] is { } d ? $"{d + 1}" : "", N(f.Auc.Value), N(f.Auc.Low), N(f.Auc.High), N(f.RankAgreement),
                N(f.Cosine), N(f.AbovePresent), N(f.AboveAbsent), N(f.DifferenceAuc)])),
            ["diseases.csv"] = CsvFile.Text(["disease", "positives", "negatives", "auc", "auc_low", "auc_high", "texts", "mean",
                "deviation",
            "least", "most", "rank_agreement", "least_rank_agreement", "descriptions", "random", "negations", "negation_above",
            "negation_cosine"],
            figures.Diseases.Select(d => (string[])[d.Disease, $"{d.Positives}", $"{d.Negatives}", N(d.Default.Value), N(d.Default.Low),
                N(d.Default.High), $"{d.SameMeaning.Texts}", N(d.SameMeaning.Mean), N(d.SameMeaning.Deviation), N(d.SameMeaning.Least),
                N(d.SameMeaning.Most),
                N(d.RankAgreement), N(d.LeastRankAgreement), N(d.Descriptions?.Mean), N(d.Random?.Mean), N(d.Negations?.Mean),
                N(d.NegationAbove), N(d.NegationCosine)])),
            ["wordings.csv"] = CsvFile.Text(["kind", "style", "diseases", "auc", "auc_low", "auc_high", "default", "difference",
            "difference_low", "difference_high", "rank_agreement", "cosine", "above_present", "above_absent", "difference_auc"],
            figures.Styles.Select(s => (string[])[s.Kind.ToString().ToLowerInvariant(), s.Style, $"{s.Diseases}", N(s.Auc.Value),
                N(s.Auc.Low), N(s.Auc.High), N(s.Default), N(s.Difference.Value), N(s.Difference.Low), N(s.Difference.High),
                N(s.RankAgreement), N(s.Cosine), N(s.AbovePresent), N(s.AboveAbsent), N(s.DifferenceAuc)])),
            ["denials.csv"] = CsvFile.Text(["disease", "vector", "reports", "neutral", "denied", "asserted", "nearer", "confusion"],
            figures.Denials.Select(d =>
                (string[])[d.Disease, d.Vector, $"{d.Reports}", N(d.Neutral), N(d.Denied), N(d.Asserted), N(d.Nearer), N(d.Confusion)])),
            ["robustness.json"] = RobustnessRun.Json(figures),
        };

    /// <summary>Images by texts.</summary>
    public static void WriteScores(string path, PhrasingScores table) => CsvFile.Write(path,
        ["image", "patient", "source", .. table.Diseases.Select(d => Label + d), .. table.Phrasings.Select((_, t) => $"text {t + 1}")],
        table.Rows.Select((row, r) => (IEnumerable<string>)[row.Image, row.Patient, row.Source,
            .. table.Diseases.Select((_, c) => table.Labels[r, c] switch
            {
                Data.Label.Present => "1",
                Data.Label.Absent => "0",
                Data.Label.Uncertain => "-1",
                _ => "",
            }), .. table.Phrasings.Select((_, t) => N(table.Scores[r, t]))]));

    /// <summary>Images, texts, scores and cosines again.</summary>
    /// <exception cref="InvalidInputException">A table is missing, or does not fit the other.</exception>
    public static PhrasingScores ReadScores(string folder)
    {
        var (scoresFile, textsFile) = (Path.Combine(folder, "scores.csv"), Path.Combine(folder, "texts.csv"));
        var (scores, texts) = (Rows(scoresFile), Rows(textsFile));
        string[] diseases = [.. scores[0].Where(h => h.StartsWith(Label, StringComparison.Ordinal)).Select(h => h[Label.Length..])];
        if (scores[0].Length != 3 + diseases.Length + texts.Count - 1)
            throw new InvalidInputException(scoresFile + ":1", "wrong-columns",
                $"has {scores[0].Length} columns; expected image, patient, source, {diseases.Length} labels and " +
                $"{texts.Count - 1} texts as {Path.GetFileName(textsFile)} has.");
        string Cell(string[] row, string name) => Array.IndexOf(texts[0], name) is >= 0 and var at ? row[at]
            : throw new InvalidInputException(textsFile + ":1", "missing-column", $"there is no column '{name}'.");
        Phrasing[] phrasings = [.. texts.Skip(1).Select((row, i) => new Phrasing(
            Array.IndexOf(diseases, Cell(row, "disease")) is >= 0 and var disease ? disease
                : throw Malformed(textsFile, i, $"disease '{Cell(row, "disease")}' has no label column in scores.csv"),
            Enum.TryParse<PhrasingKind>(Cell(row, "kind"), ignoreCase: true, out var kind) ? kind
                : throw Malformed(textsFile, i, $"kind '{Cell(row, "kind")}' is none"), Cell(row, "style"), Cell(row, "words"),
            Cell(row, "denies") is not { Length: > 0 } denies ? null
                : int.TryParse(denies, out var at) && at >= 1 && at < texts.Count ? Cell(texts[at], "words")
                : throw Malformed(textsFile, i, $"denies text '{denies}', which is not there")))];
        var (values, labels) = (new double[scores.Count - 1, phrasings.Length], new Label[scores.Count - 1, diseases.Length]);
        for (var r = 0; r < scores.Count - 1; r++)
        {
            for (var c = 0; c < diseases.Length; c++)
                labels[r, c] = scores[r + 1][3 + c] switch
                {
                    "1" => Data.Label.Present,
                    "0" => Data.Label.Absent,
                    "-1" => Data.Label.Uncertain,
                    "" => Data.Label.Unknown,
                    var other => throw Malformed(scoresFile, r, $"label '{other}' is none"),
                };
            for (var t = 0; t < phrasings.Length; t++) values[r, t] = Number(scoresFile, r, scores[r + 1][3 + diseases.Length + t]);
        }
        try
        {
            return new([.. scores.Skip(1).Select(s => new ScoredImage(s[0], s[1], s[2]))], diseases, labels, phrasings, values,
                [.. texts.Skip(1).Select((row, i) => Number(textsFile, i, Cell(row, "cosine")))]);
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(textsFile, "bad-texts", e.Message, e);
        }
    }

    /// <summary>The denying reports: their means are kept, not each of them; what follows from the means is computed again.</summary>
    public static IReadOnlyList<DenialFigure> ReadDenials(string folder)
    {
        var path = Path.Combine(folder, "denials.csv");
        return [.. Rows(path).Skip(1)
            .Select((r, i) => r.Length < 7 || !int.TryParse(r[2], out var reports)
                ? throw Malformed(path, i, "is no row of 8 cells with a number of reports")
            : DenialFigure.FromMeans(r[0], r[1], reports, Number(path, i, r[3]), Number(path, i, r[4]), Number(path, i, r[5]),
                Number(path, i, r[6])))];
    }

    /// <summary>Images that could not be scored, as the figures have them.</summary>
    public static int ReadFailed(string folder)
    {
        var path = Path.Combine(folder, "robustness.json");
        if (!File.Exists(path)) throw new InvalidInputException(path, "not-found", "no such file; it belongs to this run.");
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path));
            return json.RootElement.GetProperty("failed").GetInt32();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidInputException(path, "bad-json", $"holds no figures of robustness: {e.Message}", e);
        }
    }

    const string Label = "label ";

    static string N(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    static double Number(string path, int row,
        string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number : throw Malformed(path, row, $"'{cell}' is no finite number");

    static InvalidInputException Malformed(string path, int row, string what) => new($"{path}:{row + 2}", "bad-row", what + ".");

    static List<string[]> Rows(string path)
    {
        if (!File.Exists(path)) throw new InvalidInputException(path, "not-found", "no such file; it belongs to this run.");
        using var reader = new StreamReader(path);
        using var csv = CsvReader.Create(reader,
            new CsvReaderOptions
            {
                HasHeader = false,
                Separator = ',',
                MalformedData = CsvMalformedDataHandling.Throw,
                TrackLineNumbers = true
            }, leaveOpen: true);
        List<string[]> rows = [];
        try
        {
            while (csv.Read())
            {
                rows.Add(csv.Current.ToArray());
                if (rows[^1].Length != rows[0].Length)
                    throw new InvalidInputException($"{path}:{csv.LineNumber}", "wrong-columns",
                        $"{rows[^1].Length} cells, expected {rows[0].Length} as in the first line.");
            }
        }
        catch (CsvFormatException wrong)
        {
            throw new InvalidInputException(path, "not-csv", wrong.Message, wrong);
        }
        return rows.Count > 0 ? rows : throw new InvalidInputException(path, "empty", "the file is empty; expected a table.");
    }
}
