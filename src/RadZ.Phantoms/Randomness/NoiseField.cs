namespace RadZ.Phantoms.Randomness;

/// <summary>Smooth random fields over the plane, -1 to 1, by hashed lattices: they look the same at every picture size.</summary>
static class NoiseField
{
    /// <summary>One octave: values at whole numbers, smooth between.</summary>
    public static float Smooth(uint key, float x, float y)
    {
        float fx = MathF.Floor(x), fy = MathF.Floor(y);
        int ix = (int)fx, iy = (int)fy;
        float tx = x - fx, ty = y - fy;
        tx = tx * tx * (3 - 2 * tx);
        ty = ty * ty * (3 - 2 * ty);
        float a = At(key, ix, iy), b = At(key, ix + 1, iy), c = At(key, ix, iy + 1), d = At(key, ix + 1, iy + 1);
        float top = a + (b - a) * tx, bottom = c + (d - c) * tx;
        return top + (bottom - top) * ty;
    }

    /// <summary>Three octaves, each half as large and twice as fine; about -0.7 to 0.7 in the main.</summary>
    public static float Cloud(uint key, float x, float y)
        => 0.57f * Smooth(key, x, y) + 0.29f * Smooth(key + 1, x * 2.03f, y * 2.03f) + 0.14f * Smooth(key + 2, x * 4.1f, y * 4.1f);

    /// <summary>Thin bright ridges, 0 to 1, where the field passes through zero: strands and nets.</summary>
    public static float Ridge(uint key, float x, float y, float width)
    {
        float v = Math.Abs(0.7f * Smooth(key, x, y) + 0.3f * Smooth(key + 1, x * 2.1f, y * 2.1f)) / width;
        return v >= 1 ? 0 : (1 - v) * (1 - v);
    }

    /// <summary>The value at a lattice point, -1 to 1.</summary>
    static float At(uint key, int x, int y)
    {
        uint h = key ^ ((uint)x * 0x8DA6B343u) ^ ((uint)y * 0xD8163841u);
        h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
        h = (h ^ (h >> 12)) * 0x297A2D39u;
        return (h >> 8) * (2f / 0xFFFFFF) - 1f;
    }
}
