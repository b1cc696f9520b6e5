using RadZ.Model.Features;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Images;

namespace RadZ.Experiments.Robustness;

/// <summary>
/// Rows of features compared: scores of images with texts, and cosines between texts. In double, so that close scores keep their order.
/// </summary>
static class WordProbe
{
    /// <summary>g . t / tau, images by texts.</summary>
    /// <param name="images">Rows of images.</param>
    /// <param name="texts">Rows of texts.</param>
    /// <param name="temperature">The model's.</param>
    public static double[,] Scores(IReadOnlyList<float[]> images, IReadOnlyList<float[]> texts, double temperature)
    {
        var scores = new double[images.Count, texts.Count];
        double[] lengths = [.. texts.Select(Length)];
        Parallel.For(0, images.Count, i =>
        {
            var length = Length(images[i]);
            for (var t = 0; t < texts.Count; t++) scores[i, t] = Dot(images[i], texts[t]) / (length * lengths[t]) / temperature;
        });
        return scores;
    }

    /// <summary>The cosine of two rows.</summary>
    public static double Cosine(float[] a, float[] b) => Dot(a, b) / (Length(a) * Length(b));

    /// <summary>Features of texts by their words: each distinct text once.</summary>
    public static IReadOnlyDictionary<string, float[]> Features(RadiologyEncoder encoder, IEnumerable<string> texts, TextFeatureCache cache)
    {
        string[] distinct = [.. texts.Distinct(StringComparer.Ordinal)];
        return distinct.Zip(FeatureRows.Texts(encoder, distinct, cache)).ToDictionary(t => t.First, t => t.Second, StringComparer.Ordinal);
    }

    static double Length(float[] a) => Math.Sqrt(Dot(a, a));

    static double Dot(float[] a, float[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += (double)a[i] * b[i];
        return sum;
    }
}
