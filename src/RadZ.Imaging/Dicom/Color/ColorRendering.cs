using RadZ.Imaging.Dicom.DataSets;
using RadZ.Imaging.Dicom.Pixels;

namespace RadZ.Imaging.Dicom.Color;

/// <summary>Colour pictures as red, green, blue of 8 bits (PS3.3 C.7.6.3.1.2): rounded to the nearest, cut at the ends.</summary>
static class ColorRendering
{
    /// <summary>Three channels, be they equal: a colour file stays one, since that is a reason to refuse it.</summary>
    public static Raster Render(StoredFrame frame, DicomDataset dataset, ICollection<string> warnings)
    {
        var format = frame.Format;
        var rgb = GC.AllocateUninitializedArray<byte>(checked(format.Pixels * 3));
        if (frame.Photometric == Photometric.PaletteColor) LookUp(frame, new(dataset, format.IsSigned, warnings), rgb);
        else if (frame.Photometric == Photometric.Rgb) Scale(frame, rgb);
        else Convert(frame, rgb, frame.Photometric == Photometric.YbrPartial422);
        return new(format.Columns, format.Rows, 3, rgb);
    }

    static void LookUp(StoredFrame frame, Palette palette, byte[] rgb)
    {
        for (int i = 0, to = 0; to < rgb.Length; i++, to += 3)
        {
            var index = frame[i];
            (rgb[to], rgb[to + 1], rgb[to + 2]) = (palette[index, 0], palette[index, 1], palette[index, 2]);
        }
    }

    static void Scale(StoredFrame frame, byte[] rgb)
    {
        double top = frame.Mask;
        for (var i = 0; i < rgb.Length; i++)
            rgb[i] = frame.Format.BitsStored == 8 ? (byte)frame.Word(i) : (byte)Math.Floor((frame.Word(i) & frame.Mask) * 255.0 / top + .5);
    }

    static void Convert(StoredFrame frame, byte[] rgb, bool partial)
    {
        var (middle, scale) = ((frame.Mask + 1.0) / 2, 255.0 / frame.Mask);
        for (var to = 0; to < rgb.Length; to += 3)
        {
            double y = frame.Word(to) & frame.Mask, blue = (frame.Word(to + 1) & frame.Mask) - middle,
            red = (frame.Word(to + 2) & frame.Mask) - middle;
            if (partial) (y, blue, red) = ((y - middle / 8) * 255 / 219, blue * 255 / 224, red * 255 / 224);
            rgb[to] = Level((y + 1.402 * red) * scale);
            rgb[to + 1] = Level((y - 0.344136286 * blue - 0.714136286 * red) * scale);
            rgb[to + 2] = Level((y + 1.772 * blue) * scale);
        }
    }

    static byte Level(double value) => (byte)Math.Clamp(Math.Floor(value + .5), 0, 255);
}
