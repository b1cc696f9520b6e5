using RadZ.Experiments.Running;
using RadZ.Files;
using RadZ.Imaging.Dicom.Gray;
using RadZ.Imaging.Gate;
using RadZ.Recognition.Images;

namespace RadZ.Experiments.FeatureMaps;

/// <summary>Features that were written.</summary>
/// <param name="Written">Images in the file; 0: there is none.</param>
/// <param name="Width">Numbers of a feature.</param>
/// <param name="Failed">Images that could not be read.</param>
sealed record ExtractedFeatures(int Written, int Width, int Failed);

/// <summary>Features of images in a file, for programs that go on from there.</summary>
static class FeatureExtraction
{
    /// <summary>Writes the features of all images that can be read.</summary>
    /// <param name="paths">Images and folders.</param>
    /// <param name="output">The safetensors file.</param>
    /// <param name="view">Window and frame of DICOM files.</param>
    /// <param name="context">The model, and who is told.</param>
    /// <param name="cancel">Stops before anything is written.</param>
    /// <exception cref="InvalidInputException">The model cannot be loaded.</exception>
    public static async Task<ExtractedFeatures> RunAsync(IReadOnlyList<string> paths, string output, DicomView view,
        ExperimentContext context, CancellationToken cancel)
    {
        using var encoder = context.Model.Load();
        if (!encoder.Folder.Settings.Trained) context.Observer.Untrained(encoder.Folder.Settings);
        var files = ImageFiles.Find(paths);
        var intake = new ImageIntake(encoder.Folder.Preparation, GatePolicy.Pass, new(context.Pseudonyms.Value), view: view);
        FeatureFile.Outcome outcome;
        using (var counter = context.Observer.Count("read", files.Count))
            outcome = await FeatureFile.WriteAsync(encoder, files, output, counter.Step, intake: intake,
                cancel: cancel).ConfigureAwait(false);
        foreach (var failed in outcome.Failed) context.Observer.Fault(context.Word(failed.Error));
        return new(outcome.Written, encoder.Width, outcome.Failed.Count);
    }
}
