using RadZ.Imaging.Dicom.DataSets;

namespace RadZ.Imaging.Dicom.Gray;

/// <summary>
/// Where an image's grey transformations stand: in the data set, or in the functional groups of an enhanced one (PS3.3 C.7.6.16), those
/// of the frame before those of all frames.
/// </summary>
static class FrameGroups
{
    /// <summary>What holds Rescale Slope and Intercept.</summary>
    public static DicomDataset Rescale(DicomDataset dataset, int frame) =>
        dataset.Has(DicomTag.RescaleSlope) || dataset.Has(DicomTag.RescaleIntercept) ? dataset
            : Find(dataset, frame, DicomTag.PixelValueTransformationSequence);

    /// <summary>What holds windows and VOI LUTs.</summary>
    public static DicomDataset Voi(DicomDataset dataset, int frame) =>
        dataset.Has(DicomTag.WindowCenter) || dataset.Items(DicomTag.VOILUTSequence).Count > 0 ? dataset
            : Find(dataset, frame, DicomTag.FrameVOILUTSequence);

    static DicomDataset Find(DicomDataset dataset, int frame, DicomTag sequence)
    {
        var frames = dataset.Items(DicomTag.PerFrameFunctionalGroupsSequence);
        var own = frame < frames.Count ? frames[frame].Items(sequence) : [];
        if (own.Count > 0) return own[0];
        return dataset.Items(DicomTag.SharedFunctionalGroupsSequence) is [var all, ..] && all.Items(sequence) is [var shared, ..] ? shared
            : dataset;
    }
}
