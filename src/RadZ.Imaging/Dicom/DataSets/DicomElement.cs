namespace RadZ.Imaging.Dicom.DataSets;

/// <summary>A piece of compressed pixels: its place and length in the file.</summary>
public readonly record struct DicomFragment(long Offset, long Length);

/// <summary>One element of a data set (PS3.5 7.1).</summary>
public sealed class DicomElement
{
    /// <summary>Which attribute it is.</summary>
    public required DicomTag Tag { get; init; }

    /// <summary>How its value is written. UN of a registered tag has become the registry's; UN stays where nobody knows.</summary>
    public required Vr Vr { get; init; }

    /// <summary>The place of its value, in bytes from the start of the file (of a deflated file: of the inflated data set).</summary>
    public long Offset { get; init; }

    /// <summary>Bytes of its value as stored; -1 where the length is not given and a delimiter ends it.</summary>
    public long Length { get; init; }

    /// <summary>
    /// The value, numbers in little endian whatever the file has; empty of sequences, pixels and everything else that <see cref="IsBulk"/>.
    /// </summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>True when the value was left in the file: pixels, and values beyond <see cref="DicomLimits.MaxValueBytes"/>.</summary>
    public bool IsBulk { get; init; }

    /// <summary>True of Pixel Data that ends with the file before its length is reached; <see cref="Length"/> is what there is.</summary>
    public bool IsCut { get; init; }

    /// <summary>The items of a sequence.</summary>
    public IReadOnlyList<DicomDataset> Items { get; init; } = [];

    /// <summary>The pieces of compressed pixels, the offset table first (PS3.5 A.4); empty of all else.</summary>
    public IReadOnlyList<DicomFragment> Fragments { get; init; } = [];

    /// <summary>True when there is no value.</summary>
    public bool IsEmpty => Length == 0 || (Vr == Vr.SQ && Items.Count == 0);

    /// <summary>Tag, representation and length: never the value, which may be a patient's.</summary>
    public override string ToString() =>
        $"{Tag} {Vr} {(Vr == Vr.SQ ? $"{Items.Count} items" : Length < 0 ? $"{Fragments.Count} fragments" : $"{Length} bytes")}";
}
