using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RadZ.Recognition.Diagnostics;

/// <summary>
/// What a host may watch: activities of the source <c>RadZ</c>, instruments of the meter <c>RadZ</c>. Nothing of a film or a patient is in
/// them but how it went.
/// </summary>
static class RecognitionTelemetry
{
    /// <summary>The name of source and meter.</summary>
    public const string Name = "RadZ";

    /// <summary>An activity <c>radz.recognize</c> a call.</summary>
    public static ActivitySource Source { get; } = new(Name);

    static readonly Meter s_meter = new(Name);

    static readonly Counter<long> s_read =
        s_meter.CreateCounter<long>("radz.films.read", "{film}", "Films that were recognized.");
    static readonly Counter<long> s_refused =
        s_meter.CreateCounter<long>("radz.films.refused", "{film}", "Films that the gate refused.");
    static readonly Counter<long> s_failed =
        s_meter.CreateCounter<long>("radz.films.failed", "{film}", "Films that could not be read.");
    static readonly Histogram<double> s_duration =
        s_meter.CreateHistogram<double>("radz.recognize.duration", "s", "From the call to its reading, waiting included.");

    /// <summary>Some films were recognized.</summary>
    public static void Read(int films) => s_read.Add(films);

    /// <summary>One was refused.</summary>
    public static void Refused() => s_refused.Add(1);

    /// <summary>One could not be read.</summary>
    public static void Failed(string kind) => s_failed.Add(1, new KeyValuePair<string, object?>("kind", kind));

    /// <summary>A call has ended.</summary>
    /// <param name="elapsed">Since it began.</param>
    /// <param name="outcome">read, refused, failed or canceled.</param>
    public static void Ended(TimeSpan elapsed, string outcome) =>
        s_duration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
}
