namespace RadZ.Imaging;

/// <summary>
/// A decoded picture of 8-bit levels, row by row from the top left, channels interleaved. One channel is grey and stands for
/// three equal ones: a grey X-ray is never stored three times.
/// </summary>
/// <param name="Width">Pixels a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">1 (grey) or 3 (RGB).</param>
/// <param name="Levels">Height * Width * Channels levels, 0..255.</param>
public sealed record Raster(int Width, int Height, int Channels, byte[] Levels);
