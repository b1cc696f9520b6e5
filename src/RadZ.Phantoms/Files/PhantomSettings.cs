using System.Text.Json;
using RadZ.Data.Sets;
using RadZ.Files;
using RadZ.Phantoms.Plan;

namespace RadZ.Phantoms.Files;

/// <summary>What made a folder of phantoms: two folders of equal settings hold the same bytes.</summary>
public sealed record PhantomSettings
{
    /// <summary>Counts up whenever the same settings would give other pictures.</summary>
    public const int CurrentDrawing = 1;

    /// <summary>The version of drawing and wording that made it.</summary>
    public int Drawing { get; init; } = CurrentDrawing;

    /// <summary>How many.</summary>
    public required int Count { get; init; }

    /// <summary>Seed of all.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Side in pixels, 64 to 1024.</summary>
    public int Size { get; init; } = 224;

    /// <summary>Names of the sites.</summary>
    public IReadOnlyList<string> Sites { get; init; } = [Site.A.Name];

    /// <summary>Findings that may be drawn, in the order of ChestX-ray14.</summary>
    public IReadOnlyList<string> Findings { get; init; } = ChestXray14.Findings;

    /// <summary>Share with at least one finding.</summary>
    public double Prevalence { get; init; } = new PhantomOptions().Prevalence;

    /// <summary>Bits of a pixel, 8 or 16.</summary>
    public int Bits { get; init; } = 8;

    /// <summary>As the sampler takes it.</summary>
    public PhantomOptions Options() =>
        new() { Seed = Seed, Sites = [.. Site.All.Where(s => Sites.Contains(s.Name))], Findings = Findings, Prevalence = Prevalence };

    /// <summary>As <c>phantoms.json</c> holds them.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, StrictJson.Options) + "\n";
}
