using Microsoft.Extensions.Logging;
using RadZ.Data.Studies;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Dicom.Gray;
using RadZ.Imaging.Gate;
using RadZ.Model.Checkpoints;
using RadZ.Model.Features;
using RadZ.Recognition.Archives;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Engine;
using RadZ.Recognition.Evidence;
using RadZ.Recognition.Images;
using RadZ.Recognition.Reporting;
using RadZ.Text.Knowledge;

namespace RadZ.Recognition;

/// <summary>Puts a recognizer together from its options.</summary>
static partial class RecognizerLoader
{
    /// <summary>The library's own model, beside the program.</summary>
    static readonly string s_embedded = Path.Combine("models", "radz-small");

    /// <summary>Loads what the options ask for.</summary>
    public static Recognizer Load(RecognizerOptions options, ILogger<Recognizer> logger)
    {
        options.Require();
        var folder = options.Model ?? Embedded();
        if (options.Threads is { } threads) set_num_threads(threads);
        var knowledge = ModelFolder.KnowledgeOf(folder, options.Adapter);
        if (options.Knowledge is { } own) knowledge = knowledge.WithOverrides(KnowledgeBase.Load(own));
        var encoder = RadiologyEncoder.Load(folder,
            new() { Adapter = options.Adapter, VisionTower = options.VisionTower, Device = DeviceOf(options.Device) });
        try
        {
            return Made(options, encoder, knowledge, logger);
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    static Recognizer Made(RecognizerOptions options, RadiologyEncoder encoder, KnowledgeBase knowledge, ILogger logger)
    {
        var settings = encoder.Folder.Settings;
        if (options.HeatMaps is { } method) Explainer.Require(encoder, method);
        var pseudonyms = options.PseudonymKey is { } key ? Pseudonyms.FromText(nameof(options.PseudonymKey), key) : Pseudonyms.Temporary();
        // refusing is the recognizer's own work: a refused film has a verdict with reasons, and is no error
        var gate = options.Gate == GatePolicy.Refuse ? GatePolicy.Warn : options.Gate;
        var view = new DicomView { Window = options.Window is { } window ? WindowChoice.Parse(window) : null };
        var intake = new ImageIntake(encoder.Folder.Preparation, gate, new(pseudonyms), options.Identified, view,
            ImageLimits.Radiograph with { MaxFileBytes = options.MaxFilmBytes });
        var model = new ModelInfo
        {
            Name = settings.Name,
            Hash = encoder.Hash,
            Version = ArchiveRun.ProgramVersion,
            Diseases = DiseaseList.StandardNames(settings),
            TrainedOn = settings.TrainedOn,
        };
        var engine = new RecognitionEngine(encoder, intake, new(options.CacheFolder, () => NotKept(logger)),
            new(options.Score, knowledge, options.Adapter ?? encoder.Folder.Path, options.Calibration, options.HeatMaps),
            typeof(Recognizer));
        var reporter = new StudyReporter(new(model.Name, model.Hash, options.Score.ToString().ToLowerInvariant(), model.Version), knowledge,
            pseudonyms, options.Identified, TimeProvider.System);
        string[] warnings = settings.Trained ? []
            : [$"{settings.Name} is a plain LLaVA: its modality tokens are new and untrained, so its scores mean little."];
        Loaded(logger, model.Name, model.Hash[..12], model.Diseases.Count, options.Device);
        return new(engine, options, reporter, model, warnings, logger);
    }

    static string Embedded()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, s_embedded);
        return File.Exists(Path.Combine(folder, "config.json")) ? folder : throw new InvalidInputException("‹model›", "missing",
            $"no model folder was given, and the library's own is not in {folder}; reference the package RadZ, which brings it there, or " +
            $"give a folder.");
    }

    static Device DeviceOf(string name)
    {
        if (name == "cpu") return CPU;
        return cuda.is_available() ? device(name) : throw new InvalidInputException("‹device›", "no-device",
            $"'{name}' was asked for, and this torch finds no CUDA device; take cpu, or see docs/gpu.md.");
    }

    [LoggerMessage(3, LogLevel.Information, "Model {Name} ({Hash}) of {Diseases} diseases is loaded on {Device}")]
    private static partial void Loaded(ILogger logger, string name, string hash, int diseases, string device);

    [LoggerMessage(4, LogLevel.Warning, "Features of texts cannot be kept in the cache folder; they are computed anew in each process")]
    private static partial void NotKept(ILogger logger);
}
