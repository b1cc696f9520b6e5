using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using RadZ.Knowledge;

namespace RadZ.Training;

/// <summary>Reads recipes: unknown members, values out of range and names that do not exist are told together.</summary>
public static class RecipeFile
{
    /// <summary>Reads and checks a recipe; its paths are made absolute.</summary>
    /// <exception cref="InvalidInputException">Lists every mistake with line or member and, for names, the nearest right one.</exception>
    public static TrainingRecipe Read(string path, KnowledgeBase? knowledge = null)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string Absolute(string p) => Path.GetFullPath(Path.Combine(folder, p));
        var recipe = StrictJson.ReadFile<TrainingRecipe>(path, r => Problems(r, knowledge ?? KnowledgeOf(AtPlace(r)), Absolute));
        return AtPlace(recipe);

        TrainingRecipe AtPlace(TrainingRecipe r) => r with
        {
            Model = r.Model with
            {
                Folder = r.Model.Folder is { } f ? Absolute(f) : null,
                New = r.Model.New is { } n ? n with { Tokenizer = Absolute(n.Tokenizer) } : null,
            },
            Data = r.Data with { Root = Absolute(r.Data.Root), Knowledge = r.Data.Knowledge is { } k ? Absolute(k) : null },
        };
    }

    /// <summary>The recipe as JSON, for the run folder.</summary>
    public static string Write(TrainingRecipe recipe) => JsonSerializer.Serialize(recipe, StrictJson.Options) + "\n";

    /// <summary>The knowledge of a recipe: the embedded, under that of the model it starts from, under the recipe's own.</summary>
    public static KnowledgeBase KnowledgeOf(TrainingRecipe recipe)
    {
        var below = RadZ.Model.ModelFolder.KnowledgeOf(recipe.Model.Folder);
        return recipe.Data.Knowledge is { } own ? below.WithOverrides(KnowledgeBase.Load(own)) : below;
    }

    static IEnumerable<string> Problems(TrainingRecipe recipe, KnowledgeBase knowledge, Func<string, string> absolute)
    {
        foreach (var problem in Ranges(recipe, "")) yield return problem;
        if (recipe.Model is { Folder: null, New: null } or { Folder: not null, New: not null })
            yield return "model: give either 'folder' (a checkpoint) or 'new' (sizes), and not both.";
        if (recipe.Model is { Lora: not null, Folder: null })
            yield return "model.lora: adapters need a checkpoint to adapt; give 'folder'.";
        if (recipe.Model.New is { } n)
        {
            if (n.ImageSize % n.PatchSize != 0) yield return $"model.new: image_size {n.ImageSize} is not a multiple of patch_size {n.PatchSize}.";
            if (n.VisionWidth % n.VisionHeads != 0) yield return $"model.new: vision_width {n.VisionWidth} is not a multiple of vision_heads {n.VisionHeads}.";
            if (n.Width % n.Heads != 0 || n.Width / n.Heads % 2 != 0) yield return $"model.new: width {n.Width} over {n.Heads} heads is not an even whole number.";
            if (n.Heads % n.KeyValueHeads != 0) yield return $"model.new: heads {n.Heads} is not a multiple of key_value_heads {n.KeyValueHeads}.";
        }
        if (recipe.Model.New is { } fresh && !File.Exists(absolute(fresh.Tokenizer))) yield return $"model.new.tokenizer: there is no file {absolute(fresh.Tokenizer)}.";
        foreach (var target in recipe.Model.Lora?.Targets.Except(RadZ.Model.LoraOptions.AllDecoderProjections) ?? [])
            yield return $"model.lora.targets: the decoder has no projection '{target}'{Hint(target, [.. RadZ.Model.LoraOptions.AllDecoderProjections])}";
        if (recipe.Data.Sources.Count == 0) yield return "data.sources: there is none; give at least one.";
        if (recipe.Phases.Count(p => p.Kind == PhaseKind.Teacher) > 1) yield return "phases: there are two of kind 'teacher'; one run has one.";
        if (recipe.Precision == Precision.Float16) yield return "precision: float16 is for writing only; take float32 or bfloat16.";
        if (recipe.Phases.Count == 0) yield return "phases: there is none; add one of kind 'alignment'.";
        foreach (var (i, phase) in recipe.Phases.Index())
        {
            var d = phase.Distillation;
            if (phase.Kind != PhaseKind.Teacher && d.Features + d.Scores + d.CategoryScores > 0 && !recipe.Phases.Take(i).Any(p => p.Kind == PhaseKind.Teacher))
                yield return $"phases[{i}].distillation: there is no phase of kind 'teacher' before it to learn from.";
            if (phase.Kind == PhaseKind.WarmStart && d is { Features: 0, Scores: 0, Labels: 0 }) yield return $"phases[{i}].distillation: a warm start learns from features, scores or labels; all three weights are 0.";
            if (phase.MicroBatch > 0 && phase.Kind != PhaseKind.Alignment) yield return $"phases[{i}].micro_batch: only an alignment is computed a few images at a time; lower 'batch'.";
            if (phase.CheckpointLayers && phase.Kind != PhaseKind.Alignment) yield return $"phases[{i}].checkpoint_layers: only an alignment trains the decoder.";
            if (phase.MicroBatch > 0 && d.Features + d.Scores + d.Labels + d.CategoryScores > 0) yield return $"phases[{i}].micro_batch: what is learnt from a teacher or by labels is not cached; leave 'distillation' or 'micro_batch' out.";
            if (phase.Kind == PhaseKind.WarmStart && recipe.Model.Lora is not null) yield return $"phases[{i}]: a warm start trains the vision tower, which stays frozen beside adapters.";
            if (phase.Teacher.Widths.Any(w => w < 1) || phase.Teacher.Blocks.Any(b => b < 1)) yield return $"phases[{i}].teacher: widths and blocks must be at least 1.";
            if (phase.Teacher.Widths.Count != phase.Teacher.Blocks.Count || phase.Teacher.Widths.Count == 0)
                yield return $"phases[{i}].teacher: {phase.Teacher.Widths.Count} widths and {phase.Teacher.Blocks.Count} blocks; each stage needs one of both.";
        }
        foreach (var source in recipe.Data.Sources)
        {
            var phantoms = source.Kind == SourceKind.Phantoms;
            if (!phantoms && source.Path.Length == 0) yield return $"source '{source.Name}': 'path' is missing; name its table or folder, relative to data.root.";
            if (!phantoms && source.Phantoms is not null) yield return $"source '{source.Name}': 'phantoms' is for sources of kind 'phantoms'; this is one of kind '{source.Kind.ToString().ToLowerInvariant()}'.";
            if (phantoms && source.Phantoms is null) yield return $"source '{source.Name}': 'phantoms' is missing; say at least how many, as in {{ \"count\": 4000 }}.";
            if (source.Phantoms is { Fresh: true } && source.Validation > 0) yield return $"source '{source.Name}': 'fresh' phantoms are other patients in every epoch and cannot be held out; give validation phantoms a source of their own.";
            var published = source.Kind == SourceKind.Published;
            if (!published && (source.Set ?? source.Split) is not null) yield return $"source '{source.Name}': 'set' and 'split' are for sources of kind 'published'; this is one of kind '{source.Kind.ToString().ToLowerInvariant()}'.";
            if (published && source.Set is null) yield return $"source '{source.Name}': 'set' is missing; name the published set, as \"chexpert\".";
            if (published && source.Set is { } set)
            {
                var card = Datasets.Ontology.Embedded.Sets.FirstOrDefault(s => s.Aliases.Prepend(s.Name).Contains(set, StringComparer.OrdinalIgnoreCase));
                if (card is null) yield return $"source '{source.Name}': there is no published set '{set}'{Hint(set, [.. Datasets.Ontology.Embedded.Sets.Select(s => s.Name)])}";
                else if (source.Split is null && card.Train is null) yield return $"source '{source.Name}': {card.Name} has no training split; name one by 'split' ({string.Join(", ", card.Splits)}, or a file of image names).";
                else if (source.Split is { } split && !split.Contains('.', StringComparison.Ordinal) && !card.Splits.Contains(split)) yield return $"source '{source.Name}': {card.Name} has no split '{split}'{Hint(split, [.. card.Splits])}";
            }
            foreach (var problem in source.Phantoms?.Problems() ?? []) yield return $"source '{source.Name}', phantoms: {problem}";
        }
        string[] sources = [.. recipe.Data.Sources.Select(s => s.Name)];
        foreach (var twice in sources.GroupBy(s => s).Where(g => g.Count() > 1)) yield return $"data.sources: two are called '{twice.Key}'.";
        foreach (var task in recipe.Validation)
            foreach (var source in task.Sources.Except(sources))
                yield return $"validation '{task.Name}': there is no source '{source}'{Hint(source, sources)}";
        foreach (var (place, disease) in recipe.Validation.SelectMany(t => t.Diseases.Concat(t.Average).Concat(t.Among).Select(d => ($"validation '{t.Name}'", d))).Concat(recipe.Data.LeaveOut.Select(d => ("data.leave_out", d))).Concat(recipe.Shown.Select(d => ("shown", d))))
            if (!knowledge.TryFind(disease, out _))
                yield return $"{place}: the knowledge base has no disease '{disease}'{(knowledge.Nearest(disease) is { } near ? $"; did you mean '{near}'?" : ".")}";
    }

    static string Hint(string name, string[] right) => NameSuggestion.Hint(name, right) is { Length: > 0 } hint ? hint : $"; there are {string.Join(", ", right)}.";

    /// <summary>Every attribute of every record below, with the member's path in the file's spelling.</summary>
    static IEnumerable<string> Ranges(object value, string prefix)
    {
        var found = new List<ValidationResult>();
        Validator.TryValidateObject(value, new(value), found, validateAllProperties: true);
        foreach (var problem in found)
        {
            var member = problem.MemberNames.FirstOrDefault();
            var given = member is null ? null : value.GetType().GetProperty(member)?.GetValue(value);
            var text = problem.ErrorMessage!.Replace($"The field {member} must be", "must be", StringComparison.Ordinal);
            yield return member is null ? $"{prefix}{text}" : $"{prefix}{JsonNamingPolicy.SnakeCaseLower.ConvertName(member)} is {given}; it {text}";
        }
        foreach (var property in value.GetType().GetProperties().Where(p => p.GetIndexParameters().Length == 0 && p.CanWrite))
        {
            var name = prefix + JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            var child = property.GetValue(value);
            if (child is IEnumerable list and not string)
                foreach (var (i, item) in list.Cast<object>().Index().Where(x => x.Item is not string && x.Item.GetType().IsClass))
                    foreach (var problem in Ranges(item, $"{name}[{i}].")) yield return problem;
            else if (child is not null and not string && child.GetType() is { IsClass: true } type && type.Namespace!.StartsWith("RadZ", StringComparison.Ordinal))
                foreach (var problem in Ranges(child, name + ".")) yield return problem;
        }
    }
}
