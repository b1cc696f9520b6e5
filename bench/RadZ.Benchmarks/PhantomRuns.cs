using System.Diagnostics;
using RadZ.Phantoms;
using RadZ.Phantoms.Files;
using RadZ.Phantoms.Plan;

namespace RadZ.Benchmarks;

/// <summary>Phantoms written with all their truth, and streamed; how long, and what memory they leave.</summary>
static class PhantomRuns
{
    const long MiB = 1 << 20;

    /// <summary>1,000 phantoms of 224 px with masks, boxes and reports, into a folder of their own.</summary>
    public static void Write(int count)
    {
        new PhantomSource(new() { Seed = 99 }, 224).Draw(0);                       // compiled before the clock runs
        var folder = Directory.CreateTempSubdirectory("radz-phantoms-").FullName;
        try
        {
            var (start, busy) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime);
            new PhantomFolder(folder).Write(new() { Count = count, Seed = 1, Size = 224, Sites = [.. Site.All.Select(s => s.Name)] });
            var (seconds, cpu) = (Stopwatch.GetElapsedTime(start).TotalSeconds,
                (Process.GetCurrentProcess().TotalProcessorTime - busy).TotalSeconds);
            var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
            Console.WriteLine($"{count} phantoms of 224 px with all truth: {seconds:f1} s on {Environment.ProcessorCount} cores (" +
                $"{seconds / count * 1e3:f1} ms each; {cpu:f1} s of processor time, "
                + $"{cpu / count * 1e3:f1} ms each), {files.Length} files, {files.Sum(f => new FileInfo(f).Length) / (double)MiB:f0}" +
                    " MiB; to reach: 15 s for 1,000");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A stream of phantoms and the memory it leaves behind.</summary>
    public static async Task Stream(int count)
    {
        var source = new PhantomSource(new() { Seed = 1, Sites = Site.All }, 224);
        var (start, seen, before, sum) = (Stopwatch.GetTimestamp(), 0, 0L, 0L);
        await foreach (var phantom in source.StreamAsync(0, count).ConfigureAwait(false))
        {
            sum += phantom.Pixels[phantom.Pixels.Length / 2];
            if (++seen == Math.Min(1000, count / 10)) before = Held();
            if (seen % Math.Max(1, count / 10) == 0)
                Console.WriteLine($"{seen,6} streamed, {Stopwatch.GetElapsedTime(start).TotalSeconds,6:f1} s, managed " +
                    $"{Held() / (double)MiB,6:f1} MiB, resident {Environment.WorkingSet / MiB,5} MiB, peak " +
                    $"{Process.GetCurrentProcess().PeakWorkingSet64 / MiB,5} MiB");
        }
        Console.WriteLine($"growth of managed memory over the stream: {(Held() - before) / 1024.0:f0} KiB (checksum {sum})");
    }

    static long Held() => GC.GetTotalMemory(forceFullCollection: true);
}
