using System.Diagnostics;
using System.Runtime.InteropServices;
using RadZ.Imaging;
using RadZ.Imaging.Preparation;
using RadZ.TestKit;

namespace RadZ.Benchmarks;

/// <summary>
/// From a DICOM file on disk (in the page cache) to the 336 px tensor of CLIP, one thread: 100 files of two megapixels, no two alike,
/// uncompressed, 12 and 14 bits, each round through all of them.
/// </summary>
static class DicomReading
{
    const int Files = 100, Rows = 1620, Columns = 1240;

    public static void Run(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("radz-bench-");
        try
        {
            foreach (var (name, bits, window) in new[] { ("12 bits, window", 12, true), ("14 bits, min-max", 14, false),
                ("8 bits, min-max", 8, false) })
            {
                var files = Enumerable.Range(0, Files).Select(i => Write(folder.FullName, i, bits, window)).ToList();
                var preparation = ClipPreparation.Default;
                var (rates, cpu) = (new double[rounds], new double[rounds]);
                using var self = Process.GetCurrentProcess();
                foreach (var file in files) preparation.Prepare(file, ImageLimits.Radiograph);
                for (var round = 0; round < rounds; round++)
                {
                    self.Refresh();
                    var (start, spent) = (Stopwatch.GetTimestamp(), self.TotalProcessorTime);
                    foreach (var file in files) preparation.Prepare(file, ImageLimits.Radiograph);
                    rates[round] = Files / Stopwatch.GetElapsedTime(start).TotalSeconds;
                    self.Refresh();
                    cpu[round] = Files / (self.TotalProcessorTime - spent).TotalSeconds;
                }
                Console.WriteLine($"DICOM {Columns} x {Rows}, {name,-18} {Rounds.Median(rates),7:f1} files/s on one core (lowest " +
                    $"{rates.Min():f1}; by processor seconds {Rounds.Median(cpu):f1}; target 40)");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static string Write(string folder, int number, int bits, bool window)
    {
        var random = new Random(number);
        var pixels = new ushort[Rows * Columns];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (y, x) = (i / Columns / (double)Rows - .5, i % Columns / (double)Columns - .5);
            pixels[i] = (ushort)(((1 << bits) - 1) * Math.Clamp(.9 - 2.2 * (x * x + y * y) + .02 * random.NextDouble(), 0, 1));
        }
        var bytes = bits > 8 ? MemoryMarshal.AsBytes(pixels.AsSpan()).ToArray() : Array.ConvertAll(pixels, p => (byte)p);
        var path = Path.Combine(folder, $"{bits}-{number}.dcm");
        File.WriteAllBytes(path, DicomMaker.Grey(Rows, Columns, bits, bytes, between: maker =>
        {
            if (window) maker.Text(0x00281050, "DS", "2048").Text(0x00281051, "DS", "3600");
        }).File());
        return path;
    }
}
