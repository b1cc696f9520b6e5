namespace RadZ.Imaging;

/// <summary>A grey picture whose levels are not rounded: what an X-ray of 10 to 16 bits has between two levels of 8 is kept.</summary>
/// <param name="Width">Pixels a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Levels">Height * Width levels from 0 to 255, row by row from the top left.</param>
public sealed record GrayRaster(int Width, int Height, float[] Levels);
