using System.Globalization;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Reports;

namespace RadZ.Phantoms.Files;

/// <summary>Everything that is true of one written phantom, in the form in which the tables are made from it.</summary>
sealed record PhantomTruth
{
    public required long Index { get; init; }
    public required string Patient { get; init; }
    public required string Site { get; init; }
    public required Sex Sex { get; init; }
    public required int Age { get; init; }
    public required double BodyMassIndex { get; init; }
    public required double Height { get; init; }
    public required View View { get; init; }
    public required double Rotation { get; init; }
    public required double Inspiration { get; init; }
    public required Devices Devices { get; init; }
    public required double CardiothoracicRatio { get; init; }
    public required double MillimetresPerPixel { get; init; }
    public required string Report { get; init; }
    public required IReadOnlyList<Drawn> Findings { get; init; }

    /// <summary>Its picture, relative to the folder.</summary>
    public static string ImageOf(long index) => $"images/{index.ToString("D6", CultureInfo.InvariantCulture)}.png";

    /// <summary>The mask of one finding, relative to the folder.</summary>
    public static string MaskOf(long index, string disease) =>
        $"masks/{index.ToString("D6", CultureInfo.InvariantCulture)}-{disease.Replace(' ', '-')}.png";

    public static PhantomTruth From(long index, string patient, Phantom phantom)
    {
        var body = phantom.Plan.Body;
        return new()
        {
            Index = index,
            Patient = patient,
            Site = phantom.Plan.Site.Name,
            Sex = body.Sex,
            Age = body.Age,
            BodyMassIndex = body.BodyMassIndex,
            Height = body.Height,
            View = body.View,
            Rotation = body.Rotation,
            Inspiration = body.Inspiration,
            Devices = phantom.Plan.Devices,
            CardiothoracicRatio = phantom.CardiothoracicRatio,
            MillimetresPerPixel = phantom.MillimetresPerPixel,
            Report = PhantomReport.Write(phantom.Plan, phantom.CardiothoracicRatio).Text,
            Findings = [.. phantom.Findings.Select(f =>
                new Drawn(f.Plan.Disease, f.Plan.Side, f.Plan.Zone, f.Plan.Severity, f.SizeCentimetres, f.Box, f.Mask.Count(m => m != 0)))],
        };
    }

    /// <summary>One finding as drawn; <paramref name="Area"/> counts the mask's pixels.</summary>
    internal sealed record Drawn(string Disease, Side Side, Zone Zone, Severity Severity, double SizeCentimetres, Box Box, int Area);
}
