using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RadZ.Data;
using RadZ.Data.Guards;
using RadZ.Data.Sets;
using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Calibration;
using RadZ.Evaluation.Tables;
using RadZ.Files;

namespace RadZ.Evaluation.Runs;

/// <summary>A file and what it held.</summary>
/// <param name="Path">As it was given, or relative to the run.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its bytes, in lower-case hex.</param>
sealed record HashedFile(string Path, long Bytes, string Sha256)
{
    /// <summary>Hashes a file; <paramref name="name"/> is what it is called.</summary>
    public static HashedFile Read(string path, string? name = null)
    {
        using var file = File.OpenRead(path);
        return new(name ?? path, file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }
}

/// <summary>Who made the scores.</summary>
/// <param name="Name">The model's name; null where scores came from a file.</param>
/// <param name="Hash">Of its weights.</param>
/// <param name="Score">What ranked: direct, anchored, bank, vqa.</param>
/// <param name="Probability">What was taken of it: paper, standalone, score.</param>
/// <param name="File">The score file, where there was one.</param>
sealed record ScoredBy(string? Name, string? Hash, string? Score, string? Probability, HashedFile? File);

/// <summary>A split as it was read.</summary>
/// <param name="Name">Its name, or file.</param>
/// <param name="Images">Usable images.</param>
/// <param name="Patients">Their patients.</param>
/// <param name="DataHash"><see cref="RadZ.Data.DataHash"/>: images, patients, labels, sizes.</param>
/// <param name="SplitHash">Of the sorted lines "image, patient": who was measured.</param>
sealed record SplitRecord(string Name, int Images, int Patients, string DataHash, string SplitHash)
{
    /// <summary>Records a split whose images are called by their paths below a root.</summary>
    public static SplitRecord FromSamples(string name, IReadOnlyList<Sample> samples, string root) =>
        FromSamples(name, samples, s => BenchmarkScores.Image(s, root).Image);

    /// <summary>Records a split.</summary>
    /// <param name="name">Its name, or file.</param>
    /// <param name="samples">Its usable images.</param>
    /// <param name="nameOf">What the run calls an image.</param>
    public static SplitRecord FromSamples(string name, IReadOnlyList<Sample> samples, Func<Sample, string> nameOf) =>
        new(name, samples.Count, samples.Select(s => s.Patient).Distinct().Count(), Data.DataHash.Compute(samples),
        HashOf(samples.Select(s => (nameOf(s), s.Patient))));

    /// <summary>A <see cref="SplitHash"/>.</summary>
    public static string HashOf(IEnumerable<(string Image, string Patient)> measured) =>
        Convert.ToHexStringLower(SHA256.HashData(
            Encoding.UTF8.GetBytes(string.Concat(measured.Select(i => $"{i.Image}\t{i.Patient}\n").Order(StringComparer.Ordinal)))));
}

/// <summary>What a model had learnt from the set before it was measured.</summary>
/// <param name="Protocol"><c>probe</c> or <c>finetune</c>.</param>
/// <param name="Percent">Of the patients of the training split.</param>
/// <param name="Seed">Of the draw of patients, and of training.</param>
/// <param name="Training">Who was drawn; their images and patients are in <c>training.csv</c>.</param>
/// <param name="Used">Images that taught anything: readable, with a label.</param>
/// <param name="How">The penalty that was chosen, or the recipe.</param>
sealed record TrainingOrigin(string Protocol, double Percent, int Seed, SplitRecord Training, int Used, string How);

/// <summary>The figures that an evaluation prints and keeps.</summary>
enum FigureForm
{
    /// <summary>All of a benchmark (<see cref="BenchmarkFigures"/>).</summary>
    Benchmark,

    /// <summary>A score card (<see cref="ScoreCard"/>): a user's own table.</summary>
    Card,
}

/// <summary>
/// What an evaluation was (docs/decisions): with <c>scores.csv</c> (and <c>validation-scores.csv</c>) all that its figures follow from.
/// </summary>
sealed record EvaluationRecord
{
    /// <summary>Always <c>evaluation</c>.</summary>
    public string Kind { get; init; } = "evaluation";

