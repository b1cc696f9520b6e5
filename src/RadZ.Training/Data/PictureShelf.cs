using System.Text.Json;
using RadZ.Imaging;

namespace RadZ.Training;

/// <summary>Prepared pictures that runs on the same sources share: they are decoded or drawn once.</summary>
public sealed class PictureShelf
{
    readonly Dictionary<string, PreparedImages> _kept = [];

    /// <summary>The pictures of these sources, prepared so; those of runs before are there already.</summary>
    public PreparedImages Of(DataRecipe data, ClipPreparation preparation)
    {
        var key = JsonSerializer.Serialize((object)new { data.Root, data.Sources, Preparation = preparation }, StrictJson.Options);
        return _kept.TryGetValue(key, out var images) ? images : _kept[key] = new(preparation);
    }
}
