using RadZ.Model.Kernels;

namespace RadZ.Torch.Tests.Model;

/// <summary>The threads that share a kernel's rows.</summary>
public partial class FusedKernelTests
{
    /// <summary>
    /// Torch keeps a number of threads for each thread that calls it: whoever leaves first has its own back, and the other stays alone.
    /// </summary>
    [Fact]
    public void Two_callers_alone_at_once_both_get_their_threads_back()
    {
        var (before, first, second, inside) = (get_num_threads(), 0, 0, 0);
        using var meet = new Barrier(2);
        try
        {
            var one = new Thread(() =>
            {
                set_num_threads(2);
                meet.SignalAndWait();
                using (ParallelRows.SingleThreadedTorch()) meet.SignalAndWait();
                first = get_num_threads();
                meet.SignalAndWait();
            });
            var two = new Thread(() =>
            {
                set_num_threads(2);
                meet.SignalAndWait();
                using (ParallelRows.SingleThreadedTorch())
                {
                    meet.SignalAndWait();
                    meet.SignalAndWait();
                    inside = get_num_threads();
                }
                second = get_num_threads();
            });
            one.Start();
            two.Start();
            one.Join();
            two.Join();
        }
        finally { set_num_threads(before); }
        Assert.Equal((2, 1, 2), (first, inside, second));
    }

    [Fact]
    public void Every_row_is_met_once_and_faults_come_back()
    {
        using var workers = ParallelRows.HoldWorkers(3);
        Parallel.For(0, 8, caller =>
        {
            foreach (var rows in (int[])[1, 15, 16, 17, 1000])
            {
                var met = new int[rows];
                ParallelRows.Run(rows, 16, (from, to) =>
                {
                    for (var i = from; i < to; i++) Interlocked.Increment(ref met[i]);
                });
                Assert.All(met, count => Assert.Equal(1, count));
            }
            Assert.Throws<InvalidDataException>(() => ParallelRows.Run(64, 1, (from, _) =>
            {
                if (from == 0) throw new InvalidDataException();
            }));
        });
    }
}
