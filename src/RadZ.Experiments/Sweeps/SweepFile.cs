using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RadZ.Files;
using RadZ.Training.Recipes;

namespace RadZ.Experiments.Sweeps;

/// <summary>
/// Reads sweeps. All recipes that a sweep makes are read and checked before anything is trained, and all mistakes are told together.
/// </summary>
static partial class SweepFile
{
    /// <summary>Reads and checks a sweep.</summary>
    /// <exception cref="InvalidInputException">Lists the mistakes; those of a variant's recipe with the variant's name.</exception>
    public static Sweep Read(string path)
    {
        var recipe = StrictJson.ReadFile<SweepRecipe>(path, Problems);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var given = BaseOf(recipe, path, folder);
        List<(SweepMember Member, bool IsTrunk)> members =
            [.. recipe.Trunks.Select(t => (t, true)), (new() { Name = Sweep.Default }, false), .. recipe.Variants.Select(v => (v, false))];
        var (arms, problems) = (new List<SweepArm>(), new List<string>());
        foreach (var (member, isTrunk) in members)
        {
            var start = member.Start == Sweep.None ? null
                : member.Start ?? (isTrunk ? null : recipe.Trunks.Count > 0 ? recipe.Trunks[0].Name : null);
            var against = isTrunk || member.Name == Sweep.Default || member.Against == Sweep.None ? null : member.Against ?? Sweep.Default;
            if (RecipeOf(path, folder, given, member, start, problems) is { } own)
                arms.Add(new()
                {
                    Name = member.Name,
                    Group = member.Group,
                    IsTrunk = isTrunk,
                    Start = start,
                    Against = against,
                    Note = member.Note,
                    Recipe = own with { Seed = recipe.Seeds[0] },
                    StartsOthers = false,
                });
        }
        problems.AddRange(arms.Where(a => !a.IsTrunk && a.Recipe.Validation.All(v => v.Name != recipe.Measure)).Take(1)
            .Select(a => $"measure: '{a.Name}' has no validation task '{recipe.Measure}'" +
                NameSuggestion.HintOrList(recipe.Measure, a.Recipe.Validation.Select(v => v.Name))));
        foreach (var twin in arms.GroupBy(a => (a.Start, RecipeFile.Write(a.Recipe with { Name = "" }))).Where(g => g.Count() > 1))
            problems.Add($"variants {string.Join(" and ", twin.Select(t => $"'{t.Name}'"))} are the same recipe; a patch that changes " +
                "nothing compares nothing.");
        if (problems.Count > 0) throw new InvalidInputException(path, "bad-sweep", string.Join(" ", problems));
        return new(recipe.Name, recipe.Seeds, recipe.Measure,
            [.. arms.Select(a => a with { StartsOthers = arms.Any(o => o.Start == a.Name) })]);
    }

    /// <summary>
    /// The sweep as it stands, with the whole recipe in it and all its paths absolute: it is the same sweep wherever it lies.
    /// </summary>
    /// <exception cref="InvalidInputException">It is none.</exception>
    public static string Resolved(string path)
    {
        var recipe = StrictJson.ReadFile<SweepRecipe>(path, Problems);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        SweepMember Member(SweepMember member) => member with { Patch = WithPaths(member.Patch, folder) };
        var whole = WithPaths(BaseOf(recipe, path, folder), folder);
        // what is not said means here
        if (whole["data"] is JsonObject data) data["root"] ??= folder;
        return JsonSerializer.Serialize(recipe with
        {
            Recipe = null,
            Base = whole,
            Trunks = [.. recipe.Trunks.Select(Member)],
            Variants = [.. recipe.Variants.Select(Member)],
        }, StrictJson.Options) + "\n";
    }

    static readonly string[][] s_paths =
        [["model", "folder"], ["model", "start"], ["model", "new", "tokenizer"], ["data", "root"], ["data", "knowledge"]];

    /// <summary>A recipe, or a difference from one, with its paths made absolute.</summary>
    static JsonObject WithPaths(JsonObject patch, string folder)
    {
        var copy = patch.DeepClone().AsObject();
        foreach (var names in s_paths)
            if (names[..^1].Aggregate((JsonNode?)copy, (at, name) => (at as JsonObject)?[name]) is JsonObject parent
                && parent[names[^1]] is JsonValue value && value.TryGetValue<string>(out var given))
                parent[names[^1]] = Path.GetFullPath(Path.Combine(folder, given));
        return copy;
    }

