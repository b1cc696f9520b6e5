using System.IO.Compression;
using RadZ.Data;
using RadZ.Data.Sets;

namespace RadZ.Tests.Datasets;

/// <summary>A small made-up tree in a set's own form.</summary>
sealed class SetTree : IDisposable
{
    readonly TempFolder _folder = new();

    public string Root => _folder.Path;

    public SetTree With(string relative, string content = "image")
    {
        if (!relative.EndsWith(".gz", StringComparison.Ordinal)) _folder.Write(relative, content);
        else
        {
            var path = _folder.At(relative.Split('/'));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var zip = new GZipStream(File.Create(path), CompressionLevel.Fastest);
            zip.Write(System.Text.Encoding.UTF8.GetBytes(content));
        }
        return this;
    }

    public SampleSet Read(string set, string? split = null, bool images = true, bool reports = false, bool frontal = false) =>
        Ontology.Embedded.Resolve(set) is var card
            ? PublishedSets.Read(card, new(Root, split ?? card.Test) { Images = images, Reports = reports, FrontalOnly = frontal }) : null!;

    /// <summary>"line kind: reason" of what was skipped, the tree's folder shown as ~.</summary>
    public string[] Skips(SampleSet set) => [.. set.Skipped.Select(s => $"{s.Line} {s.Kind}: {s.Reason}".Replace(Root, "~"))];

    public void Dispose() => _folder.Dispose();
}

static class Told
{
    /// <summary>Present, absent and uncertain diseases: <c>+mass -edema ?hernia</c>, COVID-19 of old films left out.</summary>
    public static string Of(Labels labels) => string.Join(' ',
        labels.ByDisease.Where(l => l.Value != Label.Unknown && l.Key != "COVID-19").OrderBy(l => l.Key, StringComparer.Ordinal)
        .Select(l => l.Value switch { Label.Present => "+", Label.Absent => "-", _ => "?" } + l.Key.Replace(' ', '_')));
}
