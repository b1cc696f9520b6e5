using RadZ.Imaging.Dicom;

namespace RadZ.Data.Studies;

/// <summary>
/// What recognition and evaluation need to know of a DICOM image, and nothing that says who it is of: this is what outputs show. Dates are
/// years, UIDs and the patient are <see cref="Pseudonyms"/>, texts are words of the standard or the maker's name. Absent or unusable: null.
/// </summary>
sealed record ImageRecord
{
    /// <summary>(0008,0060), as <c>DX</c>.</summary>
    public string? Modality { get; init; }

    /// <summary>(0018,0015), as <c>CHEST</c>.</summary>
    public string? BodyPart { get; init; }

    /// <summary>
    /// PA, AP, LL, RL, LATERAL, ... of (0018,5101), else from the view code, the patient's orientation or the series description.
    /// </summary>
    public string? View { get; init; }

    /// <summary>L, R, B or U of (0020,0062) or (0020,0060).</summary>
    public string? Laterality { get; init; }

    /// <summary>M, F or O.</summary>
    public string? Sex { get; init; }

    /// <summary>Whole years, <c>90+</c> above 89.</summary>
    public string? Age { get; init; }

    /// <summary>
    /// Millimetres between rows and between columns, both above 0: of (0028,0030), else of the detector (0018,1164). 0\0 is none.
    /// </summary>
    public IReadOnlyList<double>? Spacing { get; init; }

    /// <summary>(0008,0070).</summary>
    public string? Manufacturer { get; init; }

    /// <summary>The year of the study.</summary>
    public int? Year { get; init; }

    /// <summary>The patient's pseudonym.</summary>
    public string? Patient { get; init; }

    /// <summary>The study's pseudonym, a UID.</summary>
    public string? Study { get; init; }

    /// <summary>The series' pseudonym, a UID.</summary>
    public string? Series { get; init; }

    /// <summary>The image's pseudonym, a UID.</summary>
    public string? Instance { get; init; }

    /// <summary>True of a view from the front or the back; null where nothing says.</summary>
    public bool? Frontal => View is null ? null : Views.IsFrontal(View);

    /// <summary>90+ above 89, whole years otherwise; null of what is no age (PS3.5 6.2 AS: 045Y, 010M, 003W, 012D).</summary>
    public static string? AgeOf(string? text)
    {
        if (text is not { Length: 4 } || !int.TryParse(text.AsSpan(0, 3), System.Globalization.NumberStyles.None, null, out var n))
            return null;
        int? years = text[3] switch { 'Y' => n, 'M' => n / 12, 'W' => n / 52, 'D' => n / 365, _ => null };
        return years is null ? null : years > 89 ? "90+" : $"{years}";
    }
}
