using RadZ.Imaging.Dicom.DataSets;
using RadZ.Imaging.Dicom.Pixels;

namespace RadZ.Imaging.Dicom.Gray;

/// <summary>Values outside the picture (PS3.3 C.7.5.1.1.2): Pixel Padding Value, or all from it to Pixel Padding Range Limit.</summary>
readonly record struct PixelPadding(long Low, long High)
{
    /// <summary>No value at all.</summary>
    public static PixelPadding None { get; } = new(1, 0);

    public bool Contains(long value) => value >= Low && value <= High;

    public static PixelPadding Read(DicomDataset dataset, PixelFormat format)
    {
        if (Value(dataset, DicomTag.PixelPaddingValue, format) is not { } value) return None;
        var limit = Value(dataset, DicomTag.PixelPaddingRangeLimit, format) ?? value;
        return new(Math.Min(value, limit), Math.Max(value, limit));
    }

    /// <summary>It is written as the pixels are, whatever representation it claims: signed where they are.</summary>
    static long? Value(DicomDataset dataset, DicomTag tag, PixelFormat format) =>
        dataset.Integer(tag) is not { } value ? null : format.IsSigned && dataset.Find(tag)!.Vr == Vr.US ? (short)value : value;
}
