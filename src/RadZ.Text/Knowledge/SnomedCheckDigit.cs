namespace RadZ.Text.Knowledge;

/// <summary>
/// The last digit of a SNOMED CT identifier guards the others (Verhoeff's scheme, in the dihedral group of ten elements).
/// </summary>
static class SnomedCheckDigit
{
    static readonly int[] s_permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

    public static bool IsValid(string code)
    {
        if (code.Length is < 6 or > 18 || code.Any(c => !char.IsAsciiDigit(c))) return false;
        var check = 0;
        for (var i = 0; i < code.Length; i++)
        {
            var digit = code[^(i + 1)] - '0';
            for (var times = i % 8; times > 0; times--) digit = s_permutation[digit];
            check = Product(check, digit);
        }
        return check == 0;
    }

    /// <summary>0..4 are the turns of a pentagon, 5..9 its reflections.</summary>
    static int Product(int a, int b) => (a < 5, b < 5) switch
    {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b) % 5,
        (false, true) => 5 + (a - b + 5) % 5,
        _ => (a - b + 5) % 5,
    };
}