    /// <summary>Of this form.</summary>
    public int Version { get; init; } = 1;

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Version and commit of the program.</summary>
    public string Radz { get; init; } =
        typeof(EvaluationRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>Of the runtime.</summary>
    public string Dotnet { get; init; } = Environment.Version.ToString();

    /// <summary>The command's arguments, as given.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Who made the scores.</summary>
    public required ScoredBy Scores { get; init; }

    /// <summary>Of the descriptions.</summary>
    public required string KnowledgeHash { get; init; }

    /// <summary>The set.</summary>
    public required string Dataset { get; init; }

    /// <summary>Its root, as given.</summary>
    public required string Root { get; init; }

    /// <summary>The tables that labels came from.</summary>
    public required IReadOnlyList<HashedFile> Tables { get; init; }

    /// <summary>The measured split.</summary>
    public required SplitRecord Test { get; init; }

    /// <summary>The split that thresholds were locked on.</summary>
    public SplitRecord? Validation { get; init; }

    /// <summary>The class list's name.</summary>
    public required string ClassList { get; init; }

    /// <summary>Its columns, as <c>ontology.json</c> writes them.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary><c>paper</c> or <c>locked</c>.</summary>
    public required string Convention { get; init; }

    /// <summary>What became of labels that are neither present nor absent.</summary>
    public required LabelPolicy Policy { get; init; }

    /// <summary>What was learnt from the set's own training patients before; null: nothing (zero-shot, or scores of a file).</summary>
    public TrainingOrigin? Learnt { get; init; }

    /// <summary>
    /// How scores were calibrated on the validation split where that was asked for: temperature, platt, isotonic; null: it was not.
    /// </summary>
    public CalibrationKind? Calibration { get; init; }

    /// <summary>Of the intervals.</summary>
    public required int Resamples { get; init; }

    /// <summary>The intervals' level.</summary>
    public required double Level { get; init; }

    /// <summary>The bootstrap's seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Rows that were not asked for, by reason.</summary>
    public required IReadOnlyDictionary<string, int> LeftOut { get; init; }

    /// <summary>Rows that could not be used; all are in <c>skipped.csv</c>.</summary>
    public required int Skipped { get; init; }

    /// <summary>What was said with the results.</summary>
    public required IReadOnlyList<Notice> Notices { get; init; }

    /// <summary>What <c>metrics.json</c> and <c>table.txt</c> hold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public FigureForm Form { get; init; }

    /// <summary>The other files of the folder, hashed when they were written.</summary>
    public IReadOnlyList<HashedFile> Files { get; init; } = [];
}

/// <summary>What an evaluation leaves in its folder.</summary>
sealed record EvaluationFiles
{
    /// <summary>What it was.</summary>
    public required EvaluationRecord Record { get; init; }

    /// <summary>Scores and the set's own labels.</summary>
    public required ScoreTable Test { get; init; }

    /// <summary>The same of the validation split; null where none was scored.</summary>
    public ScoreTable? Validation { get; init; }

    /// <summary>The figures, as the record's form has them.</summary>
    public required string Metrics { get; init; }

    /// <summary>The table for people.</summary>
    public required string Table { get; init; }

    /// <summary>The measured images, for what is known of each.</summary>
    public required IReadOnlyList<Sample> Samples { get; init; }

    /// <summary>Rows that could not be used.</summary>
    public IReadOnlyList<SkippedRow> Skipped { get; init; } = [];

    /// <summary>Images that occur twice.</summary>
    public IReadOnlyList<DuplicateImage> Duplicates { get; init; } = [];

    /// <summary>Other files that lie in the folder and belong to the run.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>What an image is called; null: by its path below the root.</summary>
    public Func<Sample, string>? Name { get; init; }
}

/// <summary>The folder that an evaluation leaves.</summary>
static class EvaluationRun
{
    /// <summary>The record's name.</summary>
    public const string RecordFile = "run.json";

    internal static readonly JsonSerializerOptions JsonForm = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        WriteIndented = true,
        NewLine = "\n",
        RespectNullableAnnotations = true,
    };

    /// <summary>The figures as <c>metrics.json</c>.</summary>
    public static string Json(BenchmarkFigures figures) => JsonSerializer.Serialize(figures, JsonForm) + "\n";

