using RadZ.Imaging;

namespace RadZ.Tests.Imaging;

/// <summary>Pillow's bicubic stated once more after fixtures/preprocessing/make.py, slowly and sharing no code with the product.</summary>
static class ScalarBicubic
{
    public static byte[] Resize(Raster raster, int width, int height)
    {
        var (rows, channels) = (raster.Height, raster.Channels);
        var middle = new byte[rows * width * channels];
        for (var y = 0; y < rows; y++)
            for (var c = 0; c < channels; c++)
                Pass(raster.Width, width, x => raster.Levels[(y * raster.Width + x) * channels + c],
                    (x, level) => middle[(y * width + x) * channels + c] = level);
        var levels = new byte[height * width * channels];
        for (var column = 0; column < width * channels; column++)
            Pass(rows, height, y => middle[y * width * channels + column], (y, level) => levels[y * width * channels + column] = level);
        return levels;
    }

    static void Pass(int inputs, int outputs, Func<int, byte> read, Action<int, byte> write)
    {
        var scale = (double)inputs / outputs;
        var width = Math.Max(scale, 1);
        for (var i = 0; i < outputs; i++)
        {
            if (inputs == outputs)
            {
                write(i, read(i));
                continue;
            }
            var center = (i + 0.5) * scale;
            var first = Math.Max(0, (int)(center - 2 * width + 0.5));
            var last = Math.Min(inputs, (int)(center + 2 * width + 0.5));
            var kernel = Enumerable.Range(first, last - first).Select(j => Cubic((j - center + 0.5) / width)).ToArray();
            var total = kernel.Sum();
            long sum = 1 << 21;
            for (var j = 0; j < kernel.Length; j++)
                sum += (long)(kernel[j] / total * (1 << 22) + Math.CopySign(0.5, kernel[j])) * read(first + j);
            write(i, (byte)Math.Clamp(sum >> 22, 0, 255));
        }
    }

    static double Cubic(double x) => Math.Abs(x) switch
    {
        < 1 and var a => (1.5 * a - 2.5) * a * a + 1,
        < 2 and var a => (((a - 5) * a + 8) * a - 4) * -0.5,
        _ => 0,
    };
}
