using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RadZ.Files;
using RadZ.Imaging.Gate;
using RadZ.Recognition;
using RadZ.Recognition.Hosting;
using RadZ.Torch.Tests.Cli;

namespace RadZ.Torch.Tests.Recognition;

/// <summary>Recognition in a host: options from a configuration, one recognizer for all, figures and words that name nobody.</summary>
[Collection(SharedWorld.Name)]
public sealed class HostingTests(CliWorld world)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static ServiceProvider Services(params (string Key, string Value)[] settings) => new ServiceCollection()
        .AddSingleton(typeof(ILogger<>), typeof(Heard<>))
        .AddRadZ(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s =>
            KeyValuePair.Create($"RadZ:{s.Key}", (string?)s.Value))).Build().GetSection("RadZ")).BuildServiceProvider();

    [Fact]
    public async Task A_configuration_gives_one_recognizer_for_all()
    {
        Heard.Lines.Clear();
        await using var services = Services(("Model", world.Model), ("Gate", "pass"), ("Threads", $"{get_num_threads()}"));
        var radz = services.GetRequiredService<Recognizer>();
        Assert.Same(radz, services.GetRequiredService<Recognizer>());
        Assert.Equal(GatePolicy.Pass, services.GetRequiredService<IOptions<RecognizerOptions>>().Value.Gate);
        var film = world.At("xrays", "a.png");
        Assert.NotEmpty((await radz.RecognizeAsync(film, Cancel)).Findings);
        await Assert.ThrowsAsync<InvalidInputException>(() => radz.RecognizeAsync(world.At("bad", "text.png"), Cancel));
        Assert.Contains(Heard.Lines, l => l.StartsWith("Information Model tiny (", StringComparison.Ordinal));
        Assert.Contains("Warning A film could not be read: not-an-image", Heard.Lines);
        Assert.All(Heard.Lines, l => Assert.DoesNotContain("xrays", l, StringComparison.Ordinal));
        await services.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => radz.RecognizeAsync(film, Cancel));
    }

    [Fact]
    public void All_that_is_wrong_is_told_as_the_host_starts()
    {
        using var services = Services(("Model", "/gone"), ("Threads", "0"), ("Device", "tpu"));
        var wrong = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
        Assert.Equal(["Model is '/gone', and there is no such folder.", "Device is 'tpu', expected cpu, cuda or cuda:N.",
            "Threads is 0, expected at least 1."], wrong.Failures);
        using var typed = Services(("Modle", world.Model));
        Assert.Contains("Modle", Assert.Throws<InvalidOperationException>(() => typed.GetRequiredService<Recognizer>()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Figures_and_activities_tell_how_it_went()
    {
        var counted = new Dictionary<string, double>();
        using var meters = new MeterListener
        {
            InstrumentPublished = (i, l) => { if (i.Meter.Name == "RadZ") l.EnableMeasurementEvents(i); },
        };
        meters.SetMeasurementEventCallback<long>((i, n, _, _) => counted[i.Name] = counted.GetValueOrDefault(i.Name) + n);
        meters.SetMeasurementEventCallback<double>((i, n, _, _) => counted[i.Name] = counted.GetValueOrDefault(i.Name) + 1);
        meters.Start();
        List<Activity> activities = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == "RadZ",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activities.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using var radz = Recognizer.Load(new() { Model = world.Model, Gate = GatePolicy.Refuse });
        await radz.RecognizeAsync(world.At("xrays", "a.png"), Cancel);
        await Assert.ThrowsAsync<InvalidInputException>(() => radz.RecognizeAsync(world.At("bad", "empty.png"), Cancel));
        using var lax = Recognizer.Load(new() { Model = world.Model, Gate = GatePolicy.Pass });
        await lax.RecognizeAsync(world.At("xrays", "a.png"), Cancel);
        Assert.Equal((1, 1, 1, 3), (counted["radz.films.read"], counted["radz.films.refused"], counted["radz.films.failed"],
            counted["radz.recognize.duration"]));
        Assert.Equal(["refused", "failed", "read"], activities.Select(a => a.GetTagItem("radz.outcome")));
        Assert.All(activities, a => Assert.DoesNotContain("xrays", string.Join(' ', a.TagObjects), StringComparison.Ordinal));
    }
}

/// <summary>What a logger heard.</summary>
static class Heard
{
    public static List<string> Lines { get; } = [];
}

sealed class Heard<T> : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        lock (Heard.Lines) Heard.Lines.Add($"{logLevel} {formatter(state, exception)}");
    }
}
