using RadZ.Knowledge;
using RadZ.Model;

namespace RadZ.Training;

/// <summary>What the phases of one run share and hand on: the model, the teacher, the read-out that learns from it.</summary>
public sealed class PhaseContext(TrainingRecipe recipe, TrainingData data, KnowledgeBase knowledge, RadiologyEncoder encoder) : IDisposable
{
    /// <summary>The recipe.</summary>
    public TrainingRecipe Recipe => recipe;

    /// <summary>The data.</summary>
    public TrainingData Data => data;

    /// <summary>Names, descriptions, entailments.</summary>
    public KnowledgeBase Knowledge => knowledge;

    /// <summary>The model.</summary>
    public RadiologyEncoder Encoder => encoder;

    /// <summary>The trained teacher, once there is one.</summary>
    public Teacher? Teacher { get; set; }

    /// <summary>The read-out of the vision tower's patches, from the first phase that uses it on.</summary>
    public VisionReadout? Readout { get; private set; }

    /// <summary>The read-out, made if need be.</summary>
    public VisionReadout ReadoutFor(int teacherWidth) =>
        Readout ??= new VisionReadout(encoder.Folder.Config.Vision.HiddenSize, data.Diseases.Count, teacherWidth, recipe.Seed, encoder.Device);

    /// <summary>What reads findings from patches, from the first phase that teaches it on.</summary>
    public GroundingReadout? Grounding { get; private set; }

    /// <summary>The read-out of places, made if need be.</summary>
    public GroundingReadout GroundingFor() => Grounding ??= new(encoder.Device);

    /// <summary>All weights that outlive a phase and are none of the model's.</summary>
    public IReadOnlyList<(string Name, TorchSharp.Modules.Parameter Value)> Beside => [.. Readout?.Weights ?? [], .. Grounding?.Weights ?? []];

    /// <inheritdoc/>
    public void Dispose()
    {
        Grounding?.Dispose();
        Teacher?.Dispose();
        Readout?.Dispose();
    }
}
