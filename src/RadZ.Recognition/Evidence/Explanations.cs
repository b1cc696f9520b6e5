using System.Globalization;
using RadZ.Evaluation.Runs;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Dicom.Gray;
using RadZ.Imaging.Pictures;
using RadZ.Model.Features;
using RadZ.Recognition.Results;
using RadZ.Recognition.Scoring;

namespace RadZ.Recognition.Evidence;

/// <summary>
/// A folder of heat maps: a picture for each of the likeliest findings, and <c>evidence.csv</c> with each map's highest place.
/// </summary>
/// <param name="folder">Where they go.</param>
/// <param name="encoder">The model.</param>
/// <param name="scorer">Its diseases.</param>
/// <param name="method">How maps are made.</param>
/// <param name="top">So many of each image's findings.</param>
/// <param name="identified">True draws over pictures that show a name, too.</param>
/// <param name="view">Window and frame of DICOM files.</param>
/// <param name="refused">Told of each picture that shows a name, and so has no map.</param>
sealed class Explanations(string folder, RadiologyEncoder encoder, ImageScorer scorer, HeatMapMethod method, int top, bool identified,
    DicomView view, Action<string> refused)
{
    readonly Explainer _explainer = new(encoder, scorer);
    readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    readonly List<string[]> _rows = [];

    /// <summary>Draws one image's findings; of an image that could not be used, or that shows a name and may not, nothing.</summary>
    public void Add(ImageResult image, CancellationToken cancel)
    {
        if (image is not ImageResult.Recognized result) return;
        if (!identified && result.Source?.Identity is { BurnedIn: true })
        {
            refused(result.File);
            return;
        }
        var path = result.Source?.Path ?? result.File;
        var through = ImageFile.IsDicom(path) ? view : null;
        var picture = ImageFile.Read(path, ImageLimits.Radiograph, through);
        var frame = new PreparedFrame(picture.Width, picture.Height);
        ScoredDisease[] shown = [.. result.Ranked.Take(top)];
        int[] places = [.. shown.Select(f => result.Findings.Index().First(i => i.Item == f).Index)];
        var maps = _explainer.Explain(encoder.Folder.Preparation.Prepare(path, ImageLimits.Radiograph, through), places, method, cancel);
        foreach (var (finding, map) in shown.Zip(maps))
        {
            var name = Name(result.File, finding.Disease);
            var title = string.Create(CultureInfo.InvariantCulture,
                $"{finding.Disease}: probability {finding.Probability:0.00} over {scorer.Diseases.Entries.Count} diseases");
            AtomicFile.Write(Path.Combine(folder, name),
                s => s.Write(Overlay.Png(picture, map, title, $"{Caption(map)} of {encoder.Folder.Settings.Name}. {Disclaimer.Line}")));
            var over = map.Over(frame);
            var peak = Array.IndexOf(over, over.Max());
            _rows.Add([result.File, finding.Disease, Number(finding.Probability), method.ToString().ToLowerInvariant(),
                $"{peak % frame.Width}", $"{peak / frame.Width}", name]);
        }
    }

    /// <summary>Writes the table; says how many maps there are.</summary>
    public int End()
    {
        CsvFile.Write(Path.Combine(folder, "evidence.csv"), ["file", "disease", "probability", "method", "peak_x", "peak_y", "picture"],
            _rows);
        return _rows.Count;
    }

    /// <summary>
    /// A map is drawn up to its own highest place; one of shares says how high that is, so that "hardly anywhere" does not look like
    /// "here".
    /// </summary>
    string Caption(HeatMap map) => method == HeatMapMethod.Grounded
        ? string.Create(CultureInfo.InvariantCulture, $"grounded map (highest share {map.Values.Max():0.00})")
        : $"{method.ToString().ToLowerInvariant()} map";

    string Name(string file, string disease)
    {
        static string Plain(string text) => string.Concat(text.Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));
        var stem = $"{Plain(Path.GetFileNameWithoutExtension(file))}.{Plain(disease)}";
        var name = stem + ".png";
        for (var i = 2; !_names.Add(name); i++) name = $"{stem}-{i}.png";
        return name;
    }

    static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
