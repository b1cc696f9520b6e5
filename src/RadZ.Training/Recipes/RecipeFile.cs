using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using RadZ.Data.Sets;
using RadZ.Files;
using RadZ.Imaging.Dicom.Gray;
using RadZ.Text.Knowledge;

namespace RadZ.Training.Recipes;

/// <summary>Reads recipes: unknown members, values out of range and names that do not exist are told together.</summary>
static class RecipeFile
{
    /// <summary>Reads and checks a recipe; its paths are made absolute.</summary>
    /// <exception cref="InvalidInputException">Lists every mistake with line or member and, for names, the nearest right one.</exception>
    public static TrainingRecipe Read(string path, KnowledgeBase? knowledge = null)
    {
        if (!File.Exists(path)) throw new InvalidInputException(path, "missing-file", "there is no such file; check the path.");
        return Parse(path, File.ReadAllBytes(path), Path.GetDirectoryName(Path.GetFullPath(path))!, knowledge);
    }

    /// <summary>The same of a text that lies in no file of its own.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="utf8">The recipe.</param>
    /// <param name="folder">What its paths are relative to.</param>
    /// <param name="knowledge">Names; those of the recipe if null.</param>
    public static TrainingRecipe Parse(string path, ReadOnlySpan<byte> utf8, string folder, KnowledgeBase? knowledge = null)
    {
        string Absolute(string p) => Path.GetFullPath(Path.Combine(folder, p));
        var recipe = StrictJson.Read<TrainingRecipe>(path, utf8, r => Problems(r, knowledge ?? KnowledgeOf(AtPlace(r)), Absolute));
        return AtPlace(recipe);

        TrainingRecipe AtPlace(TrainingRecipe r) => r with
        {
            Model = r.Model with
            {
                Folder = r.Model.Folder is { } f ? Absolute(f) : null,
                New = r.Model.New is { } n ? n with { Tokenizer = Absolute(n.Tokenizer) } : null,
                Start = r.Model.Start is { } s ? Absolute(s) : null,
            },
            Data = r.Data with { Root = Absolute(r.Data.Root), Knowledge = r.Data.Knowledge is { } k ? Absolute(k) : null },
        };
    }

    /// <summary>Checks a recipe that was put together in the program as one that is read.</summary>
    /// <param name="recipe">With absolute paths.</param>
    /// <param name="path">Where it came from, for messages.</param>
    /// <exception cref="InvalidInputException">Lists every mistake.</exception>
    public static void Check(TrainingRecipe recipe, string path)
    {
        string[] problems = [.. Problems(recipe, KnowledgeOf(recipe), Path.GetFullPath)];
        if (problems.Length > 0) throw new InvalidInputException(path, "bad-member", string.Join(" ", problems));
    }

    /// <summary>The recipe as JSON, for the run folder.</summary>
    public static string Write(TrainingRecipe recipe) => JsonSerializer.Serialize(recipe, StrictJson.Options) + "\n";

    /// <summary>The knowledge of a recipe: the embedded, under that of the model it starts from, under the recipe's own.</summary>
    public static KnowledgeBase KnowledgeOf(TrainingRecipe recipe)
    {
        var below = RadZ.Model.Checkpoints.ModelFolder.KnowledgeOf(recipe.Model.Folder);
        return recipe.Data.Knowledge is { } own ? below.WithOverrides(KnowledgeBase.Load(own)) : below;
    }

