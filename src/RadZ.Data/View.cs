using RadZ.Files;

namespace RadZ.Data;

/// <summary>The projection of a radiograph.</summary>
enum View
{
    /// <summary>The source does not say.</summary>
    Unknown,

    /// <summary>PA: from behind, the standing patient's usual film.</summary>
    PosteroAnterior,

    /// <summary>AP: from the front, the bed-side film.</summary>
    AnteroPosterior,

    /// <summary>Frontal; the source does not say which way.</summary>
    Frontal,

    /// <summary>From the side.</summary>
    Lateral,

    /// <summary>Oblique, swimmer's, ribs, ...</summary>
    Other,
}

/// <summary>The patient's sex as the source says.</summary>
enum Sex
{
    /// <summary>The source does not say, or says something else.</summary>
    Unknown,

    /// <summary>F.</summary>
    Female,

    /// <summary>M.</summary>
    Male,
}

/// <summary>Reads the words by which the sets say view, sex and age.</summary>
static class PatientFacts
{
    /// <summary>PA, AP, AP AXIAL, AP_horizontal, LL, LATERAL, L, COSTAL, ...</summary>
    public static View View(string word)
    {
        var key = TermKey.From(word);
        return key switch
        {
            "" or "nan" or "unk" or "unknown" => Data.View.Unknown,
            "pa" or "posteroanterior" => Data.View.PosteroAnterior,
            "ll" or "l" or "rl" or "lat" => Data.View.Lateral,
            "frontal" => Data.View.Frontal,
            _ when key.StartsWith("lateral", StringComparison.Ordinal) || key is "xtablelateral" => Data.View.Lateral,
            _ when key.StartsWith("ap", StringComparison.Ordinal) || key == "anteroposterior" => Data.View.AnteroPosterior,
            _ => Data.View.Other,
        };
    }

    /// <summary>M, F, Male, Female, in any case.</summary>
    public static Sex Sex(string word) => word.Length == 0 ? Data.Sex.Unknown : char.ToLowerInvariant(word[0]) switch
    {
        'f' => Data.Sex.Female,
        'm' => Data.Sex.Male,
        _ => Data.Sex.Unknown,
    };

    /// <summary>
    /// 58, 58.0, 058Y, 011M, 003D (DICOM PS3.5 6.2, AS); null for nothing, for more than 120 years, and for what is no number.
    /// </summary>
    public static double? Age(string word)
    {
        var (digits, unit) = word.Length > 0 && char.IsLetter(word[^1]) ? (word[..^1], char.ToUpperInvariant(word[^1])) : (word, 'Y');
        if (!double.TryParse(digits, System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture,
            out var number)) return null;
        var years = unit switch { 'Y' => number, 'M' => number / 12, 'W' => number / 52.1775, 'D' => number / 365.25, _ => double.NaN };
        return years is >= 0 and <= 120 ? years : null;
    }
}
