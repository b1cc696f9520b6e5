using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Detection;

/// <summary>From attenuation to grey: primary beam by Beer-Lambert, scatter of finite reach, display curve; noise last.</summary>
sealed class Detector
{
    const double ScatterReach = 3.2;

    /// <summary>Scatter from everywhere, the same all over: it lifts the darkest (least exposed) parts.</summary>
    const float Veil = 0.05f;

    readonly int _size;
    readonly int _block;
    readonly int _cells;
    readonly int _radius;
    readonly float[] _kernel;
    readonly float _scatter;
    readonly float[] _coarse;
    readonly float[] _across;
    readonly float[] _blurred;

    public Detector(in Frame frame, Site site)
    {
        _size = frame.Size;
        _block = Math.Max(1, (int)Math.Round(0.65 / frame.Pitch));
        _cells = (_size + _block - 1) / _block;
        _radius = Math.Max(1, (int)Math.Round(ScatterReach / (_block * frame.Pitch)));
        _kernel = new float[2 * _radius + 1];
        float sum = 0;
        for (int i = -_radius; i <= _radius; i++)
        {
            float t = i / (_radius + 1f);
            sum += _kernel[i + _radius] = (1 - t * t) * (1 - t * t);
        }
        for (int i = 0; i < _kernel.Length; i++)
            _kernel[i] /= sum;
        _scatter = (float)Math.Clamp(site.Scatter, 0, 0.7);
        (_coarse, _across, _blurred) = (new float[_cells * _cells], new float[_cells * _cells], new float[_cells * _cells]);
    }

    /// <summary>Marks every pixel that a change at the marked pixels can reach through scatter and detector blur.</summary>
    public byte[] Spread(byte[] changed)
    {
        byte[] touched = new byte[_cells * _cells], reach = new byte[changed.Length];
        for (int row = 0; row < _size; row++)
        {
            for (int column = 0; column < _size; column++)
            {
                if (changed[row * _size + column] != 0)
                    touched[row / _block * _cells + column / _block] = 1;
            }
        }
        int far = _radius + 1;
        byte[] wide = new byte[_cells * _cells];
        for (int y = 0; y < _cells; y++)
        {
            for (int x = 0; x < _cells; x++)
            {
                if (touched[y * _cells + x] == 0)
                    continue;
                int left = Math.Max(0, x - far), right = Math.Min(_cells, x + far + 1);
                for (int v = Math.Max(0, y - far); v < Math.Min(_cells, y + far + 1); v++)
                    wide.AsSpan(v * _cells + left, right - left).Fill(1);
            }
        }
        for (int row = 0; row < _size; row++)
        {
            for (int column = 0; column < _size; column++)
                reach[row * _size + column] = wide[row / _block * _cells + column / _block];
        }
        return reach;
    }

    /// <summary>What the detector receives, as attenuation again: -ln of primary and scatter together.</summary>
    public void Expose(float[] attenuation, float[] primary, float[] seen)
    {
        for (int i = 0; i < attenuation.Length; i++)
            primary[i] = PortableMath.Exp(-attenuation[i]);
        Array.Clear(_coarse);
        for (int cy = 0; cy < _cells; cy++)
        {
            int top = cy * _block, bottom = Math.Min(_size, top + _block);
            for (int cx = 0; cx < _cells; cx++)
            {
                int left = cx * _block, right = Math.Min(_size, left + _block);
                float sum = 0;
                for (int row = top; row < bottom; row++)
                {
                    for (int column = left; column < right; column++)
                    {
                        // scatter arises in the patient: none where nothing is in the beam
                        float p = primary[row * _size + column];
                        sum += p * (1 - p * p);
                    }
                }
                _coarse[cy * _cells + cx] = sum / ((bottom - top) * (right - left));
            }
        }
        for (int y = 0; y < _cells; y++)
        {
            for (int x = 0; x < _cells; x++)
            {
                float h = 0;
                for (int k = -_radius; k <= _radius; k++)
                    h += _kernel[k + _radius] * _coarse[y * _cells + Math.Clamp(x + k, 0, _cells - 1)];
                _across[y * _cells + x] = h;
            }
        }
        for (int y = 0; y < _cells; y++)
        {
            for (int x = 0; x < _cells; x++)
            {
                float v = 0;
                for (int k = -_radius; k <= _radius; k++)
                    v += _kernel[k + _radius] * _across[Math.Clamp(y + k, 0, _cells - 1) * _cells + x];
                _blurred[y * _cells + x] = v;
            }
        }
        for (int row = 0; row < _size; row++)
        {
            float fy = Math.Clamp((row + 0.5f) / _block - 0.5f, 0, _cells - 1);
            int y0 = (int)fy, y1 = Math.Min(y0 + 1, _cells - 1);
            float ty = fy - y0;
            for (int column = 0; column < _size; column++)
            {
                float fx = Math.Clamp((column + 0.5f) / _block - 0.5f, 0, _cells - 1);
                int x0 = (int)fx, x1 = Math.Min(x0 + 1, _cells - 1);
                float tx = fx - x0;
                float a = _blurred[y0 * _cells + x0] * (1 - tx) + _blurred[y0 * _cells + x1] * tx;
                float b = _blurred[y1 * _cells + x0] * (1 - tx) + _blurred[y1 * _cells + x1] * tx;
                float haze = a * (1 - ty) + b * ty;
                seen[row * _size + column] =
                    -PortableMath.Log(primary[row * _size + column] * (1 - _scatter) + (haze + Veil) * _scatter + 1e-6f);
            }
        }
    }
}
