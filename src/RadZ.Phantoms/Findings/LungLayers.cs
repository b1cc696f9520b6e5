namespace RadZ.Phantoms.Findings;

/// <summary>What diseases do to the lung along each ray; findings paint into these, then the picture is made of them.</summary>
sealed class LungLayers
{
    readonly int _count;

    public LungLayers(int size)
    {
        _count = size * size;
        (Fill, Density, Vessels, Solid, Extra) =
            (new float[_count], new float[_count], new float[_count], new float[_count], new float[_count]);
    }

    /// <summary>Part of the air replaced by fluid, 0 to 1; hides vessels and borders.</summary>
    public float[] Fill { get; }

    /// <summary>Density of the aerated lung as a multiple of the healthy one's.</summary>
    public float[] Density { get; }

    /// <summary>Thickness of the vessels as a multiple of the healthy ones'.</summary>
    public float[] Vessels { get; }

    /// <summary>Centimetres of solid tissue in place of air; at most the air there is.</summary>
    public float[] Solid { get; }

    /// <summary>Centimetres of water added (lines, walls) or, negative, taken away (air in a hernia), wherever it is.</summary>
    public float[] Extra { get; }

    /// <summary>Back to health.</summary>
    public void Clear()
    {
        Array.Clear(Fill);
        Array.Fill(Density, 1f);
        Array.Fill(Vessels, 1f);
        Array.Clear(Solid);
        Array.Clear(Extra);
    }
}
