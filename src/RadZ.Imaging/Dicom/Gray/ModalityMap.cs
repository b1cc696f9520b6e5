using RadZ.Imaging.Dicom.DataSets;
using RadZ.Imaging.Dicom.Pixels;

namespace RadZ.Imaging.Dicom.Gray;

/// <summary>
/// From stored values to those of the modality, Hounsfield units in CT (PS3.3 C.11.1): a table, else slope and intercept, else as they are.
/// </summary>
sealed class ModalityMap
{
    readonly GrayLookup? _table;
    readonly double _slope = 1, _intercept;

    ModalityMap(GrayLookup table) => (_table, GivesSigned) = (table, false);

    ModalityMap(double slope, double intercept, bool isSigned) =>
        (_slope, _intercept, GivesSigned) = (slope, intercept, isSigned || intercept < 0);

    /// <summary>True when what comes out may be below 0: the first value of a VOI LUT is then signed.</summary>
    public bool GivesSigned { get; }

    /// <summary>The value of a stored one.</summary>
    public double this[long value] => _table is null ? value * _slope + _intercept : _table[value];

    /// <summary>The map of a frame.</summary>
    public static ModalityMap Read(DicomDataset dataset, int frame, PixelFormat format, ICollection<string> warnings)
    {
        if (dataset.Items(DicomTag.ModalityLUTSequence) is [var item, ..])
            return new(GrayLookup.Read(item, format.IsSigned, "Modality LUT Sequence", warnings));
        var rescale = FrameGroups.Rescale(dataset, frame);
        return new(rescale.Number(DicomTag.RescaleSlope) ?? 1, rescale.Number(DicomTag.RescaleIntercept) ?? 0, format.IsSigned);
    }
}
