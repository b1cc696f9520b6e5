using RadZ.Imaging.Dicom.DataSets;
using RadZ.Imaging.Dicom.Gray;

namespace RadZ.Imaging.Dicom.Color;

/// <summary>Colours by index (PS3.3 C.7.6.3.1.5 and C.7.6.3.1.6), segmented ones too (C.7.9.2).</summary>
sealed class Palette
{
    static readonly (DicomTag Descriptor, DicomTag Data, DicomTag Segmented)[] s_tags =
    [
        (DicomTag.RedPaletteColorLookupTableDescriptor, DicomTag.RedPaletteColorLookupTableData,
            DicomTag.SegmentedRedPaletteColorLookupTableData),
        (DicomTag.GreenPaletteColorLookupTableDescriptor, DicomTag.GreenPaletteColorLookupTableData,
            DicomTag.SegmentedGreenPaletteColorLookupTableData),
        (DicomTag.BluePaletteColorLookupTableDescriptor, DicomTag.BluePaletteColorLookupTableData,
            DicomTag.SegmentedBluePaletteColorLookupTableData),
    ];

    readonly (GrayLookup Table, int Shift)[] _channels;

    public Palette(DicomDataset dataset, bool isSigned, ICollection<string> warnings) =>
        _channels = Array.ConvertAll(s_tags, t => Channel(dataset, t.Descriptor, t.Data, t.Segmented, isSigned, warnings));

    /// <summary>A colour's red (0), green (1) or blue (2), 0 to 255; of 16-bit entries the high byte.</summary>
    public byte this[long index, int channel] => (byte)(_channels[channel].Table[index] >> _channels[channel].Shift);

    static (GrayLookup, int) Channel(DicomDataset dataset, DicomTag descriptor, DicomTag data, DicomTag segmented, bool isSigned,
        ICollection<string> warnings)
    {
        if (dataset.Find(data) is { IsEmpty: false } plain)
        {
            var table = GrayLookup.Read(dataset, descriptor, plain, isSigned, data.Name, warnings);
            var entries = dataset.Numbers(descriptor)[0] is > 0 and var n ? n : 65536;
            return (table, plain.Bytes.Length < 2 * entries ? 0 : 8);
        }
        if (dataset.Find(segmented) is not { IsEmpty: false } parts) throw DicomErrors.Corrupt(dataset.Path, $"{data.Name} is missing");
        var numbers = dataset.Numbers(descriptor);
        if (numbers.Count < 3) throw DicomErrors.Corrupt(dataset.Path, $"{data.Name} has no descriptor of three numbers");
        var first = (int)numbers[1] is > 32767 and var high && isSigned ? high - 65536 : (int)numbers[1];
        return (GrayLookup.FromEntries(SegmentedTable.Expand(dataset.Path, parts.Bytes.Span, numbers[2] <= 8), first, (int)numbers[2]),
            numbers[2] <= 8 ? 0 : 8);
    }
}