    static IEnumerable<string> Problems(TrainingRecipe recipe, KnowledgeBase knowledge, Func<string, string> absolute)
    {
        foreach (var problem in Ranges(recipe, "")) yield return problem;
        if (recipe.Model is { Folder: null, New: null } or { Folder: not null, New: not null })
            yield return "model: give either 'folder' (a checkpoint) or 'new' (sizes), and not both.";
        if (recipe.Model is { Lora: not null, Folder: null })
            yield return "model.lora: adapters need a checkpoint to adapt; give 'folder'.";
        if (recipe.Model is { Start: not null, New: null })
            yield return "model.start: a trunk goes into a new model; give its sizes ('new'), the trunk's own but for tokens, pooling, " +
                "feature_layer and head.";
        if (recipe.Model.New is { } n)
        {
            if (n.Pooling == RadZ.Model.Config.Pooling.Tokens && (n.ImageTokens == 0 || n.TextTokens == 0))
                yield return $"model.new: pooling 'tokens' reads the global feature at modality tokens, and there are " +
                    $"{n.ImageTokens} image_tokens and {n.TextTokens} text_tokens; take pooling 'last' or 'mean', or at least one token " +
                    "of both.";
            if (n.FeatureLayer is < 0 and >= -64 && n.FeatureLayer < -n.Layers)
                yield return $"model.new.feature_layer is {n.FeatureLayer}; the decoder has {n.Layers} layers, so that it must be " +
                    $"between -{n.Layers} (the first) and -1 (the last).";
            if (n.ImageSize % n.PatchSize != 0)
                yield return $"model.new: image_size {n.ImageSize} is not a multiple of patch_size {n.PatchSize}.";
            if (n.VisionWidth % n.VisionHeads != 0)
                yield return $"model.new: vision_width {n.VisionWidth} is not a multiple of vision_heads {n.VisionHeads}.";
            if (n.Width % n.Heads != 0 || n.Width / n.Heads % 2 != 0)
                yield return $"model.new: width {n.Width} over {n.Heads} heads is not an even whole number.";
            if (n.Heads % n.KeyValueHeads != 0)
                yield return $"model.new: heads {n.Heads} is not a multiple of key_value_heads {n.KeyValueHeads}.";
        }
        if (recipe.Model.New is { } fresh && !File.Exists(absolute(fresh.Tokenizer)))
            yield return $"model.new.tokenizer: there is no file {absolute(fresh.Tokenizer)}.";
        foreach (var target in recipe.Model.Lora?.Targets.Except(RadZ.Model.Adapters.LoraOptions.AllDecoderProjections) ?? [])
            yield return $"model.lora.targets: the decoder has no projection " +
                $"'{target}'{Hint(target, [.. RadZ.Model.Adapters.LoraOptions.AllDecoderProjections])}";
        if (recipe.Data.Sources.Count == 0) yield return "data.sources: there is none; give at least one.";
        if (recipe.Phases.Count(p => p.Kind == PhaseKind.Teacher) > 1)
            yield return "phases: there are two of kind 'teacher'; one run has one.";
        if (recipe.Precision == Precision.Float16) yield return "precision: float16 is for writing only; take float32 or bfloat16.";
        if (recipe.Data.Window is { } window && WindowChoice.Parse(window) is null)
            yield return $"data.window is '{window}', expected centre and width (40,400; the width at least 1), a number from 1, or a " +
                "name.";
        if (recipe.Phases.Count == 0) yield return "phases: there is none; add one of kind 'alignment'.";
        foreach (var (i, phase) in recipe.Phases.Index())
        {
            var d = phase.Distillation;
            var learns = phase.Kind is PhaseKind.WarmStart or PhaseKind.Alignment or PhaseKind.EncoderAlignment;
            if (learns && d.Features + d.Scores + d.CategoryScores > 0 && recipe.Model.Start is null
                && !recipe.Phases.Take(i).Any(p => p.Kind == PhaseKind.Teacher))
                yield return $"phases[{i}].distillation: there is no phase of kind 'teacher' before it to learn from, and no " +
                    "'model.start' that has one.";
            foreach (var problem in Arms(recipe, phase)) yield return $"phases[{i}].{problem}";
            if (phase.Kind == PhaseKind.WarmStart && d is { Features: 0, Scores: 0, Labels: 0 })
                yield return $"phases[{i}].distillation: a warm start learns from features, scores or labels; all three weights are 0.";
            if (phase.Alignment.Grounding > 0 && phase.Kind != PhaseKind.Alignment)
                yield return $"phases[{i}].alignment.grounding: only an alignment learns to point.";
            if (phase.Alignment.Grounding > 0 && phase.MicroBatch > 0)
                yield return $"phases[{i}].alignment.grounding: patches are not cached; leave 'grounding' or 'micro_batch' out.";
            if (phase.Alignment.Grounding > 0 && recipe.Data.Sources.All(s => s.Kind != SourceKind.Phantoms || s.Validation >= 1))
                yield return $"phases[{i}].alignment.grounding: no training source knows where findings are; add one of kind 'phantoms', " +
                    "or leave it out.";
            if (phase.MicroBatch > 0 && phase.Kind != PhaseKind.Alignment)
                yield return $"phases[{i}].micro_batch: only an alignment is computed a few images at a time; lower 'batch'.";
            if (phase.CheckpointLayers && phase.Kind != PhaseKind.Alignment)
                yield return $"phases[{i}].checkpoint_layers: only an alignment trains the decoder.";
            if (phase.MicroBatch > 0 && d.Features + d.Scores + d.Labels + d.CategoryScores > 0)
                yield return $"phases[{i}].micro_batch: what is learnt from a teacher or by labels is not cached; leave 'distillation' " +
                    "or 'micro_batch' out.";
            if (phase.Kind == PhaseKind.WarmStart && recipe.Model.Lora is not null)
                yield return $"phases[{i}]: a warm start trains the vision tower, which stays frozen beside adapters.";
            if (phase.Teacher.Widths.Any(w => w < 1) || phase.Teacher.Blocks.Any(b => b < 1))
                yield return $"phases[{i}].teacher: widths and blocks must be at least 1.";
            if (phase.Teacher.Widths.Count != phase.Teacher.Blocks.Count || phase.Teacher.Widths.Count == 0)
                yield return $"phases[{i}].teacher: {phase.Teacher.Widths.Count} widths and {phase.Teacher.Blocks.Count} blocks; each " +
                    "stage needs one of both.";
        }
        foreach (var source in recipe.Data.Sources)
        {
            var phantoms = source.Kind == SourceKind.Phantoms;
            if (!phantoms && source.Path.Length == 0)
                yield return $"source '{source.Name}': 'path' is missing; name its table or folder, relative to data.root.";
            if (!phantoms && source.Phantoms is not null)
                yield return $"source '{source.Name}': 'phantoms' is for sources of kind 'phantoms'; this is one of kind " +
                    $"'{source.Kind.ToString().ToLowerInvariant()}'.";
            if (phantoms && source.Phantoms is null)
                yield return $"source '{source.Name}': 'phantoms' is missing; say at least how many, as in {{ \"count\": 4000 }}.";
            if (source.Phantoms is { Fresh: true } && source.Validation > 0)
                yield return $"source '{source.Name}': 'fresh' phantoms are other patients in every epoch and cannot be held out; give " +
                    "validation phantoms a source of their own.";
            var published = source.Kind == SourceKind.Published;
            if (!published && (source.Set ?? source.Split) is not null)
                yield return $"source '{source.Name}': 'set' and 'split' are for sources of kind 'published'; this is one of kind " +
                    $"'{source.Kind.ToString().ToLowerInvariant()}'.";
            if (published && source.Set is null)
                yield return $"source '{source.Name}': 'set' is missing; name the published set, as \"chexpert\".";
            if (published && source.Set is { } set)
            {
                var card = Ontology.Embedded.Sets.FirstOrDefault(s =>
                    s.Aliases.Prepend(s.Name).Contains(set, StringComparer.OrdinalIgnoreCase));
                if (card is null)
                    yield return $"source '{source.Name}': there is no published set '{set}'" +
                        $"{Hint(set, [.. Ontology.Embedded.Sets.Select(s => s.Name)])}";
                else if (source.Split is null && card.Train is null)
                    yield return $"source '{source.Name}': {card.Name} has no training split; name one by 'split' " +
                        $"({string.Join(", ", card.Splits)}, or a file of image names).";
                else if (source.Split is { } split && !split.Contains('.', StringComparison.Ordinal) && !card.Splits.Contains(split))
                    yield return $"source '{source.Name}': {card.Name} has no split '{split}'{Hint(split, [.. card.Splits])}";
            }
            foreach (var problem in source.Phantoms?.Problems() ?? []) yield return $"source '{source.Name}', phantoms: {problem}";
        }
        string[] sources = [.. recipe.Data.Sources.Select(s => s.Name)];
        foreach (var twice in sources.GroupBy(s => s).Where(g => g.Count() > 1))
            yield return $"data.sources: two are called '{twice.Key}'.";
        foreach (var task in recipe.Validation)
            foreach (var source in task.Sources.Except(sources))
                yield return $"validation '{task.Name}': there is no source '{source}'{Hint(source, sources)}";
        foreach (var (place, disease) in recipe.Validation.SelectMany(t => t.Diseases.Concat(t.Average).Concat(t.Among)
            .Select(d => ($"validation '{t.Name}'", d))).Concat(recipe.Data.LeaveOut.Select(d => ("data.leave_out", d)))
            .Concat(recipe.Shown.Select(d => ("shown", d))))
            if (!knowledge.TryFind(disease, out _))
                yield return $"{place}: the knowledge base has no disease " +
                    $"'{disease}'{(knowledge.Nearest(disease) is { } near ? $"; did you mean '{near}'?" : ".")}";
    }

