using System.Security.Cryptography;
using System.Text;
using RadZ.Data.Sets;
using RadZ.Evaluation.Pointing;
using RadZ.Evaluation.Runs;
using RadZ.Experiments.Running;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Pictures;
using RadZ.Model.Features;
using RadZ.Recognition.Evidence;
using RadZ.Recognition.Scoring;

namespace RadZ.Experiments.Pointing;

/// <summary>What was measured of one image and finding.</summary>
/// <param name="Row">How the map fits the place.</param>
/// <param name="Map">Whether it is faithful; null where that was not asked.</param>
/// <param name="Blind">The same of a map of chance.</param>
sealed record LocalizedRegion(LocalizationRow Row, Faithfulness? Map, Faithfulness? Blind);

/// <summary>
/// Heat maps of many regions against their places, image by image; what is done is kept in a journal, and a work that was killed goes on
/// behind it.
/// </summary>
sealed record LocalizationMeasurement
{
    const int Numbers = 8;

    /// <summary>Who is told.</summary>
    public required ExperimentContext Context { get; init; }

    /// <summary>The model.</summary>
    public required RadiologyEncoder Encoder { get; init; }

    /// <summary>What is explained.</summary>
    public required ImageScorer Recognizer { get; init; }

    /// <summary>How maps are made.</summary>
    public required HeatMapMethod Method { get; init; }

    /// <summary>Deletion and insertion, too.</summary>
    public required bool WithFaithfulness { get; init; }

    /// <summary>By disease, its place in the scorer's list.</summary>
    public required IReadOnlyDictionary<string, int> Places { get; init; }

    /// <summary>The journal's file; null: none is kept.</summary>
    public required string? Journal { get; init; }

    /// <summary>Go on behind what is there.</summary>
    public required bool Resume { get; init; }

    /// <summary>All that the numbers depend on but the images.</summary>
    public required object Identity { get; init; }

    /// <summary>Measures all regions; those that could not be are told, and counted.</summary>
    public (List<LocalizedRegion> Measured, int Failed) Measure(IReadOnlyList<FindingRegion> regions, CancellationToken cancel)
    {
        var images = regions.Index().GroupBy(r => r.Item.Image).ToList();
        (int Index, FindingRegion Item)[] ordered = [.. images.SelectMany(g => g)];
        using var kept = Journal is null ? null : RowJournal.Open(Journal, Text(regions), Numbers * sizeof(double), batch: 1, Resume);
        var rows = new List<double[]?>();
        HashSet<string> told = [];
        var failed = 0;
        if (kept is { Count: > 0 })
        {
            rows.AddRange(kept.Read<double>().Chunk(Numbers).Select((r, i) => kept.Failed.ContainsKey(i) ? null : r));
            foreach (var (_, reason) in kept.Failed.OrderBy(f => f.Key)) Fail(reason);
            Context.Observer.Note($"{rows.Count} of {ordered.Length} regions were measured already.");
        }
        var (explainer, from) = (new Explainer(Encoder, Recognizer), 0);
        using (var counter = Context.Observer.Count("localised", ordered.Length))
        {
            counter.Skip(rows.Count);
            foreach (var image in images)
            {
                cancel.ThrowIfCancellationRequested();
                (int Index, FindingRegion Item)[] own = [.. image];
                // an image whose regions are there in part is explained whole again: maps are made together
                if (rows.Count < from + own.Length)
                    foreach (var (numbers, reason) in Image(explainer, image.Key, own, cancel).Skip(rows.Count - from))
                    {
                        rows.Add(numbers);
                        if (numbers is not null) kept?.Add<double>(numbers);
                        else
                        {
                            kept?.Fail(reason!);
                            Fail(reason!);
                        }
                        counter.Step();
                    }
                kept?.Flush();
                from += own.Length;
            }
        }
        return ([.. ordered.Index().Where(r => rows[r.Index] is not null).Select(r => Region(r.Item.Item, rows[r.Index]!))], failed);

        // of an image that cannot be read every region fails, and one line says so
        void Fail(string reason)
        {
            if (!told.Add(reason)) return;
            failed++;
            Context.Observer.Fault(reason);
        }
    }

    IEnumerable<(double[]? Numbers, string? Reason)> Image(Explainer explainer, string image, (int Index, FindingRegion Item)[] regions,
        CancellationToken cancel)
    {
        List<(double[]?, string?)> found = [];
        try
        {
            var picture = ImageFile.Read(image, ImageLimits.Radiograph);
            var pixels = Encoder.Folder.Preparation.Prepare(image, ImageLimits.Radiograph);
            var maps = explainer.Explain(pixels, [.. regions.Select(r => Places[r.Item.Disease])], Method, cancel);
            foreach (var ((index, region), map) in regions.Zip(maps))
            {
                try
                {
                    var row = LocalizationRow.Measure(region.Image, region.Disease, map.Over(new(picture.Width, picture.Height)),
                        Place(region, picture), picture.Width);
                    Faithfulness? Follow(HeatMap followed) =>
                        WithFaithfulness ? Faithfulness.Measure(Encoder, Recognizer, pixels, Places[region.Disease], followed) : null;
                    var chance = new Random(index + 1);                          // of its own: the same whichever regions were done before
                    var (own, blind) = (Follow(map), Follow(map with { Values = [.. map.Values.Select(_ => chance.NextSingle())] }));
                    found.Add(([row.Hit ? 1 : 0, row.CenterHit ? 1 : 0, row.Area, row.Dice, own?.Deletion ?? double.NaN,
                        own?.Insertion ?? double.NaN, blind?.Deletion ?? double.NaN, blind?.Insertion ?? double.NaN], null));
                }
                // of one finding: the image's others are measured
                catch (InvalidInputException e) { found.Add((null, Context.Told(e))); }
            }
            return found;
        }
        catch (InvalidInputException e)
        {
            return [.. regions.Select(_ => ((double[]?)null, (string?)Context.Told(e)))];
        }
    }

    static LocalizedRegion Region(FindingRegion region, double[] n) =>
        new(new(region.Image, region.Disease, n[0] == 1, n[1] == 1, n[2], n[3]) { Patient = region.Patient },
        double.IsNaN(n[4]) ? null : new(n[4], n[5]), double.IsNaN(n[6]) ? null : new(n[6], n[7]));

    static bool[] Place(FindingRegion region, Raster picture)
    {
        var inside = region.Over(picture.Width, picture.Height);
        if (!inside.Contains(true))
            throw new InvalidInputException(region.Image, "bad-box",
                $"the place of {region.Disease} lies outside the picture of {picture.Width} x {picture.Height} pixels" +
                $"{(region.Mask is null ? "" : ", or its mask is black")}; check the table, and 'reference'.");
        return inside;
    }

    /// <summary>What a journal was begun with: model, method, arguments, and of each region its image's size and its disease.</summary>
    string Text(IReadOnlyList<FindingRegion> regions)
    {
        var lines = string.Concat(regions.Select(r =>
            $"{Path.GetFileName(r.Image)}\t{(File.Exists(r.Image) ? new FileInfo(r.Image).Length : 0)}\t{r.Disease}\n"));
        return System.Text.Json.JsonSerializer.Serialize(new
        {
            Identity,
            Method,
            WithFaithfulness,
            Regions = regions.Count,
            Images = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines)))
        }, StrictJson.Options) + "\n";
    }
}
