using RadZ.Data.Sets;
using RadZ.Model.Checkpoints;
using RadZ.Text.Knowledge;

namespace RadZ.Experiments.Running;

/// <summary>The diseases where nobody names any.</summary>
static class StandardDiseases
{
    /// <summary>The model's own list, else the findings of ChestX-ray14 and "no finding".</summary>
    public static IReadOnlyList<string> Of(ModelSettings settings) =>
        settings.Diseases.Count > 0 ? settings.Diseases : [.. ChestXray14.Findings, Disease.NoFinding];
}
