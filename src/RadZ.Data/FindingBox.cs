namespace RadZ.Data;

/// <summary>A rectangle that a reader drew round a finding.</summary>
/// <param name="Label">The finding in the set's words: <c>Infiltrate</c>.</param>
/// <param name="Disease">The same in the knowledge base's.</param>
/// <param name="X">Left edge, in pixels of the frame.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Width">Above 0.</param>
/// <param name="Height">Above 0.</param>
/// <param name="Frame">Side of the square picture whose pixels these are (1024); null: the pixels of the image file itself.</param>
sealed record FindingBox(string Label, string Disease, double X, double Y, double Width, double Height, int? Frame)
{
    /// <summary>The reader who drew it, where several did.</summary>
    public string? Reader { get; init; }
}

/// <summary>An area that a reader painted.</summary>
/// <param name="Label">The finding in the set's words.</param>
/// <param name="Disease">The same in the knowledge base's.</param>
/// <param name="Area">The pixels.</param>
sealed record FindingMask(string Label, string Disease, RunLengthMask Area);
