using BitMiracle.LibTiff.Classic;

namespace RadZ.Tests.Imaging;

/// <summary>Writes small TIFF files.</summary>
static class TiffMaker
{
    /// <summary>One page of packed rows, each a whole number of bytes; 16 bits in the machine's order.</summary>
    public static byte[] Make(int width, int height, int bits, int channels, Photometric photometric, byte[] packed,
        Compression compression = Compression.NONE, ushort[][]? colors = null, int tile = 0, string mode = "w")
    {
        var path = Path.GetTempFileName();
        using (var tiff = Tiff.Open(path, mode))
        {
            tiff.SetField(TiffTag.IMAGEWIDTH, width);
            tiff.SetField(TiffTag.IMAGELENGTH, height);
            tiff.SetField(TiffTag.BITSPERSAMPLE, bits);
            tiff.SetField(TiffTag.SAMPLESPERPIXEL, channels);
            tiff.SetField(TiffTag.PHOTOMETRIC, photometric);
            tiff.SetField(TiffTag.PLANARCONFIG, PlanarConfig.CONTIG);
            tiff.SetField(TiffTag.COMPRESSION, compression);
            if (colors is not null)
                tiff.SetField(TiffTag.COLORMAP, colors[0], colors[1], colors[2]);
            if (tile > 0)
            {
                tiff.SetField(TiffTag.TILEWIDTH, tile);
                tiff.SetField(TiffTag.TILELENGTH, tile);
                tiff.WriteTile(packed, 0, 0, 0, 0, 0);
            }
            else
            {
                tiff.SetField(TiffTag.ROWSPERSTRIP, 3);
                var rowBytes = (width * channels * bits + 7) / 8;
                for (var y = 0; y < height; y++)
                    tiff.WriteScanline(packed[(y * rowBytes)..((y + 1) * rowBytes)], y);
            }
        }
        var file = File.ReadAllBytes(path);
        File.Delete(path);
        return file;
    }
}
