using System.Text.Json;
using RadZ.Files;

namespace RadZ.Data.Sets;

/// <summary>ChestX-Det10: a JSON list of images with findings and their boxes (left, top, right, bottom, on 1024 px).</summary>
static class ChestXDetSet
{
    public static SampleSet Read(SetBuilder set)
    {
        var table = set.Request.SplitFile is { } file && file.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? set.Use(file)
            : set.Table(set.Request.SplitFile is null ? $"{set.Request.Split}.json" : "train.json");
        var images = set.Request.Images ? ImageIndex.Scan(set.Root) : null;
        JsonElement list;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(table));
            list = json.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(table, "bad-json", $"is no JSON: {e.Message}", e);
        }
        if (list.ValueKind != JsonValueKind.Array)
            throw new InvalidInputException(table, "bad-json", "expected a list of {file_name, syms, boxes}.");
        foreach (var (at, entry) in list.EnumerateArray().Index())
        {
            if (Fault(set, entry) is { } bad) set.Skip(table, at + 1, "bad-entry", $"entry {at + 1}: {bad}");
            else One(set, entry, images, table, at + 1);
        }
        return set.Build();
    }

    static string? Fault(SetBuilder set, JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("file_name", out var name)
            || name.ValueKind != JsonValueKind.String) return "there is no file_name.";
        if (!entry.TryGetProperty("syms", out var syms) || syms.ValueKind != JsonValueKind.Array
            || !entry.TryGetProperty("boxes", out var boxes) || boxes.ValueKind != JsonValueKind.Array)
            return $"'{name}' has no lists syms and boxes.";
        if (syms.GetArrayLength() != boxes.GetArrayLength())
            return $"'{name}' has {syms.GetArrayLength()} findings and {boxes.GetArrayLength()} boxes.";
        foreach (var sym in syms.EnumerateArray())
            if (sym.ValueKind != JsonValueKind.String || set.Mapping(sym.GetString()!.Trim()) is not { Disease: not null })
                return $"'{name}' has the finding '{sym}', no label of the set.";
        foreach (var box in boxes.EnumerateArray())
            if (box.ValueKind != JsonValueKind.Array || box.GetArrayLength() != 4
                || box.EnumerateArray().Any(e => e.ValueKind != JsonValueKind.Number)
                || !(box[2].GetDouble() > box[0].GetDouble() && box[3].GetDouble() > box[1].GetDouble()))
                return $"'{name}' has the box {box}, expected left, top, right, bottom.";
        return null;
    }

    static void One(SetBuilder set, JsonElement entry, ImageIndex? images, string table, int line)
    {
        var name = entry.GetProperty("file_name").GetString()!;
        var states = set.Space.Blank();
        foreach (var label in set.Card.Labels) states[set.Space.Place(label.Disease!)] = Label.Absent;
        List<FindingBox> boxes = [];
        foreach (var (sym, box) in entry.GetProperty("syms").EnumerateArray().Zip(entry.GetProperty("boxes").EnumerateArray()))
        {
            var (label, disease) = (sym.GetString()!.Trim(), set.Mapping(sym.GetString()!.Trim())!.Disease!);
            states[set.Space.Place(disease)] = Label.Present;
            var (left, top) = (box[0].GetDouble(), box[1].GetDouble());
            boxes.Add(new(label, disease, left, top, box[2].GetDouble() - left, box[3].GetDouble() - top, 1024));
        }
        set.Add(new(images is null ? Path.Combine(set.Root, name) : images.Find(name) ?? "",
            ChestXray14Set.PatientOf(name) ?? $"chestxdet:{Path.GetFileNameWithoutExtension(name)}", "chestx-det10", set.Labels(states))
        {
            Study = Path.GetFileNameWithoutExtension(name),
            RawLabels = string.Join('|', boxes.Select(b => b.Label).Distinct()),
            Boxes = boxes,
        }, name, table, line);
    }
}
