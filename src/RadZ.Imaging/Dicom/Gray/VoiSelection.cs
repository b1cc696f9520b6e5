using RadZ.Files;
using RadZ.Imaging.Dicom.DataSets;

namespace RadZ.Imaging.Dicom.Gray;

/// <summary>
/// Chooses a frame's brightness: what was asked for, else the file's VOI LUT, else its first window, else from its lowest value to its
/// highest.
/// </summary>
sealed class VoiSelection(DicomDataset dataset, int frame, ModalityMap modality, ICollection<string> warnings)
{
    readonly DicomDataset _voi = FrameGroups.Voi(dataset, frame);

    string Path => dataset.Path;

    /// <param name="choice">Null: the file's own.</param>
    /// <param name="values">The frame's values without padding; asked for only where they decide.</param>
    public VoiMap Choose(WindowChoice? choice, Func<ValueCounts> values) => choice switch
    {
        null => StoredMap(values),
        { Center: { } center, Width: { } width } => new LinearWindow(center, width),
        { Number: { } number } => Window(number - 1) ?? throw NoSuchWindow($"window {number}"),
        _ => Named(choice.Name!, values),
    };

    VoiMap StoredMap(Func<ValueCounts> values)
    {
        if (_voi.Items(DicomTag.VOILUTSequence) is [var item, ..])
            return new VoiLookup(GrayLookup.Read(item, modality.GivesSigned, "VOI LUT Sequence", warnings));
        return Window(0) ?? Range(values());
    }

    VoiMap Named(string name, Func<ValueCounts> values)
    {
        var explanations = _voi.Texts(DicomTag.WindowCenterWidthExplanation);
        for (var i = 0; i < explanations.Count; i++)
            if (string.Equals(explanations[i], name, StringComparison.OrdinalIgnoreCase) && Window(i) is { } own) return own;
        if (name.Equals(WindowChoice.MinMax, StringComparison.OrdinalIgnoreCase)) return Range(values());
        if (name.Equals(WindowChoice.Percentiles, StringComparison.OrdinalIgnoreCase))
        {
            var counts = values();
            return new RangeMap(WindowChoice.Percentiles, counts.Percentile(1), counts.Percentile(99));
        }
        if (!WindowChoice.Presets.TryGetValue(name, out var preset)) throw NoSuchWindow($"a window '{name}'");
        var kind = dataset.Text(DicomTag.Modality);
        return kind == "CT" ? new LinearWindow(preset.Centre, preset.Width)
            : throw new InvalidInputException(Path, "no-such-window",
                $"window '{name}' is in Hounsfield units and for CT, this is {Known(kind)}; leave it out, or give " +
                $"{WindowChoice.Percentiles} or C,W.");
    }

    /// <summary>A window of the file; null when it is absent, empty or of no use, the last with a warning.</summary>
    VoiMap? Window(int index)
    {
        var (centers, widths) = (_voi.Numbers(DicomTag.WindowCenter), _voi.Numbers(DicomTag.WindowWidth));
        if (index >= centers.Count || index >= widths.Count || Empty(DicomTag.WindowCenter, index) || Empty(DicomTag.WindowWidth, index))
            return null;
        var (center, width) = (centers[index], widths[index]);
        var function = (_voi.Text(DicomTag.VOILUTFunction) ?? "LINEAR").ToUpperInvariant();
        if (function is not ("LINEAR" or "LINEAR_EXACT" or "SIGMOID"))
        {
            warnings.Add("VOI LUT Function is none of LINEAR, LINEAR_EXACT and SIGMOID, taken as LINEAR");
            function = "LINEAR";
        }
        if (!double.IsFinite(center) || !double.IsFinite(width)) return Ignored("Window Center or Window Width is not a finite number");
        if (function == "LINEAR" && width < 1) return Ignored($"Window Width is {width}, must be at least 1");
        if (width <= 0) return Ignored($"Window Width is {width}, must be above 0");
        return function switch
        {
            "SIGMOID" => new SigmoidWindow(center, width),
            "LINEAR_EXACT" => new LinearExactWindow(center, width),
            _ => new LinearWindow(center, width),
        };
    }

    bool Empty(DicomTag tag, int index) => _voi.Texts(tag) is var texts && (index >= texts.Count || texts[index].Length == 0);

    VoiMap? Ignored(string why)
    {
        warnings.Add($"{why}: the window is ignored");
        return null;
    }

    static RangeMap Range(ValueCounts values) => new(WindowChoice.MinMax, values.Lowest, values.Highest);

    InvalidInputException NoSuchWindow(string asked)
    {
        var count = Math.Min(_voi.Numbers(DicomTag.WindowCenter).Count, _voi.Numbers(DicomTag.WindowWidth).Count);
        return new(Path, "no-such-window",
            $"{asked} was asked for, the file has {count} of its own; expected 1 to {count}, one of their explanations, " +
            $"{string.Join(", ", WindowChoice.Presets.Keys)}, {WindowChoice.Percentiles}, {WindowChoice.MinMax}, or C,W.");
    }

    /// <summary>Modalities are words of the standard; anything else is not shown.</summary>
    static string Known(string? modality) =>
        modality is "CR" or "DX" or "MR" or "US" or "OT" or "NM" or "PT" or "MG" or "XA" or "RF" or "SC" or "SEG" ? modality
            : "of another modality";
}
