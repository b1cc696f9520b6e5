using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Detection;

/// <summary>
/// From seen attenuation to grey 0 to 1; fixed by the picture without findings, so that a finding changes nothing elsewhere.
/// </summary>
readonly struct DisplayCurve
{
    /// <summary>How much of the difference to its neighbours is added to a pixel: machines raise the edges a little.</summary>
    const float Sharpening = 0.5f;

    readonly float _low;
    readonly float _scale;
    readonly float _contrast;
    readonly float _brightness;

    /// <param name="lung">Mean seen attenuation of well-aerated lung.</param>
    /// <param name="mediastinum">Mean seen attenuation of the mediastinum.</param>
    /// <param name="site">Contrast and brightness.</param>
    /// <param name="chance">No two pictures of a hospital are exposed and processed quite alike.</param>
    public DisplayCurve(float lung, float mediastinum, Site site, RandomStream chance)
    {
        float span = Math.Max(1.0f, mediastinum - lung);
        // lung comes to 0.36, mediastinum to 0.86 before the curve
        _scale = 0.50f / span;
        _low = lung - 0.36f / _scale;
        _contrast = (float)(site.Contrast * (1 + 0.09 * chance.Bell()));
        _brightness = (float)(site.Brightness + 0.035 * chance.Bell());
    }

    /// <summary>Grey of an attenuation.</summary>
    public float Apply(float seen)
    {
        float t = ((seen - _low) * _scale - 0.5f) * _contrast * 2f + 2f * _brightness;
        return 0.5f + 0.5f * t / MathF.Sqrt(MathF.Sqrt(1 + t * t * t * t));
    }

    /// <summary>The whole picture's grey, edges raised.</summary>
    public void Show(float[] seen, float[] plain, float[] gray, int size)
    {
        for (int i = 0; i < seen.Length; i++)
            plain[i] = Apply(seen[i]);
        int step = Math.Max(1, size / 384);
        for (int row = 0; row < size; row++)
        {
            int here = row * size, above = Math.Max(row - step, 0) * size, below = Math.Min(row + step, size - 1) * size;
            for (int column = 0; column < size; column++)
            {
                float round = plain[above + column] + plain[below + column] + plain[here + Math.Max(column - step, 0)]
                    + plain[here + Math.Min(column + step, size - 1)];
                gray[here + column] = plain[here + column] + Sharpening * (plain[here + column] - 0.25f * round);
            }
        }
    }

    /// <summary>Standard deviation of the grey for a small relative deviation of the exposure, by the curve's slope.</summary>
    public float Slope(float seen)
    {
        float t = ((seen - _low) * _scale - 0.5f) * _contrast * 2f + 2f * _brightness, q = 1 + t * t * t * t;
        float root = MathF.Sqrt(MathF.Sqrt(q));
        return _scale * _contrast / (q * root);
    }
}
