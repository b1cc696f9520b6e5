namespace RadZ.Model;

/// <summary>Divides the rows of a matrix over as many threads as torch computes with.</summary>
static class RowTeam
{
    /// <summary>Calls <paramref name="part"/> with ranges [from, to) that together are 0..<paramref name="rows"/>, each a multiple of <paramref name="step"/> long but the last.</summary>
    public static void Run(int rows, int step, Action<int, int> part)
    {
        var threads = get_num_threads();
        var steps = (rows + step - 1) / step;
        if (threads == 1 || steps == 1)
        {
            part(0, rows);
            return;
        }
        // more parts than threads: a thread that the system takes away for a while does not hold up the others for long
        var parts = Math.Min(steps, threads * 4);
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            part((int)((long)steps * i / parts) * step, Math.Min(rows, (int)((long)steps * (i + 1) / parts) * step)));
    }
}
