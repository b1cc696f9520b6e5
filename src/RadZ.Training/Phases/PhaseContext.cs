using RadZ.Model.Features;
using RadZ.Model.Weights;
using RadZ.Text.Knowledge;
using RadZ.Training.Data;
using RadZ.Training.Recipes;
using RadZ.Training.Teachers;

namespace RadZ.Training.Phases;

/// <summary>What the phases of one run share and hand on: the model, the teacher, the read-out that learns from it.</summary>
/// <param name="recipe">The recipe.</param>
/// <param name="data">The data.</param>
/// <param name="knowledge">Names, descriptions, entailments.</param>
/// <param name="encoder">The model.</param>
/// <param name="images">The pictures.</param>
/// <param name="shared">What runs of one process share; null for a run of its own.</param>
sealed class PhaseContext(TrainingRecipe recipe, TrainingData data, KnowledgeBase knowledge, RadiologyEncoder encoder,
    PreparedImages? images = null, SharedPictures? shared = null) : IDisposable
{
    /// <summary>The recipe.</summary>
    public TrainingRecipe Recipe => recipe;

    /// <summary>The data.</summary>
    public TrainingData Data => data;

    /// <summary>Names, descriptions, entailments.</summary>
    public KnowledgeBase Knowledge => knowledge;

    /// <summary>The model.</summary>
    public RadiologyEncoder Encoder => encoder;

    /// <summary>The weights of the vision tower that what it sees depends on.</summary>
    public IEnumerable<(string Name, Parameter Value)> VisionWeights =>
        encoder.Training.Weights.Where(w => WeightNames.IsVision(w.Name) && encoder.Training.IsOnFeaturePath(w.Name));

    /// <summary>Patches a side.</summary>
    internal int PatchGrid => encoder.Folder.Config.Vision.ImageSize / encoder.Folder.Config.Vision.PatchSize;

    /// <summary>The trained teacher, once there is one.</summary>
    public TeacherNet? Teacher { get; set; }

    /// <summary>The read-out of the vision tower's patches, from the first phase that uses it on.</summary>
    public VisionReadout? Readout { get; private set; }

    /// <summary>The read-out, made if need be.</summary>
    public VisionReadout ReadoutFor(int teacherWidth) =>
        Readout ??= new VisionReadout(encoder.Folder.Config.Vision.HiddenSize, data.Diseases.Count, teacherWidth, recipe.Seed,
            encoder.Device);

    /// <summary>What the vision tower, as it is now and stays, sees of the run's pictures.</summary>
    internal VisionCache GetVisionCache() =>
        (shared ?? (_own ??= new())).Vision(this, images ?? throw new InvalidOperationException("This context has no pictures."));

    SharedPictures? _own;

    /// <summary>The diseases that a finished model is scored on: every trained one and every one that a validation task names.</summary>
    internal IReadOnlyList<string> Scored =>
        [.. data.Diseases.Union(recipe.Validation.SelectMany(v => v.Diseases).Select(d => knowledge.Resolve(d).Name))];

    /// <summary>What reads findings from patches, from the first phase that teaches it on.</summary>
    public GroundingReadout? Grounding { get; private set; }

    /// <summary>The read-out of places, made if need be.</summary>
    public GroundingReadout GroundingFor() => Grounding ??= new(encoder.Device);

    /// <summary>The read-out of places belongs to a model that has changed since, or was taught nothing: it goes.</summary>
    public void DropGrounding()
    {
        Grounding?.Dispose();
        Grounding = null;
    }

    /// <summary>All weights that outlive a phase and are none of the model's.</summary>
    public IReadOnlyList<(string Name, Parameter Value)> Beside => [.. Readout?.Weights ?? [], .. Grounding?.Weights ?? []];

    /// <inheritdoc/>
    public void Dispose()
    {
        _own?.Dispose();
        Grounding?.Dispose();
        Teacher?.Dispose();
        Readout?.Dispose();
    }
}
