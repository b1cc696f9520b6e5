using System.Security.Cryptography;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Pictures;
using RadZ.Imaging.Preparation;

namespace RadZ.Data.Guards;

/// <summary>Two images of a run that are one.</summary>
/// <param name="First">The one that came first.</param>
/// <param name="Second">The other.</param>
/// <param name="Exact">True: the same bytes; false: they look the same.</param>
sealed record DuplicateImage(Sample First, Sample Second, bool Exact)
{
    /// <summary>True where the two are said to be of different patients: one picture then stands on two sides, or counts twice.</summary>
    public bool OtherPatient => First.Patient != Second.Patient;
}

/// <summary>Finds images that occur twice in a run.</summary>
static class DuplicateImages
{
    /// <summary>Files with the same bytes. Only files of equal length are read.</summary>
    public static IReadOnlyList<DuplicateImage> Exact(IReadOnlyList<Sample> samples, CancellationToken cancel)
    {
        List<DuplicateImage> found = [];
        foreach (var same in samples.Where(s => File.Exists(s.Image)).GroupBy(s => FileSize.Get(s.Image)).Where(g => g.Count() > 1))
        {
            var first = new Dictionary<string, Sample>();
            foreach (var sample in same)
            {
                cancel.ThrowIfCancellationRequested();
                using var file = File.OpenRead(sample.Image);
                var hash = Convert.ToHexString(SHA256.HashData(file));
                if (!first.TryAdd(hash, sample)) found.Add(new(first[hash], sample, true));
            }
        }
        return found;
    }

    /// <summary>
    /// Images that look the same, by <see cref="PerceptualHash"/>; files that cannot be read are left to whoever reads them next.
    /// </summary>
    /// <param name="samples">The images.</param>
    /// <param name="done">Called for each.</param>
    /// <param name="cancel">Stops it.</param>
    public static IReadOnlyList<DuplicateImage> Near(IReadOnlyList<Sample> samples, Action done, CancellationToken cancel)
    {
        var hashes = new PerceptualHash?[samples.Count];
        Parallel.For(0, samples.Count, new() { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            try
            {
                hashes[i] = PerceptualHash.Compute(ImageFile.Read(samples[i].Image, ImageLimits.Radiograph));
            }
            catch (InvalidInputException)
            {
                hashes[i] = null;
            }
            lock (hashes) done();
        });
        var (index, order, found) = (new NearDuplicates(), new List<int>(), new List<DuplicateImage>());
        for (var i = 0; i < samples.Count; i++)
        {
            if (hashes[i] is not { } hash) continue;
            if (index.Add(hash) is [var first, ..]) found.Add(new(samples[order[first]], samples[i], false));
            order.Add(i);
        }
        return found;
    }

    /// <summary>What is said with the results.</summary>
    /// <param name="duplicates">What was found.</param>
    /// <param name="listed">True: a run folder has them all.</param>
    public static IReadOnlyList<Notice> Notices(IReadOnlyList<DuplicateImage> duplicates, bool listed = true) =>
    [
        .. duplicates.GroupBy(d => d.Exact).Select(g => new Notice("duplicate-images",
            $"{g.Count()} images {(g.Key ? "are byte for byte" : "look")} the same as an earlier " +
            $"one{(g.Count(d => d.OtherPatient) is > 0 and var other ? $", {other} of them under another patient" : "")}; they count " +
            $"twice.{(listed ? " All are in duplicates.csv." : "")}")),
    ];
}
