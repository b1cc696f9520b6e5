namespace RadZ.Phantoms;

/// <summary>One phantom on its way from plan to pixels.</summary>
sealed class Rendering
{
    /// <summary>Grey behind the blades of the collimator.</summary>
    const float Shadowed = 0.01f;

    readonly PhantomPlan plan;
    readonly int size;
    readonly int count;
    readonly ChestShape healthy;
    readonly Collimation collimation;
    readonly Frame frame;
    readonly Beam beam;
    readonly Detector detector;
    readonly FindingForm[] forms;
    readonly Workspace space;
    readonly float[] body;
    readonly float[] vessels;
    readonly float[] texture;
    readonly float[] healthyAir;
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
        space = Workspace.Of(size);
        (body, vessels, texture, healthyAir) = (space.Body, space.Vessels, space.Texture, space.HealthyAir);
        (tables, layers) = (space.Tables, space.Layers);
    }

    public Phantom Draw()
    {
        DrawAnatomy();
        Workspace.Exposure normal = space.Normal, all = normal, without = normal;
        Attenuate(healthy, normal.Attenuation);
        detector.Expose(normal.Attenuation, space.Primary, normal.Seen);
        DisplayCurve curve = CurveOf(normal.Seen);
        curve.Show(normal.Seen, space.Primary, normal.Grey, size);

        ChestShape shape = healthy;
        byte[][] cores = new byte[forms.Length][];
        if (forms.Length > 0)
        {
            all = space.All;
            shape = With(-1, cores, all.Attenuation);
            Expose(all, curve);
        }
        DrawnFinding[] drawn = new DrawnFinding[forms.Length];
        Truth truth = new(frame, collimation, plan.Site, curve, detector);
        for (int k = 0; k < forms.Length; k++)
        {
            if (forms.Length > 1)
            {
                without = space.Without;
                With(k, null, without.Attenuation);
                Expose(without, curve);
            }
            drawn[k] = truth.Of(forms[k], cores[k], all, without, space.Changed);
        }
        return new Phantom(plan, size, Pixels(all, curve), drawn, shape.CardiothoracicRatio, frame.Pitch * 10);
    }

    void Expose(Workspace.Exposure exposure, DisplayCurve curve)
    {
        detector.Expose(exposure.Attenuation, space.Primary, exposure.Seen);
        curve.Show(exposure.Seen, space.Primary, exposure.Grey, size);
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

    ushort[] Pixels(Workspace.Exposure exposure, DisplayCurve curve)
    {
        ushort[] pixels = new ushort[count];
        ulong noiseKey = Chance.Of(plan.Seed, "noise").Next();
        for (int row = 0; row < size; row++)
        {
            (int from, int to) = collimation.Open(row);
            for (int column = 0; column < size; column++)
            {
                int at = row * size + column;
                float value = Shadowed;
                if (column >= from && column < to)
                    value = exposure.Grey[at] + Truth.NoiseAt(plan.Site, size, exposure.Seen[at], curve) * Bell(noiseKey, at);
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
