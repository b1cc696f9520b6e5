using SkiaSharp;

namespace RadZ.Imaging.Formats;

/// <summary>
/// JPEG and BMP through Skia: libjpeg-turbo with its defaults (accurate DCT, smooth chroma upsampling), CMYK as Pillow does it.
/// Row by row, so that no second copy of the picture is made. Orientation and colour profile are not asked for.
/// </summary>
static class SkiaDecoder
{
    public static Raster Decode(string path, Stream file, ImageHeader header)
    {
        if (header.Format == ImageFormat.Jpeg)
            JpegFile.RequirePlausible(path, header, file.Length);
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)file.Length));
        file.ReadExactly(bytes);
        return Decode(path, bytes, header);
    }

    /// <summary>From memory; a JPEG must be whole.</summary>
    public static unsafe Raster Decode(string path, byte[] bytes, ImageHeader header)
    {
        if (header.Format == ImageFormat.Jpeg)
        {
            JpegFile.RequirePlausible(path, header, bytes.Length);
            JpegFile.RequireWhole(path, bytes);
        }
        fixed (byte* pointer = bytes)
        {
            using var data = SKData.Create((IntPtr)pointer, bytes.Length);
            return Decode(path, data, header);
        }
    }

    static Raster Decode(string path, SKData data, ImageHeader header)
    {
        using var codec = SKCodec.Create(data)
            ?? throw ImageErrors.Corrupt(path, header.Format, "its header cannot be read");
        if (codec.Info.Width != header.Width || codec.Info.Height != header.Height)
            throw ImageErrors.Corrupt(path, header.Format,
                $"its frames disagree on the size: {header.Width} x {header.Height} and {codec.Info.Width} x {codec.Info.Height}");

        var gray = header is { Format: ImageFormat.Jpeg, Channels: 1 };
        var info = new SKImageInfo(header.Width, header.Height,
            gray ? SKColorType.Gray8 : SKColorType.Rgba8888,
            codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
        if (codec.StartScanlineDecode(info) is not SKCodecResult.Success and var result)
            throw ImageErrors.Corrupt(path, header.Format, $"its pixels cannot be read ({result})");
        return DecodeRows(path, header, codec, info, gray);
    }

    static unsafe Raster DecodeRows(string path, ImageHeader header, SKCodec codec, SKImageInfo info, bool gray)
    {
        var builder = new RasterBuilder(header.Width, header.Height);
        var row = new byte[info.RowBytes];
        fixed (byte* pointer = row)
            for (var i = 0; i < header.Height; i++)
            {
                if (codec.GetScanlines((IntPtr)pointer, 1, row.Length) != 1)
                    throw ImageErrors.Truncated(path, header.Format, $"in row {i} of {header.Height}");
                var y = codec.GetOutputScanline(i);
                if (gray)
                    builder.AddGray(y, row);
                else
                    builder.AddColor(y, row, 4);
            }
        return builder.Build();
    }
}
