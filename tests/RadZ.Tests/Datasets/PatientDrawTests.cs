using RadZ.Data;
using RadZ.Data.Splits;

namespace RadZ.Tests.Datasets;

/// <summary>Shares of patients are drawn by patient, nested under a seed, and others under another.</summary>
public class PatientDrawTests
{
    static readonly Sample[] s_samples =
        [.. Enumerable.Range(0, 300).Select(i => new Sample($"/s/{i}.png", $"p:{i / 3}", "s", Labels.None))];

    static string[] Patients(double percent, int seed) =>
        [.. new PatientDraw(percent, seed).Draw(s_samples).Select(s => s.Patient).Distinct()];

    [Fact]
    public void A_share_is_of_patients_with_all_their_images()
    {
        var drawn = new PatientDraw(10, 1).Draw(s_samples);
        Assert.Equal((30, 10), (drawn.Count, drawn.Select(s => s.Patient).Distinct().Count()));
        Assert.Equal(s_samples, new PatientDraw(100, 7).Draw(s_samples));
        Assert.Single(Patients(0.5, 1));
    }

    [Fact]
    public void A_smaller_share_lies_within_a_larger_and_another_seed_is_another_draw()
    {
        Assert.Empty(Patients(1, 3).Except(Patients(10, 3)));
        Assert.Empty(Patients(10, 3).Except(Patients(50, 3)));
        Assert.NotEmpty(Patients(10, 3).Except(Patients(10, 4)));
        Assert.Equal(Patients(10, 3),
            new PatientDraw(10, 3).Draw([.. s_samples.Reverse()]).Select(s => s.Patient).Distinct().Order()
                .OrderBy(p => Array.IndexOf(Patients(10, 3), p)));
    }
}
