using RadZ.Files;
using RadZ.Imaging.Dicom;
using RadZ.Imaging.Dicom.Gray;
using RadZ.Imaging.Pictures;

namespace RadZ.Data.Studies;

/// <summary>The picture that a radiologist sees, as a file of 8 bits.</summary>
static class DisplayedPicture
{
    /// <summary>Writes it; an old file is replaced.</summary>
    /// <param name="file">A DICOM file, or any other image.</param>
    /// <param name="output">The PNG.</param>
    /// <param name="view">Window and frame.</param>
    /// <param name="pseudonyms">The key under which a DICOM file is shown.</param>
    /// <returns>What to beware of, a sentence each.</returns>
    /// <exception cref="InvalidInputException">The image cannot be read.</exception>
    public static IReadOnlyList<string> Write(string file, string output, DicomView view, Func<Pseudonyms> pseudonyms)
    {
        if (!ImageFile.IsDicom(file))
        {
            PictureFile.Write(ImageFile.Read(file, view: view), output);
            return [];
        }
        var image = DicomImage.Read(file, view);
        var shown = ShownFile.Create(file, image.File.Dataset, pseudonyms()).Shown;
        PictureFile.Write(image.Display(), output);
        return [.. image.Warnings.Select(w => $"{shown}: {w}")];
    }
}
