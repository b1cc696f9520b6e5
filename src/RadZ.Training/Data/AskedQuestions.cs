using RadZ.Data;

namespace RadZ.Training.Data;

/// <summary>One question about a picture of a batch.</summary>
/// <param name="Picture">Which.</param>
/// <param name="Disease">Asked for.</param>
/// <param name="IsPresent">What the label says.</param>
readonly record struct AskedQuestion(int Picture, string Disease, bool IsPresent);

/// <summary>
/// Which questions a batch is asked. Of each picture half are answered yes: a disease that is present, drawn by the inverse of how often it
/// is present in training, so that each disease is asked for about equally often with the answer yes; and half no: a disease that is
/// absent, all alike. A picture of which one kind is not known is asked the other alone. Unknown labels are never asked for.
/// </summary>
sealed class AskedQuestions(IReadOnlyList<string> diseases, IReadOnlyList<Sample> training, int perPicture)
{
    readonly double[] _rarity = [.. diseases.Select(d => 1.0 / Math.Max(1, training.Count(s => s.Labels[d] == Label.Present)))];

    /// <summary>The questions of a batch: a function of its samples and the seed.</summary>
    public IReadOnlyList<AskedQuestion> Draw(IReadOnlyList<Sample> samples, int seed)
    {
        var random = new Random(seed);
        var asked = new List<AskedQuestion>();
        foreach (var (picture, sample) in samples.Index())
        {
            int[] present = Labeled(sample, Label.Present), absent = Labeled(sample, Label.Absent);
            for (var i = 0; i < perPicture / 2; i++)
            {
                if (present.Length > 0) asked.Add(new(picture, diseases[Rare(present, random)], true));
                if (absent.Length > 0) asked.Add(new(picture, diseases[absent[random.Next(absent.Length)]], false));
            }
        }
        return asked;
    }

    int[] Labeled(Sample sample, Label label) => [.. Enumerable.Range(0, diseases.Count).Where(c => sample.Labels[diseases[c]] == label)];

    int Rare(int[] among, Random random)
    {
        var left = random.NextDouble() * among.Sum(c => _rarity[c]);
        foreach (var c in among)
        {
            left -= _rarity[c];
            if (left < 0) return c;
        }
        return among[^1];
    }
}
