using System.Runtime.InteropServices;
using BitMiracle.LibTiff.Classic;
using RadZ.Files;

namespace RadZ.Imaging.Formats;

/// <summary>
/// The first page of a TIFF through LibTiff. Grey, RGB and palette in strips keep their exact samples; other layouts (tiles,
/// planes, YCbCr, CMYK) go through LibTiff's own conversion to RGB, which knows 8 bits only.
/// </summary>
static class TiffDecoder
{
    public static Raster Decode(string path, Stream file, ImageHeader header)
    {
        Tiff.SetErrorHandler(SilentErrorHandler.Instance);
        try
        {
            using var tiff = Tiff.ClientOpen(path, "r", file, new TiffStream())
                ?? throw ImageErrors.Corrupt(path, ImageFormat.Tiff, "its directory cannot be read");
            return Decode(path, tiff, header);
        }
        // LibTiff throws whatever its indices run into
        catch (Exception e) when (e is not (InvalidInputException or OutOfMemoryException))
        {
            throw ImageErrors.Corrupt(path, ImageFormat.Tiff, "its pixels cannot be read", e);
        }
    }

    static Raster Decode(string path, Tiff tiff, ImageHeader header)
    {
        var format = (SampleFormat)Field(tiff, TiffTag.SAMPLEFORMAT, (int)SampleFormat.UINT);
        if (format is not (SampleFormat.UINT or SampleFormat.VOID))
            throw ImageErrors.Unsupported(path, $"a TIFF of {format} samples");
        var photometric = (Photometric)Field(tiff, TiffTag.PHOTOMETRIC, (int)Photometric.MINISBLACK);
        var contiguous = Field(tiff, TiffTag.PLANARCONFIG, (int)PlanarConfig.CONTIG) == (int)PlanarConfig.CONTIG || header.Channels == 1;
        var exact = !tiff.IsTiled() && contiguous && header.BitsPerSample is 1 or 2 or 4 or 8 or 16 && photometric switch
        {
            Photometric.MINISBLACK or Photometric.MINISWHITE => header.Channels <= 2,
            Photometric.RGB => header.Channels >= 3 && header.BitsPerSample >= 8,
            Photometric.PALETTE => header.Channels == 1 && header.BitsPerSample <= 8,
            _ => false,
        };
        if (exact)
            return DecodeStrips(path, tiff, header, photometric);
        return header.BitsPerSample <= 8 ? DecodeAsRgb(path, tiff, header)
            : throw ImageErrors.Unsupported(path,
                $"a TIFF of {header.BitsPerSample}-bit {photometric} samples in {(contiguous ? "tiles" : "planes")}");
    }

    static Raster DecodeStrips(string path, Tiff tiff, ImageHeader header, Photometric photometric)
    {
        var builder = new RasterBuilder(header.Width, header.Height);
        var packed = new byte[tiff.ScanlineSize()];
        var samples = header.Width * header.Channels;
        if (packed.Length * 8L < (long)samples * header.BitsPerSample)
            throw ImageErrors.Corrupt(path, ImageFormat.Tiff, "its rows are shorter than its width");
        var levels = new byte[samples];
        var colors = photometric == Photometric.PALETTE ? tiff.GetField(TiffTag.COLORMAP) : null;
        var rgb = new byte[colors is null ? 0 : header.Width * 3];
        for (var y = 0; y < header.Height; y++)
        {
            if (!tiff.ReadScanline(packed, y))
                throw ImageErrors.Truncated(path, ImageFormat.Tiff, $"in row {y} of {header.Height}");
            Unpack(packed, levels, header.BitsPerSample, scale: colors is null);
            if (colors is not null)
            {
                LookUp(levels, colors, rgb);
                builder.AddColor(y, rgb, 3);
            }
            else if (header.Channels >= 3)
                builder.AddColor(y, levels, header.Channels);
            else
                builder.AddGray(y, ToGray(levels, header, photometric == Photometric.MINISWHITE));
        }
        return builder.Build();
    }

    static void Unpack(byte[] packed, byte[] levels, int bits, bool scale)
    {
        if (bits == 8)
            packed.AsSpan(0, levels.Length).CopyTo(levels);
        else if (bits == 16)
        {
            // LibTiff has put them in the machine's order
            var values = MemoryMarshal.Cast<byte, ushort>(packed);
            for (var i = 0; i < levels.Length; i++)
                levels[i] = (byte)((values[i] + 128) / 257);
        }
        else
            for (int i = 0, bit = 0, top = (1 << bits) - 1; i < levels.Length; i++, bit += bits)
            {
                var value = packed[bit >> 3] >> 8 - bits - (bit & 7) & top;
                levels[i] = (byte)(scale ? value * 255 / top : value);
            }
    }

    static ReadOnlySpan<byte> ToGray(byte[] levels, ImageHeader header, bool whiteIsZero)
    {
        for (int x = 0, from = 0; x < header.Width; x++, from += header.Channels)
            levels[x] = whiteIsZero ? (byte)(255 - levels[from]) : levels[from];
        return levels;
    }

    static void LookUp(byte[] indices, FieldValue[] colors, byte[] rgb)
    {
        for (var channel = 0; channel < 3; channel++)
        {
            var map = colors[channel].ToShortArray();
            for (var x = 0; x < indices.Length; x++)
                rgb[x * 3 + channel] = (byte)((ushort)map[indices[x]] >> 8);
        }
    }

    static Raster DecodeAsRgb(string path, Tiff tiff, ImageHeader header)
    {
        var abgr = new int[header.Width * header.Height];
        if (!tiff.ReadRGBAImageOriented(header.Width, header.Height, abgr, Orientation.TOPLEFT, stopOnError: true))
            throw ImageErrors.Corrupt(path, ImageFormat.Tiff, "its pixels cannot be read");
        var builder = new RasterBuilder(header.Width, header.Height);
        var pixels = MemoryMarshal.AsBytes(abgr.AsSpan());
        for (var y = 0; y < header.Height; y++)
            builder.AddColor(y, pixels.Slice(y * header.Width * 4, header.Width * 4), 4);
        return builder.Build();
    }

    static int Field(Tiff tiff, TiffTag tag, int otherwise) => tiff.GetField(tag) is [var value, ..] ? value.ToInt() : otherwise;

    /// <summary>LibTiff would write its complaints to the console; ours go into the exception.</summary>
    sealed class SilentErrorHandler : TiffErrorHandler
    {
        public static readonly SilentErrorHandler Instance = new();
        public override void ErrorHandler(Tiff tif, string method, string format, params object[] args) { }
        public override void ErrorHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args) { }
        public override void WarningHandler(Tiff tif, string method, string format, params object[] args) { }
        public override void WarningHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args) { }
    }
}
