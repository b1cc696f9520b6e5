namespace RadZ.Imaging.Dicom.DataSets;

/// <summary>What a file may cost before it is refused. Everything is checked before memory is taken.</summary>
public sealed record DicomLimits
{
    /// <summary>
    /// Four times what the largest radiograph needs; a tomosynthesis of 4 GiB may be opened, since only one frame is read.
    /// </summary>
    public static DicomLimits Default { get; } = new();

    /// <summary>The largest file, in bytes.</summary>
    public long MaxFileBytes { get; init; } = 8L << 30;

    /// <summary>Elements and items of a data set, nested ones counted.</summary>
    public int MaxElements { get; init; } = 300_000;

    /// <summary>Sequences within sequences.</summary>
    public int MaxDepth { get; init; } = 32;

    /// <summary>The largest value that is kept in memory; a larger one stays in the file (<see cref="DicomElement.IsBulk"/>).</summary>
    public int MaxValueBytes { get; init; } = 4 << 20;

    /// <summary>All values in memory together; those beyond stay in the file.</summary>
    public long MaxLoadedBytes { get; init; } = 64L << 20;

    /// <summary>Fragments of compressed pixels.</summary>
    public int MaxFragments { get; init; } = 1_000_000;

    /// <summary>What a deflated data set may grow to.</summary>
    public long MaxInflatedBytes { get; init; } = 256L << 20;
}