    /// <summary>Writes everything and its seal; the record comes last, so that a folder with it is whole.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="files">What it holds.</param>
    public static void Write(string folder, EvaluationFiles files)
    {
        var record = files.Record;
        string At(string name) => Path.Combine(folder, name);
        Directory.CreateDirectory(folder);
        // a record that is there belongs to what it was written with
        File.Delete(At(RecordFile));
        ScoreTableFile.Write(files.Test, At("scores.csv"));
        if (files.Validation is { } validation) ScoreTableFile.Write(validation, At("validation-scores.csv"));
        AtomicFile.WriteText(At("metrics.json"), files.Metrics);
        AtomicFile.WriteText(At("table.txt"), files.Table);
        var name = files.Name ?? (sample => BenchmarkScores.Image(sample, record.Root).Image);
        CsvFile.Write(At("images.csv"), ["image", "patient", "study", "view", "sex", "age", "boxes", "masks", "raw_labels", "site"],
            files.Samples.Select(s => (string[])[
            name(s), s.Patient, s.Study ?? "", s.View == View.Unknown ? "" : s.View.ToString(),
            s.Sex == Sex.Unknown ? "" : s.Sex.ToString(),
            s.Age?.ToString("0.##", CultureInfo.InvariantCulture) ?? "", $"{s.Boxes.Count}", $"{s.Masks.Count}", s.RawLabels ?? "",
            s.Site ?? ""]));
        CsvFile.Write(At("skipped.csv"), ["file", "line", "kind", "reason"],
            files.Skipped.Select(s => (string[])[s.Path, s.Line == 0 ? "" : $"{s.Line}", s.Kind, s.Reason]));
        CsvFile.Write(At("duplicates.csv"), ["first", "second", "exact", "other_patient"],
            files.Duplicates.Select(d => (string[])[name(d.First), name(d.Second), d.Exact ? "1" : "0", d.OtherPatient ? "1" : "0"]));
        string[] names = ["scores.csv", .. files.Validation is null ? (string[])[] : ["validation-scores.csv"], "metrics.json", "table.txt",
            "images.csv", "skipped.csv", "duplicates.csv", .. files.Others];
        HashedFile[] hashed = [.. names.Select(n => HashedFile.Read(At(n), n))];
        var text = JsonSerializer.Serialize(record with { Files = hashed }, JsonForm) + "\n";
        AtomicFile.WriteText(At(Seal.FileName), Seal.Compute(text, hashed).Json());
        AtomicFile.WriteText(At(RecordFile), text);
    }

    /// <summary>The record of a folder.</summary>
    /// <exception cref="InvalidInputException">There is none, or it is none of an evaluation.</exception>
    public static EvaluationRecord Read(string folder)
    {
        var path = Path.Combine(folder, RecordFile);
        if (!File.Exists(path))
            throw new InvalidInputException(folder, "no-run", $"holds no {RecordFile}; expected the folder of an evaluation.");
        try
        {
            if (JsonSerializer.Deserialize<EvaluationRecord>(File.ReadAllText(path), JsonForm)
                is not { Kind: "evaluation", Version: 1 } record)
                throw new InvalidInputException(path, "no-run", "is no record of an evaluation (kind, version).");
            if (record.Resamples < 0 || record.Level is not (> 0 and < 1))
                throw new InvalidInputException(path, "bad-bootstrap",
                    $"resamples is {record.Resamples} and level {record.Level}; expected at least 0, and between 0 and 1.");
            return record;
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(path, "bad-json", e.Message, e);
        }
    }

    /// <summary>The figures again, from the scores and the record alone: what must equal <c>metrics.json</c>.</summary>
    public static BenchmarkFigures Recompute(string folder, EvaluationRecord record)
    {
        var (test, validation) = Tables(folder, record);
        return BenchmarkFigures.Compute(test, validation, new() { Resamples = record.Resamples, Level = record.Level, Seed = record.Seed },
            record.Calibration);
    }

    /// <summary>The tables of a folder, labels under the record's policy.</summary>
    public static (ScoreTable Test, ScoreTable? Validation) Tables(string folder, EvaluationRecord record)
    {
        IReadOnlyList<ClassColumn> classes = [.. record.Classes.Select(ClassColumn.Parse)];
        ScoreTable Under(string name)
        {
            var table = ScoreTableFile.Read(Path.Combine(folder, name));
            return table.Diseases.SequenceEqual(classes.Select(c => c.Name)) ? BenchmarkScores.Under(record.Policy, table, classes)
                : throw new InvalidInputException(Path.Combine(folder, name), "other-classes",
                    $"its columns are {string.Join(", ", table.Diseases)}; {RecordFile} says " +
                    $"{string.Join(", ", classes.Select(c => c.Name))}.");
        }
        return (Under("scores.csv"), record.Validation is null ? null : Under("validation-scores.csv"));
    }
}
