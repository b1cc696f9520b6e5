using System.Text;
using System.Text.RegularExpressions;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Imaging.Dicom.Gray;
using RadZ.Imaging.Gate;
using RadZ.Model.Checkpoints;
using RadZ.Recognition.Evidence;
using RadZ.Recognition.Results;

namespace RadZ.Recognition;

/// <summary>
/// How a <see cref="Recognizer"/> is loaded and reads; every property may stay as it is. Nothing is taken from the environment, and nothing
/// is written unless <see cref="CacheFolder"/> says where.
/// </summary>
public sealed partial record RecognizerOptions
{
    /// <summary>The folder of the model, any LLaVA checkpoint; null: the model that comes with the library.</summary>
    public string? Model { get; set; }

    /// <summary>The folder of an adapter over the model; null: none.</summary>
    public string? Adapter { get; set; }

    /// <summary>
    /// A CLIP folder for the vision tower, or <c>own</c> for the checkpoint's; null: its own, else the one beside it that its config names.
    /// </summary>
    public string? VisionTower { get; set; }

    /// <summary>Where the model runs: <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; set; } = "cpu";

    /// <summary>Threads that one pass takes, at least 1, for all of the process; null: as torch chooses. Last bits may depend on
    /// it.</summary>
    public int? Threads { get; set; }

    /// <summary>What ranks findings.</summary>
    public ScoreKind Score { get; set; }

    /// <summary>What is done with a film that is probably no upright frontal chest radiograph.</summary>
    public GatePolicy Gate { get; set; }

    /// <summary>
    /// A calibration of the model, a file; null: <c>calibration.json</c> in the folder of the adapter or model, where there is one that
    /// fits.
    /// </summary>
    public string? Calibration { get; set; }

    /// <summary>A knowledge file that adds or overrides diseases; null: none.</summary>
    public string? Knowledge { get; set; }

    /// <summary>A folder in which features of texts are kept from one process to the next; null: in memory only.</summary>
    public string? CacheFolder { get; set; }

    /// <summary>
    /// The secret that pseudonyms of patients and UIDs are made with, at least 16 bytes; null: one at random, so that pseudonyms hold as
    /// long as the recognizer lives.
    /// </summary>
    public string? PseudonymKey { get; set; }

    /// <summary>True for results that go back to your own archive: true names, patients and UIDs in readings and reports.</summary>
    public bool Identified { get; set; }

    /// <summary>
    /// Window of DICOM films: a name, a number from 1, or center and width as <c>40,400</c>; null: each film's own.
    /// </summary>
    public string? Window { get; set; }

    /// <summary>How heat maps are made; null: as the model was taught.</summary>
    public HeatMapMethod? HeatMaps { get; set; }

    /// <summary>Bytes of a film at most, 1 to 1 GiB: what is refused before memory is taken.</summary>
    public long MaxFilmBytes { get; set; } = ImageLimits.Radiograph.MaxFileBytes;

    /// <summary>All that is wrong, each property by its name; empty where nothing is.</summary>
    internal IReadOnlyList<string> Violations()
    {
        List<string> all = [];
        void Require(bool right, string text)
        {
            if (!right) all.Add(text);
        }
        void Folder(string? path, string name) =>
            Require(path is null || Directory.Exists(path), $"{name} is '{path}', and there is no such folder.");
        void File(string? path, string name) =>
            Require(path is null || System.IO.File.Exists(path), $"{name} is '{path}', and there is no such file.");
        Folder(Model, nameof(Model));
        Folder(Adapter, nameof(Adapter));
        Folder(VisionTower == VisionTowerChoice.Own ? null : VisionTower, nameof(VisionTower));
        Require(Device is not null && DeviceForm().IsMatch(Device), $"Device is '{Device}', expected cpu, cuda or cuda:N.");
        Require(Threads is null or >= 1, $"Threads is {Threads}, expected at least 1.");
        Require(Enum.IsDefined(Score), $"Score is {Score}, expected one of {string.Join(", ", Enum.GetNames<ScoreKind>())}.");
        Require(Enum.IsDefined(Gate), $"Gate is {Gate}, expected one of {string.Join(", ", Enum.GetNames<GatePolicy>())}.");
        Require(HeatMaps is not { } maps || Enum.IsDefined(maps),
            $"HeatMaps is {HeatMaps}, expected one of {string.Join(", ", Enum.GetNames<HeatMapMethod>())}.");
        File(Calibration, nameof(Calibration));
        File(Knowledge, nameof(Knowledge));
        Require(PseudonymKey is null || Encoding.UTF8.GetByteCount(PseudonymKey.Trim()) >= 16,
            "PseudonymKey is too short, expected at least 16 bytes.");
        Require(Window is null || WindowChoice.Parse(Window) is not null,
            $"Window is '{Window}', expected center and width (40,400; the width at least 1), a number from 1, or a name.");
        Require(MaxFilmBytes >= 1 && MaxFilmBytes <= ImageLimits.Radiograph.MaxFileBytes,
            $"MaxFilmBytes is {MaxFilmBytes:N0}, expected 1 to {ImageLimits.Radiograph.MaxFileBytes:N0}.");
        return all;
    }

    /// <summary>Throws what <see cref="Violations"/> holds, all together.</summary>
    /// <exception cref="InvalidInputException">Kind <c>bad-options</c>.</exception>
    internal void Require()
    {
        if (Violations() is { Count: > 0 } wrong)
            throw new InvalidInputException(nameof(RecognizerOptions), "bad-options", string.Join(' ', wrong));
    }

    [GeneratedRegex("^(cpu|cuda(:[0-9]{1,2})?)\\z")]
    private static partial Regex DeviceForm();
}
