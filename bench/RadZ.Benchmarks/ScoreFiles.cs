using System.Diagnostics;
using System.Globalization;
using RadZ.Data.Guards;
using RadZ.Data.Sets;
using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Tables;

namespace RadZ.Benchmarks;

/// <summary>
/// The evaluation of a benchmark's size: 112,120 rows of ChestX-ray14 from a score file, and near copies among 100,000 pictures.
/// </summary>
static class ScoreFiles
{
    const int Images = 112_120;

    public static void Run()
    {
        var folder = Directory.CreateTempSubdirectory("radz-bench-").FullName;
        try
        {
            var card = Ontology.Embedded.Resolve("chestxray14");
            IReadOnlyList<ClassColumn> classes = [.. card.Classes["radz"].Select(ClassColumn.Parse)];
            Write(folder, card, classes);
            var watch = Stopwatch.StartNew();
            var set = PublishedSets.Read(card, new(folder, "all") { Images = false });
            Say("read the labels", watch);
            var table = BenchmarkScores.Join(set.Samples, folder, classes, ScoreFile.Read(Path.Combine(folder, "scores.csv"), classes));
            Say("read and join the scores", watch);
            var figures = BenchmarkFigures.Compute(BenchmarkScores.Under(new(), table, classes), null, new() { Resamples = 1000 });
            Say("figures, 1,000 resamples of patients", watch);
            ScoreTableFile.Write(table, Path.Combine(folder, "out.csv"));
            Say("write every score and label", watch);
            Console.WriteLine($"{figures.Images:N0} images, {figures.Classes.Count} classes, macro AUC " +
                $"{figures.Macro["auc"].Mean:0.000}; peak {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:N0} MB");
            NearCopies();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static void NearCopies()
    {
        var random = new Random(1);
        var index = new NearDuplicates();
        var watch = Stopwatch.StartNew();
        var found = 0;
        for (var i = 0; i < 100_000; i++)
            found += index.Add(new((ulong)random.NextInt64(),
                new((ulong)random.NextInt64(), (ulong)random.NextInt64(), (ulong)random.NextInt64(), (ulong)random.NextInt64()))).Count;
        Say($"near copies among 100,000 hashes ({found} found)", watch);
    }

    static void Write(string folder, SetCard card, IReadOnlyList<ClassColumn> classes)
    {
        var random = new Random(1);
        string[] findings = [.. card.Labels.Where(l => l.Label != "No Finding").Select(l => l.Label)];
        using var labels = new StreamWriter(Path.Combine(folder, "Data_Entry_2017.csv"));
        using var scores = new StreamWriter(Path.Combine(folder, "scores.csv"));
        labels.WriteLine("Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View " +
            "Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],");
        scores.WriteLine($"Image Index,{string.Join(',', classes.Select(c => c.Name))}");
        for (var i = 0; i < Images; i++)
        {
            var patient = i / 4 + 1;
            string[] here = [.. findings.Where(_ => random.NextDouble() < 0.05)];
            labels.WriteLine($"{patient:00000000}_{i % 4:000}.png,{(here.Length == 0 ? "No Finding" : string.Join('|', here))},{i % 4}," +
                $"{patient},50,F,PA,2500,2048,0.1,0.1,");
            scores.WriteLine($"{patient:00000000}_{i % 4:000}.png," +
                $"{string.Join(',', classes.Select(_ => random.NextDouble().ToString("R", CultureInfo.InvariantCulture)))}");
        }
    }

    static void Say(string what, Stopwatch watch)
    {
        Console.WriteLine($"{what,-48} {watch.Elapsed.TotalSeconds,6:0.00} s");
        watch.Restart();
    }
}
