namespace RadZ.Phantoms.Drawing;

/// <summary>A rectangle in pixels of the picture: columns Left to Right - 1, rows Top to Bottom - 1.</summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Right">One behind the last column.</param>
/// <param name="Bottom">One behind the last row.</param>
public readonly record struct Box(int Left, int Top, int Right, int Bottom);
