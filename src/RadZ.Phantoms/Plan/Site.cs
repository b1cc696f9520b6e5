namespace RadZ.Phantoms.Plan;

/// <summary>A hospital: how its machine and its staff shape pictures, and how its radiologists word reports.</summary>
/// <param name="Name">Short, lower case: <c>a</c>, <c>b</c>. Also the wording's name.</param>
/// <param name="Noise">Relative standard deviation of the detector's noise at the mean exposure, in a pixel of a picture 512 pixels
/// wide.</param>
/// <param name="Contrast">Slope of the display curve in its middle, 1 is the default machine's.</param>
/// <param name="Brightness">Shift of the display curve in parts of full scale, -0.2 to 0.2.</param>
/// <param name="Scatter">Part of the detected energy that is scatter, 0 to 0.7.</param>
/// <param name="Crop">Mean part of the picture's side that collimation takes away at each edge.</param>
/// <param name="Marker">The letters of the side marker's style: <c>L</c>, <c>R</c>, with or without initials.</param>
/// <param name="PortableFraction">Part of the pictures that are AP.</param>
public sealed record Site(string Name, double Noise, double Contrast, double Brightness, double Scatter, double Crop, string Marker,
    double PortableFraction)
{
    /// <summary>The first hospital: standing PA pictures, low noise, wide field.</summary>
    public static Site A { get; } = new("a", 0.012, 1.0, 0.0, 0.30, 0.02, "L", 0.15);

    /// <summary>The second hospital: more AP pictures, more noise and scatter, tighter field, harder contrast.</summary>
    public static Site B { get; } = new("b", 0.025, 1.25, 0.05, 0.45, 0.06, "R DK", 0.5);

    /// <summary>Both, in order.</summary>
    public static IReadOnlyList<Site> All { get; } = [A, B];
}
