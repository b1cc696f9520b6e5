using System.ComponentModel.DataAnnotations;

namespace RadZ.Imaging.Preparation;

/// <summary>
/// How training pictures are varied. The defaults change nothing; every "up to" draws evenly from minus to plus that amount,
/// every pair of bounds from between them.
/// </summary>
sealed record AugmentationOptions : IValidatableObject
{
    /// <summary>Turned about the middle by up to so many degrees.</summary>
    [Range(0, 180)]
    public double RotationDegrees { get; init; }

    /// <summary>Smallest zoom; 0.9 shows the picture at nine tenths of its size.</summary>
    [Range(0.1, 10)]
    public double ScaleMin { get; init; } = 1;

    /// <summary>Largest zoom.</summary>
    [Range(0.1, 10)]
    public double ScaleMax { get; init; } = 1;

    /// <summary>Moved across and down by up to this part of the side, each on its own.</summary>
    [Range(0, 1)]
    public double ShiftFraction { get; init; }

    /// <summary>Smallest gamma: level = 255 * (level / 255)^gamma; below 1 is brighter.</summary>
    [Range(0.1, 10)]
    public double GammaMin { get; init; } = 1;

    /// <summary>Largest gamma.</summary>
    [Range(0.1, 10)]
    public double GammaMax { get; init; } = 1;

    /// <summary>Contrast about the middle grey, multiplied by 1 plus up to this.</summary>
    [Range(0, 1)]
    public double Contrast { get; init; }

    /// <summary>Brightness, raised by up to this part of the full range.</summary>
    [Range(0, 1)]
    public double Brightness { get; init; }

    /// <summary>How often a rectangle is replaced by the border's colour.</summary>
    [Range(0, 1)]
    public double ErasingProbability { get; init; }

    /// <summary>Smallest part of the area that is erased.</summary>
    [Range(0, 1)]
    public double ErasingAreaMin { get; init; } = 0.02;

    /// <summary>Largest part of the area that is erased.</summary>
    [Range(0, 1)]
    public double ErasingAreaMax { get; init; } = 0.2;

    /// <summary>Mirrors half of the pictures. Off: it makes "left" and "right" in a report wrong, and moves the heart.</summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>Random operations on top, as the paper trains with <c>RandAugment(2, 7)</c>; none when null.</summary>
    public RandAugment? RandAugment { get; init; }

    /// <summary>Bounds that contradict each other.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ScaleMin > ScaleMax)
            yield return Crossed("scale", ScaleMin, ScaleMax);
        if (GammaMin > GammaMax)
            yield return Crossed("gamma", GammaMin, GammaMax);
        if (ErasingAreaMin > ErasingAreaMax)
            yield return Crossed("erasing_area", ErasingAreaMin, ErasingAreaMax);
        if (RandAugment is { } random && (random.Operations is < 0 or > 20 || random.Magnitude is < 0 or > RandAugment.Top))
            yield return new($"rand_augment is ({random.Operations}, {random.Magnitude}), expected 0 to 20 operations of magnitude 0 to " +
                $"{RandAugment.Top}.");
    }

    static ValidationResult Crossed(string name, double min, double max) =>
        new($"{name}_min is {min:g}, expected at most {name}_max, which is {max:g}.");
}

/// <summary>
/// So many operations, drawn evenly with repetition from identity, autocontrast, equalize, brightness, sharpness, shear,
/// translate and rotate (method, section 5).
/// </summary>
/// <param name="Operations">How many are drawn for a picture.</param>
/// <param name="Magnitude">
/// Of 10. At m: brightness and sharpness by the factor 0.1 + 0.18 m, shear 0.03 m, translate by 10/224 of the side * m / 10, rotate
/// 3 m degrees, the last three with a random sign; shear and translate along a random axis. Autocontrast and equalize have none.
/// </param>
sealed record RandAugment(int Operations, int Magnitude)
{
    /// <summary>The largest magnitude.</summary>
    public const int Top = 10;
}
