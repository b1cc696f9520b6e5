using RadZ.Model.Adapters;
using RadZ.Model.Config;

namespace RadZ.Model.Checkpoints;

/// <summary>A checkpoint's weights and the sizes they are run with.</summary>
/// <param name="Folder">Its weights.</param>
/// <param name="Config">Its sizes.</param>
/// <param name="ConfigPath">The file they are from.</param>
sealed record OpenedCheckpoint(CheckpointFolder Folder, LlavaConfig Config, string ConfigPath) : IDisposable
{
    /// <summary>
    /// Opens a checkpoint for an adapter. LLaVA's own adapters are made over a bare language model (Vicuna) and bring the projector and the
    /// LLaVA's config.json themselves.
    /// </summary>
    public static OpenedCheckpoint Open(string path, string? visionTower, AdapterFolder? adapter)
    {
        var beside = Path.Combine(path, "config.json");
        var config = adapter?.LlavaConfig is { } theirs && (!File.Exists(beside) || !LlavaConfigFile.IsLlava(beside)) ? theirs : beside;
        var folder = CheckpointFolder.Open(path, visionTower, config);
        try
        {
            if (adapter is not null) folder.AddMissing(adapter.Whole.Select(w => (w.Key, w.Value)));
            return new(folder, folder.ReadConfig(config), config);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public void Dispose() => Folder.Dispose();
}
