using RadZ.Model.Runtime;
using RadZ.Training.Losses;
using RadZ.Training.Recipes;
using RadZ.Training.Teachers;

namespace RadZ.Training.Phases;

// B batch, V patches, C diseases

/// <summary>The terms that the vision tower learns from the teacher and the labels, for the phases that use them.</summary>
sealed class DistillationTerm
{
    readonly PhaseContext _context;
    readonly DistillationRecipe _weights;
    readonly int _grid;

    public DistillationTerm(PhaseContext context, DistillationRecipe weights)
    {
        (_context, _weights) = (context, weights);
        var vision = context.Encoder.Folder.Config.Vision;
        _grid = vision.ImageSize / vision.PatchSize;
        Readout = context.ReadoutFor(context.Teacher?.Net.Width ?? 1);
    }

    public VisionReadout Readout { get; }

    /// <summary>The teacher's logits of the last batch, [B, C]; they live as long as the caller's scope.</summary>
    public Tensor? TeacherLogits_BC { get; private set; }

    /// <summary>The weighted sum of all terms that have a weight, or null.</summary>
    /// <param name="seen">The pictures, or what is known of them already.</param>
    /// <param name="labels_BC">Their labels.</param>
    public LossTerms? Of(SeenPictures seen, Tensor labels_BC)
    {
        if (_weights is { Features: 0, Scores: 0, Labels: 0, CategoryScores: 0 }) return null;
        var terms = new List<(string, Tensor)>();
        Tensor? total = null;
        void Add(string name, double weight, Tensor value)
        {
            terms.Add((name, value));
            total = total is null ? value.Times(weight) : total.Plus(value.Times(weight));
        }
        var (said_BVW, logits_BC) = Readout.Read(seen.Patches_BVD);
        if (_context.Teacher is { } teacher && _weights.Features + _weights.Scores + _weights.CategoryScores > 0)
        {
            var looked = seen.TeacherLogits_BC is null ? teacher.Look(seen.Pixels_B3SS!, _grid) : default;
            TeacherLogits_BC = seen.TeacherLogits_BC ?? looked.Logits_BC;
            if (_weights.Features > 0) Add("teacher features", _weights.Features, DistillationLoss.Features(said_BVW, looked.Features_BVW));
            if (_weights.Scores > 0) Add("teacher scores", _weights.Scores, DistillationLoss.Scores(logits_BC, TeacherLogits_BC));
        }
        if (_weights.Labels > 0) Add("labels", _weights.Labels, LabelLoss.Of(logits_BC, labels_BC));
        return total is null ? new(zeros(1, device: labels_BC.device).sum(), terms) : new(total, terms);
    }
}
