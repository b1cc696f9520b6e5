using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Data.Sets;

/// <summary>What the reader of a set gathers: samples, what could not be used, what was not asked for.</summary>
sealed class SetBuilder
{
    readonly List<Sample> _samples = [];
    readonly List<SkippedRow> _skipped = [];
    readonly Dictionary<string, int> _leftOut = [];
    readonly List<string> _files = [];
    readonly Dictionary<string, int> _lineOf = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    readonly Dictionary<string, LabelMapping?> _mappings = new(StringComparer.Ordinal);

    public SetBuilder(SetCard card, SetRequest request)
    {
        (Card, Request, Root) = (card, request, Path.GetFullPath(request.Root));
        if (!Directory.Exists(Root))
            throw new InvalidInputException(request.Root, "missing", $"there is no such folder; expected {card.Title}: {card.Layout}");
        if (request.SplitFile is null && !card.Splits.Contains(request.Split))
            throw new InvalidInputException("‹split›", "unknown-split",
                $"{card.Name} has no split '{request.Split}'{NameSuggestion.Hint(request.Split, card.Splits)}; there are " +
                $"{string.Join(", ", card.Splits)}, or give a file of image names.");
        Space = new([.. card.Diseases.Concat(card.BeforeCovid ? [ChestXray14.Later] : (string[])[]).Distinct()]);
    }

    public SetCard Card { get; }

    public SetRequest Request { get; }

    public string Root { get; }

    public LabelSpace Space { get; }

    /// <summary>The first of the files (with or without <c>.gz</c>) that is in the root; null where none is.</summary>
    public string? Find(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            foreach (var form in (ReadOnlySpan<string>)[name, name + ".gz"])
                if (Path.Combine(Root, form) is var path && File.Exists(path)) return Use(path);
        return null;
    }

    /// <summary>The same, which must be there.</summary>
    public string Table(params ReadOnlySpan<string> names) => Find(names) ?? throw new InvalidInputException(Request.Root, "missing-file",
        $"there is no {string.Join(" or ", names.ToArray())} (or .gz) in it; expected {Card.Title}: {Card.Layout}");

    /// <summary>A table whose hash the run records.</summary>
    public string Use(string path)
    {
        if (!_files.Contains(path)) _files.Add(path);
        return path;
    }

    /// <summary>One object for equal texts: patients and views stand in many rows.</summary>
    public string Intern(string text) => _texts.TryGetValue(text, out var same) ? same : _texts[text] = text;

    /// <summary>The mapping of a label of the set; null where it has none such.</summary>
    public LabelMapping? Mapping(string label)
    {
        if (!_mappings.TryGetValue(label, out var mapping)) _mappings[label] = mapping = Card.Find(label);
        return mapping;
    }

    /// <summary>The labels with what is certain of old films added.</summary>
    public Labels Labels(Label[] states)
    {
        if (Card.BeforeCovid && Space.Place(ChestXray14.Later) is >= 0 and var at && states[at] == Label.Unknown) states[at] = Label.Absent;
        return Space.ToLabels(states);
    }

    /// <summary>A disease is present: then "no finding" is not. Devices are no disease.</summary>
    public void DenyNormal(Label[] states)
    {
        var normal = Space.Place(Disease.NoFinding);
        if (normal >= 0 && states[normal] == Label.Unknown
            && states.Index().Any(s => s.Item == Label.Present && s.Index != normal && Space.Diseases[s.Index] != "support devices"))
            states[normal] = Label.Absent;
    }

    public void Skip(SkippedRow row) => _skipped.Add(row);

    public void Skip(string path, int line, string kind, string reason) => _skipped.Add(new(path, line, kind, reason));

    public void LeaveOut(string reason, int count = 1) => _leftOut[reason] = _leftOut.GetValueOrDefault(reason) + count;

    /// <summary>Takes a sample whose image was found (or was not asked for), once.</summary>
    /// <param name="sample">The sample; its image is null where it was not found.</param>
    /// <param name="image">What the table calls the image.</param>
    /// <param name="table">The table and its line, for what is wrong.</param>
    /// <param name="line">The line.</param>
    public void Add(Sample sample, string image, string table, int line)
    {
        if (!_lineOf.TryAdd(sample.Image.Length > 0 ? sample.Image : image, line))
            Skip(table, line, "duplicate-image",
                $"image '{image}' is already on line {_lineOf[sample.Image.Length > 0 ? sample.Image : image]}.");
        else if (Request.Images && sample.Image.Length == 0)
            Skip(table, line, "missing-image", $"there is no image '{image}' under {Request.Root}.");
        else if (Request.FrontalOnly && sample.View is View.Lateral or View.Other && Request.FrontalOnly)
            LeaveOut(sample.View == View.Lateral ? "lateral view" : "neither frontal nor lateral view");
        else _samples.Add(sample);
    }

    public SampleSet Build()
    {
        if (_samples.Count == 0 && !Request.AllowEmpty)
            throw new InvalidInputException(Request.Root, "no-samples",
                $"split '{Request.Split}' of {Card.Name} gave no usable row: {_skipped.Count} skipped" +
                $"{(_skipped.Count > 0 ? $" (the first: {_skipped[0].Path}:{_skipped[0].Line}: {_skipped[0].Reason})" : "")}, " +
                $"{_leftOut.Values.Sum()} left out{string.Concat(_leftOut.Select(l => $"; {l.Key}: {l.Value}"))}.");
        return new(_samples, _skipped) { Diseases = Card.Columns, LeftOut = _leftOut, Files = _files };
    }
}
