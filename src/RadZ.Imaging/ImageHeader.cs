namespace RadZ.Imaging;

/// <summary>A picture format that <c>ImageFile</c> reads, recognised by content.</summary>
public enum ImageFormat
{
    /// <summary>Portable Network Graphics, all colour types and depths.</summary>
    Png,

    /// <summary>JPEG of 8 bits: baseline or progressive; grey, colour or CMYK.</summary>
    Jpeg,

    /// <summary>Windows bitmap.</summary>
    Bmp,

    /// <summary>TIFF, first page.</summary>
    Tiff,

    /// <summary>DICOM, first frame.</summary>
    Dicom,
}

/// <summary>What a picture's header says, before anything is decoded.</summary>
/// <param name="Format">The format, by content and not by name.</param>
/// <param name="Width">Pixels a row, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Channels">Samples a pixel as stored: 1 grey or palette, 2 grey and alpha, 3 colour, 4 colour and alpha or CMYK.</param>
/// <param name="BitsPerSample">Bits a sample as stored: 1..32 (of a palette: bits of the index).</param>
public sealed record ImageHeader(ImageFormat Format, int Width, int Height, int Channels, int BitsPerSample);
