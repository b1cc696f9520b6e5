namespace RadZ.Imaging.Preparation;

/// <summary>
/// Varies a training picture: first the levels, then all geometry in one warp, then erasing. So the picture is sampled once, and
/// what comes in from outside always has the border's colour. The same picture, options and random state give the same levels.
/// </summary>
static class Augmentation
{
    enum Operation { Identity, AutoContrast, Equalize, Brightness, Sharpness, Shear, Translate, Rotate }

    /// <summary>The picture, varied; same size, same channels. The given picture stays as it is.</summary>
    /// <param name="square">1 or 3 channels; a square one as a rule, but any will do.</param>
    /// <param name="options">What may change, validated by whoever read them.</param>
    /// <param name="rng">The seeded source of chance.</param>
    /// <param name="preparation">Whose <see cref="ClipPreparation.Border"/> fills the outside (a grey picture takes its mean); CLIP's when
    /// null.</param>
    public static Raster Apply(Raster square, AugmentationOptions options, Random rng, ClipPreparation? preparation = null) =>
        Apply(square, [], options, rng, preparation).Picture;

    /// <summary>
    /// The same of a picture with areas marked in it: they go where the picture goes, and what is erased of it is erased of them. The
    /// picture is the one that it is without them.
    /// </summary>
    /// <param name="square">1 or 3 channels.</param>
    /// <param name="areas">Of the picture's size and one channel, 0 outside.</param>
    /// <param name="options">What may change, validated by whoever read them.</param>
    /// <param name="rng">The seeded source of chance.</param>
    /// <param name="preparation">Whose border fills the outside of the picture; CLIP's when null.</param>
    public static (Raster Picture, IReadOnlyList<Raster> Areas) Apply(Raster square, IReadOnlyList<Raster> areas,
        AugmentationOptions options, Random rng, ClipPreparation? preparation = null)
    {
        ArgumentNullException.ThrowIfNull(square);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(rng);
        var (red, green, blue) = (preparation ?? ClipPreparation.Default).Border;
        ReadOnlySpan<byte> border = square.Channels == 1 ? [(byte)((red + green + blue) / 3)] : [red, green, blue];

        var map = Geometry(square, options, rng);
        var table = ToneTable(options, rng);
        var varied = table is null ? square : LevelOperations.Map(square, table);
        for (var i = 0; i < (options.RandAugment?.Operations ?? 0); i++)
            varied = Draw(varied, options.RandAugment!.Magnitude, rng, ref map);
        varied = CopyIfUnchanged(AffineWarp.Apply(varied, map, border), square);
        Raster[] moved = [.. areas.Select(a => CopyIfUnchanged(AffineWarp.Apply(a, map, [0]), a))];
        if (options.ErasingProbability > 0 && rng.NextDouble() < options.ErasingProbability)
        {
            var hole = Hole.Draw(varied, options, rng);
            hole.Fill(varied, border);
            foreach (var area in moved) hole.Fill(area, [0]);
        }
        return (varied, moved);
    }

    /// <summary>What came out unchanged is copied: nobody writes into what was given.</summary>
    static Raster CopyIfUnchanged(Raster varied, Raster given) =>
        ReferenceEquals(varied, given) ? given with { Levels = (byte[])given.Levels.Clone() } : varied;

    static AffineMap Geometry(Raster raster, AugmentationOptions options, Random rng)
    {
        var map = AffineMap.Identity;
        if (options.HorizontalFlip && rng.Next(2) == 1)
            map = map.Then(AffineMap.Mirror);
        if (options.RotationDegrees > 0)
            map = map.Then(AffineMap.Rotation(Uniform(rng, options.RotationDegrees)));
        if (options.ScaleMin != 1 || options.ScaleMax != 1)
            map = map.Then(AffineMap.Scaling(Between(rng, options.ScaleMin, options.ScaleMax)));
        if (options.ShiftFraction > 0)
            map = map.Then(AffineMap.Shift(Uniform(rng, options.ShiftFraction) * raster.Width,
                Uniform(rng, options.ShiftFraction) * raster.Height));
        return map;
    }

    /// <summary>Gamma, then contrast about the middle, then brightness, as one table; null when none is asked for.</summary>
    static byte[]? ToneTable(AugmentationOptions options, Random rng)
    {
        if (options is { GammaMin: 1, GammaMax: 1, Contrast: 0, Brightness: 0 })
            return null;
        var gamma = Between(rng, options.GammaMin, options.GammaMax);
        var contrast = 1 + Uniform(rng, options.Contrast);
        var brightness = Uniform(rng, options.Brightness);
        var table = new byte[256];
        for (var level = 0; level < 256; level++)
            table[level] = (byte)Math.Clamp(255 * ((Math.Pow(level / 255.0, gamma) - 0.5) * contrast + 0.5 + brightness) + 0.5, 0, 255);
        return table;
    }

    static Raster Draw(Raster raster, int magnitude, Random rng, ref AffineMap map)
    {
        var operation = (Operation)rng.Next(8);
        var (along, sign) = (rng.Next(2) == 0, rng.Next(2) == 0 ? 1 : -1);         // drawn always: each operation takes equally much chance
        var part = (double)magnitude / RandAugment.Top;
        switch (operation)
        {
            case Operation.AutoContrast: return LevelOperations.AutoContrast(raster);
            case Operation.Equalize: return LevelOperations.Equalize(raster);
            case Operation.Brightness: return LevelOperations.Brightness(raster, 0.1 + 1.8 * part);
            case Operation.Sharpness: return LevelOperations.Sharpness(raster, 0.1 + 1.8 * part);
            case Operation.Rotate: map = map.Then(AffineMap.Rotation(sign * 30 * part)); break;
            case Operation.Shear:
                map = map.Then(along ? AffineMap.Shear(sign * 0.3 * part, 0) : AffineMap.Shear(0, sign * 0.3 * part));
                break;
            case Operation.Translate:
                var shift = sign * part * 10 / 224;
                map = map.Then(along ? AffineMap.Shift(shift * raster.Width, 0) : AffineMap.Shift(0, shift * raster.Height));
                break;
            default: break;
        }
        return raster;
    }

    /// <summary>A rectangle to be erased.</summary>
    readonly record struct Hole(int Left, int Top, int Width, int Height)
    {
        /// <summary>One of the drawn area and a shape from 3:10 to 10:3, cut where the picture ends.</summary>
        public static Hole Draw(Raster raster, AugmentationOptions options, Random rng)
        {
            var area = Between(rng, options.ErasingAreaMin, options.ErasingAreaMax) * raster.Width * raster.Height;
            var aspect = Math.Exp(Uniform(rng, Math.Log(10.0 / 3)));
            var width = Math.Clamp((int)Math.Round(Math.Sqrt(area * aspect)), 1, raster.Width);
            var height = Math.Clamp((int)Math.Round(Math.Sqrt(area / aspect)), 1, raster.Height);
            return new(rng.Next(raster.Width - width + 1), rng.Next(raster.Height - height + 1), width, height);
        }

        public void Fill(Raster raster, ReadOnlySpan<byte> color)
        {
            for (var y = Top; y < Top + Height; y++)
                AffineWarp.Fill(raster.Levels.AsSpan((y * raster.Width + Left) * raster.Channels, Width * raster.Channels), color);
        }
    }

    static double Uniform(Random rng, double amount) => (2 * rng.NextDouble() - 1) * amount;

    static double Between(Random rng, double min, double max) => min + (max - min) * rng.NextDouble();
}
