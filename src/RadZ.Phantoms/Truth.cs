using RadZ.Phantoms.Detection;
using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Findings;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms;

/// <summary>What of a finding can be seen: mask, box, size, reach, from the picture with it and the same picture without it.</summary>
sealed class Truth(Frame frame, Collimation collimation, Site site, DisplayCurve curve, Detector detector)
{
    /// <summary>Least visible difference in grey, parts of full scale.</summary>
    const float Visible = 0.010f;

    /// <summary>Standard deviation of the noise in grey at a pixel; <see cref="Site.Noise"/> holds at 512 pixels a side.</summary>
    public static float NoiseAt(Site site, int size, float seen, in DisplayCurve curve)
    {
        // quantum noise: the fewer photons, the larger; 2.2 is the mean exposure's attenuation
        float quantum = PortableMath.Exp(0.4f * (Math.Min(seen, 4f) - 2.2f));
        float pitch = MathF.Sqrt(Math.Clamp(size / 512f, 0.3f, 4f));
        return (float)site.Noise * pitch * quantum * curve.Slope(seen);
    }

    /// <param name="form">The finding.</param>
    /// <param name="core">The pixels it painted; turned into its mask.</param>
    /// <param name="all">The picture with it.</param>
    /// <param name="without">The picture without it.</param>
    /// <param name="changed">Room for the pixels whose attenuation differs.</param>
    public DrawnFinding Measure(FindingForm form, byte[] core, Workspace.Exposure all, Workspace.Exposure without, byte[] changed)
    {
        int size = frame.Size;
        byte[] mask = core;
        for (int row = 0; row < size; row++)
        {
            (int from, int to) = collimation.Open(row);
            for (int column = 0; column < size; column++)
            {
                int at = row * size + column;
                changed[at] = all.Attenuation[at] == without.Attenuation[at] ? (byte)0 : (byte)1;
                if (core[at] != 0)
                    mask[at] = column >= from && column < to && Seen(all, without, at) ? (byte)1 : (byte)0;
            }
        }
        Box box = BoxOf(mask, size);
        double diameter = form.Diameter > 0 ? form.Diameter : Longest(mask, box) * frame.Pitch;
        return new DrawnFinding(form.Plan, mask, box, diameter) { Reach = detector.Spread(changed) };
    }

    bool Seen(Workspace.Exposure all, Workspace.Exposure without, int at)
        => Math.Abs(all.Gray[at] - without.Gray[at]) > Math.Max(Visible, 1.2f * NoiseAt(site, frame.Size, all.Seen[at], curve));

    static Box BoxOf(byte[] mask, int size)
    {
        int left = size, top = size, right = 0, bottom = 0;
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                if (mask[row * size + column] == 0)
                    continue;
                (left, right) = (Math.Min(left, column), Math.Max(right, column + 1));
                (top, bottom) = (Math.Min(top, row), Math.Max(bottom, row + 1));
            }
        }
        return right == 0 ? default : new Box(left, top, right, bottom);
    }

    /// <summary>Longest extent of the mask in pixels over 12 directions.</summary>
    double Longest(byte[] mask, Box box)
    {
        const int Directions = 12;
        Span<double> least = stackalloc double[Directions], most = stackalloc double[Directions], cosine = stackalloc double[Directions],
        sine = stackalloc double[Directions];
        for (int d = 0; d < Directions; d++)
        {
            (least[d], most[d]) = (double.MaxValue, double.MinValue);
            (cosine[d], sine[d]) = (PortableMath.Cos(d * Math.PI / Directions), PortableMath.Sin(d * Math.PI / Directions));
        }
        for (int row = box.Top; row < box.Bottom; row++)
        {
            for (int column = box.Left; column < box.Right; column++)
            {
                if (mask[row * frame.Size + column] == 0)
                    continue;
                for (int d = 0; d < Directions; d++)
                {
                    double at = column * cosine[d] + row * sine[d];
                    (least[d], most[d]) = (Math.Min(least[d], at), Math.Max(most[d], at));
                }
            }
        }
        double longest = 0;
        for (int d = 0; d < Directions; d++)
            longest = Math.Max(longest, most[d] - least[d] + 1);
        return longest;
    }
}
