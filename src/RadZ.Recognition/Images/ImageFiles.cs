using RadZ.Data.Studies;
using RadZ.Files;

namespace RadZ.Recognition.Images;

/// <summary>The images that paths mean, as paths alone: see <see cref="InputFiles"/>.</summary>
static class ImageFiles
{
    /// <summary>Files in a stable order; what a DICOMDIR lists outside its folder is refused.</summary>
    /// <exception cref="InvalidInputException">A DICOMDIR is damaged, or a record of one points elsewhere.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> paths) =>
        [.. InputFiles.Find(paths).Select(f => f.Fault is { Kind: not ("no-images" or "missing") } fault ? throw fault : f.Path)];
}
