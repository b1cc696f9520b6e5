namespace RadZ.Imaging.Dicom.Gray;

/// <summary>Which picture of a file is meant, and how it is seen.</summary>
public sealed record DicomView
{
    /// <summary>The first frame through the file's own window.</summary>
    public static DicomView Default { get; } = new();

    /// <summary>The frame, from 0.</summary>
    public int Frame { get; init; }

    /// <summary>The window; null: the file's VOI LUT, else its first window, else from its lowest value to its highest.</summary>
    public WindowChoice? Window { get; init; }
}
