using System.CommandLine;
using System.CommandLine.Parsing;
using RadZ.Model.Checkpoints;
using RadZ.Recognition.Evidence;
using RadZ.Text.Knowledge;

namespace RadZ.Cli.Arguments;

/// <summary>Arguments that several verbs have, made anew for each.</summary>
static class SharedOptions
{
    /// <summary>Files and folders; at least one.</summary>
    public static Argument<string[]> Paths(string description)
    {
        var paths = new Argument<string[]>("PATH") { Description = description, Arity = ArgumentArity.OneOrMore };
        paths.Validators.Add(RefuseOptions);
        return paths;
    }

    /// <summary>One word that is no mistyped option.</summary>
    public static Argument<string> Word(string name, string description)
    {
        var word = new Argument<string>(name) { Description = description };
        word.Validators.Add(RefuseOptions);
        return word;
    }

    /// <summary><c>--model DIR</c>.</summary>
    public static Option<string?> Model() => new("--model")
    {
        Description = "Model folder, any LLaVA checkpoint (default: RADZ_MODEL, else models/radz-small)",
        HelpName = "DIR",
    };

    /// <summary><c>--explain-method</c>.</summary>
    public static Option<HeatMapMethod?> ExplainMethod() =>
        Choice.OptionalOption<HeatMapMethod>("--explain-method", "How heat maps are made",
            "grounded where the model was trained to, else gradient");

    /// <summary><c>--knowledge FILE</c>.</summary>
    public static Option<string?> Knowledge() => new("--knowledge")
    {
        Description = "Knowledge file that adds or overrides diseases",
        HelpName = "FILE",
    };

    /// <summary><c>--diseases a,b</c>.</summary>
    public static Option<string?> Diseases(string description) => new("--diseases") { Description = description, HelpName = "a,b" };

    /// <summary>The embedded knowledge, the model's own (its adapter's, where that has some) over it, the user's file over both.</summary>
    public static KnowledgeBase KnowledgeOf(string? file, string? model = null, string? adapter = null)
    {
        var knowledge = ModelFolder.KnowledgeOf(model, adapter);
        return file is null ? knowledge : knowledge.WithOverrides(KnowledgeBase.Load(file));
    }

    /// <summary>The names of a comma-separated list.</summary>
    public static IReadOnlyList<string> Split(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What was meant as an option must not be taken for a file; a file of such a name may still be given.</summary>
    public static void RefuseOptions(ArgumentResult result)
    {
        foreach (var word in result.Tokens.Select(t => t.Value).Where(w => w.Length > 1 && w[0] == '-' && !Path.Exists(w)))
            result.AddError(Usage.UnknownOption(word, ((CommandResult)result.Parent!).Command));
    }
}