    /// <summary>Mistakes of what makes one run comparable with another: baselines, frozen and kept vision.</summary>
    static IEnumerable<string> Arms(TrainingRecipe recipe, PhaseRecipe phase)
    {
        if (phase.CacheVision)
        {
            if (phase.Kind is PhaseKind.Teacher or PhaseKind.WarmStart)
                yield return "cache_vision: a phase of this kind trains on the pictures themselves; leave it out.";
            else if (phase.VisionRate > 0 && recipe.Model.Lora is null)
                yield return $"cache_vision: vision_rate is {phase.VisionRate}, so that the tower sees something else after every step; " +
                    "set it to 0.";
            if (phase.Augment && recipe.Augmentation != new RadZ.Imaging.Preparation.AugmentationOptions())
                yield return "cache_vision: the recipe varies its pictures, so that no two are alike; set 'augment' of this phase to " +
                    "false.";
            if (phase.Alignment.Grounding > 0)
                yield return "cache_vision: where findings lie is not kept beside what the tower sees; leave 'grounding' or " +
                    "'cache_vision' out.";
            if (phase.Distillation.Features > 0)
                yield return "cache_vision: what the vision tower learns of the teacher's features is lost on a frozen tower; leave " +
                    "'features' or 'cache_vision' out.";
            foreach (var source in recipe.Data.Sources.Where(s => s.Phantoms is { Fresh: true }))
                yield return $"cache_vision: source '{source.Name}' has other pictures in every epoch ('fresh').";
        }
        if (phase.Kind == PhaseKind.Answering && !phase.Answering.Question.Contains("{disease}", StringComparison.Ordinal))
            yield return "answering.question has no {disease}: every disease would be asked alike.";
        if (phase.Kind == PhaseKind.EncoderAlignment && phase.Alignment.Cross == CrossVariant.GlobalLocal)
            yield return "alignment.cross: two encoders have one feature a side; leave 'global_local' out.";
        if (phase.Kind == PhaseKind.EncoderAlignment && phase.Alignment.Vectors == CategoryVectors.Embedding)
            yield return "alignment.vectors: 'embedding' is the decoder's table, which this phase does not use; take 'decoder', the text " +
                "encoder's feature of the description.";
        if (phase.Kind is PhaseKind.Answering or PhaseKind.EncoderAlignment or PhaseKind.Supervised && recipe.Model.Lora is not null)
            yield return "kind: baselines train whole weights; leave 'lora' out.";
    }

    static string Hint(string name, string[] right) => NameSuggestion.HintOrList(name, right);

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
            yield return member is null ? $"{prefix}{text}"
                : $"{prefix}{JsonNamingPolicy.SnakeCaseLower.ConvertName(member)} is {given}; it {text}";
        }
        foreach (var property in value.GetType().GetProperties().Where(p => p.GetIndexParameters().Length == 0 && p.CanWrite))
        {
            var name = prefix + JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            var child = property.GetValue(value);
            if (child is IEnumerable list and not string)
                foreach (var (i, item) in list.Cast<object>().Index().Where(x => x.Item is not string && x.Item.GetType().IsClass))
                    foreach (var problem in Ranges(item, $"{name}[{i}].")) yield return problem;
            else if (child is not null and not string && child.GetType() is { IsClass: true } type
                && type.Namespace!.StartsWith("RadZ", StringComparison.Ordinal))
                foreach (var problem in Ranges(child, name + ".")) yield return problem;
        }
    }
}
