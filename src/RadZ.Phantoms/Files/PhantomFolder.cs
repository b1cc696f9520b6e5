using System.Text.Json;
using RadZ.Files;
using RadZ.Imaging.Formats;

namespace RadZ.Phantoms.Files;

/// <summary>
/// Writes phantoms into a folder, on every core. It can be stopped or killed at any time and goes on when called again with the same
/// settings: the folder ends up with the same bytes as if nothing had happened.
/// </summary>
public sealed class PhantomFolder(string path)
{
    const int PerPart = 32;
    const string Whole = "card.md";

    string Settings => Path.Combine(path, "phantoms.json");

    /// <summary>Truths of finished parts, until the tables are made of them.</summary>
    string Parts => Path.Combine(path, ".parts");

    /// <summary>Writes what is not there yet.</summary>
    /// <param name="settings">Which phantoms.</param>
    /// <param name="done">Called with the number of phantoms that are whole, from several threads.</param>
    /// <param name="cancel">Stops between two phantoms; what is whole stays.</param>
    /// <returns>Phantoms that were there already.</returns>
    /// <exception cref="InvalidInputException">The folder holds something else, or phantoms of other settings.</exception>
    public int Write(PhantomSettings settings, Action<int>? done = null, CancellationToken cancel = default)
    {
        Begin(settings);
        if (File.Exists(Path.Combine(path, Whole)))
        {
            if (!Enumerable.Range(0, settings.Count).All(i => PngWriter.IsWhole(Path.Combine(path, PhantomTruth.ImageOf(i)))))
                throw new InvalidInputException(path, "incomplete",
                    "was finished, and pictures are missing or cut short since; remove the folder and make it anew.");
            return settings.Count;
        }
        var source = new PhantomSource(settings.Options(), settings.Size);
        var parts = (settings.Count + PerPart - 1) / PerPart;
        var (made, kept) = (0, 0);
        Parallel.For(0, parts, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount },
            part =>
        {
            var count = Math.Min(PerPart, settings.Count - part * PerPart);
            if (IsWhole(part, count))
            {
                Interlocked.Add(ref kept, count);
                done?.Invoke(Interlocked.Add(ref made, count));
                return;
            }
            var truths = new List<PhantomTruth>(count);
            for (var i = 0; i < count; i++)
            {
                cancel.ThrowIfCancellationRequested();
                truths.Add(WriteOne(source, (long)part * PerPart + i, settings.Bits));
                done?.Invoke(Interlocked.Increment(ref made));
            }
            AtomicFile.Write(PartFile(part), s => JsonSerializer.Serialize(s, truths), flush: false);
        });
        var all = Enumerable.Range(0, parts).SelectMany(ReadPart).ToList();
        PhantomTables.Write(path, all);
        // the last file: where it is, all is
        AtomicFile.WriteText(Path.Combine(path, Whole), PhantomCard.Render(settings, all));
        Directory.Delete(Parts, recursive: true);
        return kept;
    }

    /// <summary>Claims an empty folder, or finds out whether what is there can be gone on with.</summary>
    void Begin(PhantomSettings settings)
    {
        var json = settings.ToJson();
        if (File.Exists(Settings))
        {
            if (File.ReadAllText(Settings) != json)
                throw new InvalidInputException(path, "occupied",
                    "holds phantoms of other settings (phantoms.json); take another folder, or give the same settings to go on.");
        }
        else if (File.Exists(path))
            throw new InvalidInputException(path, "not-a-folder", "is a file, expected a folder to write into; take another name.");
        else if (Directory.Exists(path)
            && Directory.EnumerateFileSystemEntries(path).Any(e => !e.EndsWith(".tmp", StringComparison.Ordinal)))
            throw new InvalidInputException(path, "occupied", "is not empty and holds no phantoms; take another folder.");
        else AtomicFile.WriteText(Settings, json);
        Directory.CreateDirectory(Path.Combine(path, "images"));
        Directory.CreateDirectory(Path.Combine(path, "masks"));
        foreach (var folder in (string[])[path, Path.Combine(path, "images"), Path.Combine(path, "masks"), Parts])
            if (Directory.Exists(folder))
                foreach (var left in Directory.EnumerateFiles(folder, ".*.tmp")) File.Delete(left);    // of a run that was killed
        if (!File.Exists(Path.Combine(path, Whole))) Directory.CreateDirectory(Parts);
    }

    PhantomTruth WriteOne(PhantomSource source, long index, int bits)
    {
        var phantom = source.Draw(index);
        var (side, image) = (phantom.Size, Path.Combine(path, PhantomTruth.ImageOf(index)));
        AtomicFile.Write(image, s =>
        {
            if (bits == 16) PngWriter.WriteGray16(s, phantom.Pixels, side, side);
            else PngWriter.WriteGray8(s, PhantomSource.Levels(phantom).Levels, side, side);
        }, flush: false);
        foreach (var finding in phantom.Findings)
            AtomicFile.Write(Path.Combine(path, PhantomTruth.MaskOf(index, finding.Plan.Disease)),
                s => PngWriter.WriteGray8(s, Array.ConvertAll(finding.Mask, m => m == 0 ? (byte)0 : (byte)255), side, side), flush: false);
        return PhantomTruth.From(index, source.Patient(index), phantom);
    }

    bool IsWhole(int part, int count) => File.Exists(PartFile(part)) && ReadPart(part) is var truths && truths.Count == count
        && truths.All(t => PngWriter.IsWhole(Path.Combine(path, PhantomTruth.ImageOf(t.Index)))
            && t.Findings.All(f => PngWriter.IsWhole(Path.Combine(path, PhantomTruth.MaskOf(t.Index, f.Disease)))));

    /// <summary>A part that cannot be read is made anew.</summary>
    IReadOnlyList<PhantomTruth> ReadPart(int part)
    {
        try
        {
            using var file = File.OpenRead(PartFile(part));
            return JsonSerializer.Deserialize<List<PhantomTruth>>(file) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    string PartFile(int part) => Path.Combine(Parts, $"{part:D6}.json");
}
