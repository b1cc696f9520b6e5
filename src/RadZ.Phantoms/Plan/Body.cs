namespace RadZ.Phantoms.Plan;

/// <summary>The patient's sex, as it shows in a chest radiograph (breast shadows, build).</summary>
public enum Sex
{
    /// <summary>Female.</summary>
    Female,

    /// <summary>Male.</summary>
    Male,
}

/// <summary>How the beam goes through the chest.</summary>
public enum View
{
    /// <summary>Posteroanterior: standing, deep inspiration, the heart near the detector.</summary>
    PA,

    /// <summary>Anteroposterior: often lying or sitting in bed, the heart magnified, the scapulae over the lungs.</summary>
    AP,
}

/// <summary>Who is imagined and how they stand in the beam; everything of the anatomy that is not chance follows from it.</summary>
/// <param name="Sex">Breast shadows and build.</param>
/// <param name="Age">Years, 18 to 95: density of the bones, unfolding of the aorta.</param>
/// <param name="BodyMassIndex">kg per square metre, 16 to 45: soft tissue, width of the chest, height of the diaphragms.</param>
/// <param name="Height">Centimetres, 145 to 200.</param>
/// <param name="View">PA or AP.</param>
/// <param name="Rotation">Degrees about the body's long axis, -12 to 12; positive turns the patient's left side to the detector.</param>
/// <param name="Inspiration">0 (expiration) to 1 (deep inspiration).</param>
public sealed record Body(Sex Sex, int Age, double BodyMassIndex, double Height, View View, double Rotation, double Inspiration);
