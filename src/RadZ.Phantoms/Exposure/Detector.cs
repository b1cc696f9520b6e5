namespace RadZ.Phantoms;

/// <summary>From attenuation to grey: primary beam by Beer-Lambert, scatter of finite reach, display curve; noise last.</summary>
sealed class Detector
{
    const double ScatterReach = 3.2;

    /// <summary>Scatter from everywhere, the same all over: it lifts the darkest (least exposed) parts.</summary>
    const float Veil = 0.05f;

    readonly int size;
    readonly int block;
    readonly int cells;
    readonly int radius;
    readonly float[] kernel;
    readonly float scatter;
    readonly float[] coarse;
    readonly float[] across;
    readonly float[] blurred;

    public Detector(in Frame frame, Site site)
    {
        size = frame.Size;
        block = Math.Max(1, (int)Math.Round(0.65 / frame.Pitch));
        cells = (size + block - 1) / block;
        radius = Math.Max(1, (int)Math.Round(ScatterReach / (block * frame.Pitch)));
        kernel = new float[2 * radius + 1];
        float sum = 0;
        for (int i = -radius; i <= radius; i++)
        {
            float t = i / (radius + 1f);
            sum += kernel[i + radius] = (1 - t * t) * (1 - t * t);
        }
        for (int i = 0; i < kernel.Length; i++)
            kernel[i] /= sum;
        scatter = (float)Math.Clamp(site.Scatter, 0, 0.7);
        (coarse, across, blurred) = (new float[cells * cells], new float[cells * cells], new float[cells * cells]);
    }

    /// <summary>Marks every pixel that a change at the marked pixels can reach through scatter and detector blur.</summary>
    public byte[] Reach(byte[] changed)
    {
        byte[] touched = new byte[cells * cells], reach = new byte[changed.Length];
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                if (changed[row * size + column] != 0)
                    touched[row / block * cells + column / block] = 1;
            }
        }
        int far = radius + 1;
        byte[] wide = new byte[cells * cells];
        for (int y = 0; y < cells; y++)
        {
            for (int x = 0; x < cells; x++)
            {
                if (touched[y * cells + x] == 0)
                    continue;
                int left = Math.Max(0, x - far), right = Math.Min(cells, x + far + 1);
                for (int v = Math.Max(0, y - far); v < Math.Min(cells, y + far + 1); v++)
                    wide.AsSpan(v * cells + left, right - left).Fill(1);
            }
        }
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
                reach[row * size + column] = wide[row / block * cells + column / block];
        }
        return reach;
    }

    /// <summary>What the detector receives, as attenuation again: -ln of primary and scatter together.</summary>
    public void Expose(float[] attenuation, float[] primary, float[] seen)
    {
        for (int i = 0; i < attenuation.Length; i++)
            primary[i] = PortableMath.Exp(-attenuation[i]);
        Array.Clear(coarse);
        for (int cy = 0; cy < cells; cy++)
        {
            int top = cy * block, bottom = Math.Min(size, top + block);
            for (int cx = 0; cx < cells; cx++)
            {
                int left = cx * block, right = Math.Min(size, left + block);
                float sum = 0;
                for (int row = top; row < bottom; row++)
                {
                    for (int column = left; column < right; column++)
                    {
                        // scatter arises in the patient: none where nothing is in the beam
                        float p = primary[row * size + column];
                        sum += p * (1 - p * p);
                    }
                }
                coarse[cy * cells + cx] = sum / ((bottom - top) * (right - left));
            }
        }
        for (int y = 0; y < cells; y++)
        {
            for (int x = 0; x < cells; x++)
            {
                float h = 0;
                for (int k = -radius; k <= radius; k++)
                    h += kernel[k + radius] * coarse[y * cells + Math.Clamp(x + k, 0, cells - 1)];
                across[y * cells + x] = h;
            }
        }
        for (int y = 0; y < cells; y++)
        {
            for (int x = 0; x < cells; x++)
            {
                float v = 0;
                for (int k = -radius; k <= radius; k++)
                    v += kernel[k + radius] * across[Math.Clamp(y + k, 0, cells - 1) * cells + x];
                blurred[y * cells + x] = v;
            }
        }
        for (int row = 0; row < size; row++)
        {
            float fy = Math.Clamp((row + 0.5f) / block - 0.5f, 0, cells - 1);
            int y0 = (int)fy, y1 = Math.Min(y0 + 1, cells - 1);
            float ty = fy - y0;
            for (int column = 0; column < size; column++)
            {
                float fx = Math.Clamp((column + 0.5f) / block - 0.5f, 0, cells - 1);
                int x0 = (int)fx, x1 = Math.Min(x0 + 1, cells - 1);
                float tx = fx - x0;
                float a = blurred[y0 * cells + x0] * (1 - tx) + blurred[y0 * cells + x1] * tx;
                float b = blurred[y1 * cells + x0] * (1 - tx) + blurred[y1 * cells + x1] * tx;
                float haze = a * (1 - ty) + b * ty;
                seen[row * size + column] = -PortableMath.Log(primary[row * size + column] * (1 - scatter) + (haze + Veil) * scatter + 1e-6f);
            }
        }
    }
}
