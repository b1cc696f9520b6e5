using RadZ.Phantoms.Anatomy;
using RadZ.Phantoms.Findings;

namespace RadZ.Phantoms;

/// <summary>The maps one thread draws with, kept from phantom to phantom of one size: no garbage but the results.</summary>
sealed class Workspace
{
    [ThreadStatic] static Workspace? s_last;

    Workspace(int size)
    {
        Size = size;
        int count = size * size;
        (Body, Vessels, Texture, HealthyAir, Primary) =
            (new float[count], new float[count], new float[count], new float[count], new float[count]);
        (Normal, All, Without) = (new Exposure(count), new Exposure(count), new Exposure(count));
        Layers = new LungLayers(size);
        Tables = new LungTables(size);
        Changed = new byte[count];
    }

    /// <summary>Attenuation along each ray, what the detector sees of it, and the grey that is shown, noise apart.</summary>
    internal sealed record Exposure(float[] Attenuation, float[] Seen, float[] Gray)
    {
        public Exposure(int count)
            : this(new float[count], new float[count], new float[count])
        {
        }
    }

    public int Size { get; }

    /// <summary>Attenuation of body, bones, devices and marker, the lungs filled with water.</summary>
    public float[] Body { get; }

    /// <summary>Centimetres of blood in the lungs' vessels.</summary>
    public float[] Vessels { get; }

    /// <summary>Fine variation of the lungs' density round 1.</summary>
    public float[] Texture { get; }

    /// <summary>Centimetres of lung along each ray without findings.</summary>
    public float[] HealthyAir { get; }

    /// <summary>The primary beam behind the patient; afterwards grey before sharpening.</summary>
    public float[] Primary { get; }

    /// <summary>Without findings.</summary>
    public Exposure Normal { get; }

    /// <summary>With all findings.</summary>
    public Exposure All { get; }

    /// <summary>With all findings but one.</summary>
    public Exposure Without { get; }

    public LungLayers Layers { get; }

    public LungTables Tables { get; }

    /// <summary>Pixels whose attenuation a finding changes.</summary>
    public byte[] Changed { get; }

    /// <summary>This thread's maps for a size, the drawn ones cleared.</summary>
    public static Workspace Rent(int size)
    {
        Workspace space = s_last is { } kept && kept.Size == size ? kept : s_last = new Workspace(size);
        Array.Clear(space.Vessels);
        return space;
    }
}
