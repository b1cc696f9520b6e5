namespace RadZ.Phantoms;

/// <summary>One phantom on its way from plan to pixels.</summary>
sealed class Rendering
{
    readonly PhantomPlan plan;
    readonly int size;
    readonly int count;
    readonly ChestShape healthy;
    readonly Collimation collimation;
    readonly Frame frame;
    readonly Beam beam;
    readonly Detector detector;
    readonly FindingForm[] forms;
    readonly float[] body;
    readonly float[] vessels;
    readonly float[] texture;
    readonly float[] healthyAir;
    readonly float[] primary;
    readonly LungTables tables;
    readonly LungLayers layers;

    public Rendering(PhantomPlan plan, int size)
    {
        (this.plan, this.size, count) = (plan, size, size * size);
        beam = new Beam(plan.Body);
        healthy = ChestShape.Of(plan, beam);
        healthy.Settle();
        collimation = Collimation.Of(plan, healthy, size);
        frame = collimation.Frame;
        detector = new Detector(frame, plan.Site);
        forms = [.. plan.Findings.Select(f => FindingForms.Of(f, plan.Seed))];
        (body, vessels, texture, healthyAir, primary) = (new float[count], new float[count], new float[count], new float[count], new float[count]);
        tables = new LungTables(size);
        layers = new LungLayers(size);
    }

    public Phantom Draw()
    {
        DrawAnatomy();
        float[] normal = new float[count], seenNormal = new float[count];
        Attenuate(healthy, normal);
        detector.Expose(normal, primary, seenNormal);
        DisplayCurve curve = CurveOf(seenNormal);

        float[] all = normal, seenAll = seenNormal;
        ChestShape shape = healthy;
        byte[][] cores = new byte[forms.Length][];
        if (forms.Length > 0)
        {
            (all, seenAll) = (new float[count], new float[count]);
            shape = With(-1, cores, all);
            detector.Expose(all, primary, seenAll);
        }
        DrawnFinding[] drawn = new DrawnFinding[forms.Length];
        for (int k = 0; k < forms.Length; k++)
        {
            float[] without = normal, seenWithout = seenNormal;
            if (forms.Length > 1)
            {
                (without, seenWithout) = (new float[count], new float[count]);
                With(k, null, without);
                detector.Expose(without, primary, seenWithout);
            }
            drawn[k] = new Truth(frame, collimation, plan.Site, curve).Of(forms[k], cores[k], all, without, seenAll, seenWithout, detector);
        }
        return new Phantom(plan, size, Grey(seenAll, curve), drawn, shape.CardiothoracicRatio, frame.Pitch * 10);
    }

    void DrawAnatomy()
    {
        new SoftTissue(plan, healthy).Draw(body, frame);
        new Skeleton(plan, healthy, beam).Draw(body, frame);
        DevicesOverlay.Draw(body, frame, plan, healthy);
        SideMarker.Draw(body, plan, collimation);
        VesselTree.Draw(vessels, frame, plan, healthy);
        tables.Sample(healthy, frame);
        uint key = Chance.Of(plan.Seed, "texture").Key();
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                int at = row * size + column;
                float air = healthyAir[at] = tables.AirAt(row, column);
                texture[at] = air <= 0 ? 1 : 1 + 0.16f * NoiseField.Cloud(key, (float)frame.X(column) * 2.2f, (float)frame.Y(row) * 2.2f);
            }
        }
    }

    /// <summary>Attenuation with all findings but one (-1: with all); the cores get each finding's pixels.</summary>
    ChestShape With(int left, byte[][]? cores, float[] attenuation)
    {
        ChestShape shape = healthy.Copy();
        for (int k = 0; k < forms.Length; k++)
        {
            if (k != left)
                forms[k].Reshape(shape);
        }
        shape.Settle();
        layers.Clear();
        for (int k = 0; k < forms.Length; k++)
        {
            byte[]? core = cores is null ? null : cores[k] = new byte[count];
            if (k != left)
                forms[k].Paint(new FindingCanvas(frame, healthy, shape, layers, healthyAir, core));
        }
        Attenuate(shape, attenuation);
        return shape;
    }

    void Attenuate(ChestShape shape, float[] attenuation)
    {
        const float mu = (float)ChestShape.Mu, lung = (float)ChestShape.LungDensity;
        bool sick = !ReferenceEquals(shape, healthy);
        if (sick)
            tables.Sample(shape, frame);
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                int at = row * size + column;
                float air = sick ? tables.AirAt(row, column) : healthyAir[at], sum = body[at];
                if (air > 0)
                {
                    float density = lung * texture[at], vessel = vessels[at], fill = 0, solid = 0;
                    if (sick)
                    {
                        density *= layers.Density[at];
                        vessel *= layers.Vessels[at];
                        fill = layers.Fill[at];
                        solid = Math.Min(layers.Solid[at], air);
                    }
                    vessel = Math.Min(vessel, 0.8f * air);
                    float open = 1 - fill, rest = air - solid;
                    sum -= mu * (rest * open * (1 - density) - 0.72f * vessel * open * (rest / air));
                }
                if (sick)
                    sum += mu * layers.Extra[at];
                attenuation[at] = Math.Max(sum, 0);
            }
        }
    }

    DisplayCurve CurveOf(float[] seen)
    {
        double lung = 0, middle = 0;
        int lungs = 0, middles = 0;
        for (int row = 0; row < size; row += 2)
        {
            double y = frame.Y(row);
            (int from, int to) = collimation.Open(row);
            for (int column = from; column < to; column += 2)
            {
                int at = row * size + column;
                double x = frame.X(column);
                if (healthyAir[at] > 0.9 * healthy.HalfDepth)
                {
                    lung += seen[at];
                    lungs++;
                }
                else if (Math.Abs(x) < 2 && y > 0.2 * healthy.LungHeight && y < healthy.LungHeight)
                {
                    middle += seen[at];
                    middles++;
                }
            }
        }
        return new DisplayCurve((float)(lung / Math.Max(1, lungs)), (float)(middle / Math.Max(1, middles)), plan.Site, Chance.Of(plan.Seed, "display"));
    }

    ushort[] Grey(float[] seen, DisplayCurve curve)
    {
        ushort[] pixels = new ushort[count];
        ulong noiseKey = Chance.Of(plan.Seed, "noise").Next();
        for (int row = 0; row < size; row++)
        {
            (int from, int to) = collimation.Open(row);
            for (int column = 0; column < size; column++)
            {
                int at = row * size + column;
                float value;
                if (column >= from && column < to)
                    value = curve.Of(seen[at]) + Truth.NoiseAt(plan.Site, size, seen[at], curve) * Bell(noiseKey, at);
                else
                    value = 0.01f;
                pixels[at] = (ushort)Math.Clamp((int)(value * 65535f + 0.5f), 0, 65535);
            }
        }
        return pixels;
    }

    /// <summary>A bell-shaped number that depends on the key and the pixel alone.</summary>
    static float Bell(ulong key, int at)
    {
        ulong h = Chance.Mixed(key + (ulong)at * 0x9E3779B97F4A7C15);
        int sum = (int)(h & 0xFFFF) + (int)((h >> 16) & 0xFFFF) + (int)((h >> 32) & 0xFFFF) + (int)(h >> 48);
        return (sum - 131070) * (1.7320508f / 65536f);
    }
}
