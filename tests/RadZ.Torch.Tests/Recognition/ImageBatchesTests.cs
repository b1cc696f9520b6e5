using RadZ.Data.Studies;
using RadZ.Imaging.Preparation;
using RadZ.Recognition.Images;
using RadZ.Torch.Tests.Cli;

namespace RadZ.Torch.Tests.Recognition;

[Collection(SharedWorld.Name)]
public sealed class ImageBatchesTests(CliWorld world)
{
    [Fact]
    public async Task Whoever_leaves_early_leaves_no_work_behind()
    {
        var began = 0;
        var batches = new ImageBatches(ClipPreparation.Default with { Size = 32 }, batch: 2)
        {
            Began = _ => Interlocked.Increment(ref began),
        };
        string[] files = [.. Enumerable.Repeat(world.At("xrays", "a.png"), 500)];
        await foreach (var first in batches.ReadAsync(files, TestContext.Current.CancellationToken))
        {
            Assert.Equal(2, first.Count);
            break;
        }
        var then = began;
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Equal(then, began);
        Assert.InRange(began, 2, 12);                                               // two batches ahead, and what was under way
    }

    [Fact]
    public async Task A_fault_of_one_file_ends_the_run_with_it_and_stops_the_others()
    {
        var began = 0;
        var batches = new ImageBatches(ClipPreparation.Default with { Size = 32 }, batch: 2)
        {
            Began = _ => { if (Interlocked.Increment(ref began) == 3) throw new InvalidTimeZoneException("unforeseen"); },
        };
        InputFile[] files = [.. Enumerable.Repeat(new InputFile(world.At("xrays", "a.png"), null), 500)];
        await Assert.ThrowsAsync<InvalidTimeZoneException>(async () =>
        {
            await foreach (var _ in batches.ReadAsync(files, TestContext.Current.CancellationToken)) { }
        });
        Assert.InRange(began, 3, 14);
    }
}