    /// <summary>The recipe that is varied, as JSON, its paths absolute.</summary>
    static JsonObject BaseOf(SweepRecipe recipe, string path, string folder)
    {
        if (recipe.Recipe is not { } file) return recipe.Base!;
        var below = Path.GetFullPath(Path.Combine(folder, file));
        var read = JsonNode.Parse(RecipeFile.Write(RecipeFile.Read(below)))!;
        try
        {
            return recipe.Base is { } over ? MergePatch.Apply(read, over)!.AsObject() : read.AsObject();
        }
        catch (FormatException e)
        {
            throw new InvalidInputException(path, "bad-sweep", $"base: {e.Message}", e);
        }
    }

    static TrainingRecipe? RecipeOf(string path, string folder, JsonObject given, SweepMember member, string? start, List<string> problems)
    {
        try
        {
            var merged = MergePatch.Apply(given, member.Patch)!.AsObject();
            merged["name"] = member.Name;
            // the run it starts from does not exist yet; any folder stands for it
            if (start is not null && merged["model"] is JsonObject model) model["start"] = folder;
            var read = RecipeFile.Parse(path, Encoding.UTF8.GetBytes(merged.ToJsonString()), folder);
            return read with { Model = read.Model with { Start = null } };
        }
        catch (FormatException e)
        {
            problems.Add($"'{member.Name}': {e.Message}");
        }
        catch (InvalidInputException e)
        {
            problems.Add($"'{member.Name}': {LineNumber().Replace(Regex.Replace(e.Message, $@"{Regex.Escape(e.Path)}(:\d+)?: ", ""), "")}");
        }
        return null;
    }

    static IEnumerable<string> Problems(SweepRecipe sweep)
    {
        if (sweep.Recipe is null && sweep.Base is null) yield return "give 'recipe' (a file) or 'base' (the recipe itself).";
        if (sweep.Seeds.Count == 0) yield return "seeds: there is none; give at least one.";
        foreach (var twice in sweep.Seeds.GroupBy(s => s).Where(g => g.Count() > 1))
            yield return $"seeds: {twice.Key} stands twice; the same seed gives the same numbers.";
        if (sweep.Seeds.Any(s => s < 0)) yield return "seeds: one is below 0.";
        var known = new List<string>();
        foreach (var member in sweep.Trunks)
        {
            foreach (var problem in NameProblems(member, known)) yield return problem;
            if (member.Start is { } start && start != Sweep.None && !known.Contains(start))
                yield return $"trunk '{member.Name}': there is no trunk '{start}' before it to start from.";
            if (member.Against is not null) yield return $"trunk '{member.Name}': 'against' is for variants; a trunk is not compared.";
            known.Add(member.Name);
        }
        var trunks = known.ToList();
        known.Add(Sweep.Default);
        foreach (var member in sweep.Variants)
        {
            foreach (var problem in NameProblems(member, known)) yield return problem;
            if (member.Group.Length == 0) yield return $"variant '{member.Name}': 'group' is missing; say which question it belongs to.";
            foreach (var (what, other, among) in ((string, string?, List<string>)[])[("start", member.Start, known),
                ("against", member.Against, [.. known.Except(trunks)])])
                if (other is not null && other != Sweep.None && !among.Contains(other))
                    yield return $"variant '{member.Name}': {what} is '{other}', which is no " +
                        $"{(what == "start" ? "trunk or " : "")}variant before it{NameSuggestion.Hint(other, among)}";
            known.Add(member.Name);
        }
    }

    static IEnumerable<string> NameProblems(SweepMember member, List<string> before)
    {
        if (!FolderName().IsMatch(member.Name))
            yield return $"name '{member.Name}': it is a folder's name, too; take small letters, digits, dots and dashes.";
        if (member.Name is Sweep.None or Sweep.Default)
            yield return $"name '{member.Name}': that word has a meaning of its own " +
                $"here{(member.Name == Sweep.Default ? " (the base)" : "")}; take another.";
        else if (before.Contains(member.Name)) yield return $"name '{member.Name}': two are called so.";
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{0,63}$")]
    private static partial Regex FolderName();

    /// <summary>Line numbers are those of the merged text, which nobody has seen.</summary>
    [GeneratedRegex(@"line \d+: ")]
    private static partial Regex LineNumber();
}
