using RadZ.Recognition;
using RadZ.Torch.Tests.Cli;

namespace RadZ.Torch.Tests.Recognition;

/// <summary>The thread contract: every caller gets the bits that it would get alone, and disposal waits.</summary>
[Collection(SharedWorld.Name)]
public sealed class RecognizerThreadTests(CliWorld world)
{
    static readonly string[][] s_lists =
        [["mass", "no finding"], ["pneumonia", "edema", "no finding"], ["disease:broken rib", "pneumothorax"], ["hernia"]];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static string Bits(Reading reading) => string.Join(' ', reading.Findings.Select(f =>
        $"{f.Disease} {BitConverter.DoubleToInt64Bits(f.Details.Score):x} {BitConverter.DoubleToInt64Bits(f.Details.Softmax):x} " +
        $"{BitConverter.DoubleToInt64Bits(f.Details.Standalone):x} {f.Estimate}"));

    [Theory, InlineData(false), InlineData(true)]
    public async Task Sixty_four_callers_get_the_bits_of_one(bool trained)
    {
        using var radz = Recognizer.Load(new() { Model = trained ? Films.Model : world.Model });
        string[] films = trained ? Films.Samples[..4]
            : [world.At("xrays", "a.png"), world.At("xrays", "b.jpg"), world.At("xrays", "deeper", "c.png")];
        var alone = new Dictionary<(string, int), string>();
        foreach (var film in films)
            for (var l = 0; l < s_lists.Length; l++) alone[(film, l)] = Bits(await radz.RecognizeAsync(film, s_lists[l], Cancel));

        await Task.WhenAll(Enumerable.Range(0, 64).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            for (var turn = 0; turn < 3; turn++)
            {
                var (film, list) = (films[random.Next(films.Length)], random.Next(s_lists.Length));
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
                if (caller % 4 == 3) stop.CancelAfter(random.Next(40));
                try
                {
                    var reading = caller % 2 == 0 ? await radz.RecognizeAsync(film, s_lists[list], stop.Token)
                        : await radz.RecognizeAsync(new Dribble(File.ReadAllBytes(film), 1000), s_lists[list], stop.Token);
                    Assert.Equal(alone[(film, list)], Bits(reading));
                }
                catch (OperationCanceledException) when (caller % 4 == 3 && !Cancel.IsCancellationRequested) { }
            }
        }, Cancel)));
    }

    [Fact]
    public async Task A_canceled_call_ends_and_leaves_the_others_alone()
    {
        using var radz = Recognizer.Load(new() { Model = world.Model });
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => radz.RecognizeAsync(world.At("xrays", "a.png"), stopped.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            radz.RecognizeAsync(new Dribble(new byte[100]), cancel: stopped.Token));
        Assert.NotEmpty((await radz.RecognizeAsync(world.At("xrays", "a.png"), Cancel)).Findings);
    }

    [Fact]
    public async Task Disposal_waits_for_the_calls_that_run_and_lets_no_other_in()
    {
        var radz = Recognizer.Load(new() { Model = world.Model });
        var film = world.At("xrays", "a.png");
        var before = await radz.RecognizeAsync(film, Cancel);
        Task<Reading>[] running = [.. Enumerable.Range(0, 8).Select(_ => radz.RecognizeAsync(film, Cancel))];
        var disposal = radz.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => radz.RecognizeAsync(film, Cancel));
        Assert.All(await Task.WhenAll(running), r => Assert.Equal(Bits(before), Bits(r)));
        await disposal;
        Assert.Throws<ObjectDisposedException>(() => before.HeatMap("mass"));
        Assert.Contains("DiagnosticReport", before.ToFhir(), StringComparison.Ordinal);
        radz.Dispose();                                                             // twice is once
        await radz.DisposeAsync();
    }
}
