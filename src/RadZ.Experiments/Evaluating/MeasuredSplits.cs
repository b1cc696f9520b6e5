using System.Globalization;
using RadZ.Data;
using RadZ.Data.Guards;
using RadZ.Data.Sets;
using RadZ.Data.Splits;
using RadZ.Evaluation.Calibration;
using RadZ.Files;

namespace RadZ.Experiments.Evaluating;

/// <summary>
/// The parts of a set that a run needs: what is measured, what thresholds and calibration are fitted on, what is learnt from. No patient is
/// in two of them.
/// </summary>
/// <param name="TestName">The measured split.</param>
/// <param name="Test">Its samples.</param>
/// <param name="LockedOn">The validation split; null where none is needed.</param>
/// <param name="Validation">Its samples.</param>
/// <param name="TrainName">The split that is learnt from; null where nothing is.</param>
/// <param name="Training">Its samples.</param>
sealed record MeasuredSplits(string TestName, SampleSet Test, string? LockedOn, SampleSet? Validation, string? TrainName,
    SampleSet? Training)
{
    const string Salt = "radz-hold-out/1:";
    static readonly PatientSplit s_rule = new(Salt, new Dictionary<string, double>());

    /// <summary>What was done to make them, for the notices.</summary>
    public IReadOnlyList<Notice> Notices { get; init; } = [];

    /// <summary>Reads them.</summary>
    public static MeasuredSplits Read(EvaluationRequest run, SetRequest request)
    {
        var learns = run.Protocol != Protocol.ZeroShot;
        var test = PublishedSets.Read(run.Card, request);
        var trainName = !learns ? null
            : run.TrainSplit ?? run.Card.Train
                ?? throw new InvalidInputException("‹protocol›", "no-training",
                    $"{run.Card.Name} has no training split; name one by ‹train-split SPLIT› (a split of the set, or a file of image " +
                    $"names).");
        var training = trainName is null ? null : PublishedSets.Read(run.Card, request with { Split = trainName });
        var splits = new MeasuredSplits(run.Split, test, null, null, trainName, training);
        if (run.NeedsValidation)
            splits = run.HoldOut is null && (run.LockOn ?? run.Card.Validation) is { } lockOn
                ? splits with { LockedOn = lockOn, Validation = PublishedSets.Read(run.Card, request with { Split = lockOn }) }
                : run.HoldOut is { } share ? splits.HoldOut(share)
                : learns ? splits.HoldOut(0.2)
                : throw new InvalidInputException(run.Calibrate == CalibrationKind.None ? "‹convention locked›" : "‹calibrate›",
                    "no-validation",
                    $"{run.Card.Name} has no validation split; name one by ‹lock-on SPLIT› (a split of the set, or a " +
                        $"file of image names), hold out a share of the measured patients by ‹hold-out 0.5›, or measure with " +
                        $"‹convention paper›.");
        if (run.DropSharedPatients) splits = splits.WithoutShared();
        try
        {
            LeakGuard.Splits([(splits.TestName, splits.Test.Samples),
                .. splits.Validation is { } v ? [(splits.LockedOn!, v.Samples)] : ((string, IReadOnlyList<Sample>)[])[],
                .. splits.Training is { } t ? [($"{splits.TrainName} (training)", t.Samples)] : ((string, IReadOnlyList<Sample>)[])[]]);
        }
        catch (InvalidInputException leak) when (learns)
        {
            throw new InvalidInputException(leak.Path, leak.Kind,
                $"{leak.Told} Or say ‹drop-shared-patients›: those of the measured and the validation split " +
                $"are then not learnt from, and the table says how many.", leak);
        }
        return splits;
    }

    /// <summary>A share of the patients becomes validation: of the training split where there is one, else of the measured.</summary>
    MeasuredSplits HoldOut(double share)
    {
        var (whole, name) = Training is null ? (Test, TestName) : (Training, TrainName!);
        var held = whole with
        {
            Samples = [.. whole.Samples.Where(s => s_rule.Position(s.Patient) < share)],
            LeftOut = new Dictionary<string, int>(),
            Skipped = []
        };
        var rest = whole with { Samples = [.. whole.Samples.Where(s => s_rule.Position(s.Patient) >= share)] };
        if (held.Samples.Count == 0 || rest.Samples.Count == 0)
            throw new InvalidInputException("‹hold-out›", "too-few",
                $"{share * 100:0.##} % of the patients of '{name}' ({whole.Samples.Count} images) leaves one side empty.");
        var (kept, heldName) = (FormattableString.Invariant($"{name} less {share * 100:0.##} %"),
            FormattableString.Invariant($"{name}: {share * 100:0.##} % held out"));
        Notice told = new("hold-out",
            string.Create(CultureInfo.InvariantCulture,
                $"Validation is {share * 100:0.##} % of the patients of '{name}', held out by hash (SHA-256 of \"{Salt}\" + patient, " +
                $"first 4 bytes / 2^32 below {share:0.####}): the publishers have no such split."));
        return (Training is null ? this with { Test = rest, TestName = kept } : this with { Training = rest, TrainName = kept }) with
        {
            LockedOn = heldName,
            Validation = held,
            Notices = [.. Notices, told],
        };
    }

    MeasuredSplits WithoutShared()
    {
        if (Training is null) return this;
        var measured = Test.Samples.Concat(Validation?.Samples ?? []).Select(s => s.Patient).ToHashSet(StringComparer.Ordinal);
        var kept = Training.Samples.Where(s => !measured.Contains(s.Patient)).ToList();
        if (kept.Count == Training.Samples.Count) return this;
        if (kept.Count == 0)
            throw new InvalidInputException("‹drop-shared-patients›", "no-training",
                $"all patients of '{TrainName}' are measured or validation patients; nothing is left to learn from.");
        var patients = Training.Samples.Select(s => s.Patient).Distinct().Count(measured.Contains);
        return this with
        {
            Training = Training with { Samples = kept },
            TrainName = $"{TrainName} without shared patients",
            Notices = [.. Notices, new("dropped-patients",
                string.Create(CultureInfo.InvariantCulture,
                    $"{patients:N0} patients ({Training.Samples.Count - kept.Count:N0} images) of '{TrainName}' are in the measured or " +
                    $"the validation split too, and were not learnt from."))],
        };
    }
}
