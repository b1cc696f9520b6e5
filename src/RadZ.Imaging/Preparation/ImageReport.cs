using RadZ.Files;
using RadZ.Imaging.Dicom;
using RadZ.Imaging.Pictures;

namespace RadZ.Imaging.Preparation;

/// <summary>What a picture file holds and what preparation makes of it.</summary>
/// <param name="Header">As stored.</param>
/// <param name="Picture">As a screen shows it.</param>
/// <param name="Lowest">Lowest level, 0..255.</param>
/// <param name="Mean">Mean level.</param>
/// <param name="Highest">Highest level.</param>
/// <param name="Prepared">Side of what the model sees, in pixels.</param>
/// <param name="Dicom">The file, where it is DICOM.</param>
sealed record ImageReport(ImageHeader Header, Raster Picture, int Lowest, double Mean, int Highest, int Prepared, DicomImage? Dicom)
{
    /// <summary>True when the picture is grey throughout.</summary>
    public bool IsGray => Picture.Channels == 1;

    /// <summary>Side of the padded square, in pixels.</summary>
    public int Square => Math.Max(Picture.Width, Picture.Height);

    /// <summary>Reads and decodes a picture.</summary>
    /// <exception cref="InvalidInputException">As <c>ImageFile.Read</c>.</exception>
    public static ImageReport Inspect(string path, ClipPreparation preparation)
    {
        ArgumentNullException.ThrowIfNull(preparation);
        var dicom = ImageFile.IsDicom(path) ? DicomImage.Read(path) : null;
        var header = dicom is null ? ImageFile.Inspect(path)
            : new(ImageFormat.Dicom, dicom.Format.Columns, dicom.Format.Rows, dicom.Format.Samples, dicom.Format.BitsStored);
        var picture = dicom?.Display() ?? ImageFile.Read(path);
        long sum = 0;
        var (lowest, highest) = (byte.MaxValue, byte.MinValue);
        foreach (var level in picture.Levels)
        {
            sum += level;
            lowest = Math.Min(lowest, level);
            highest = Math.Max(highest, level);
        }
        return new(header, picture, lowest, (double)sum / picture.Levels.Length, highest, preparation.Size, dicom);
    }
}
