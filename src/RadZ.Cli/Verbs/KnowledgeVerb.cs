using System.CommandLine;
using System.Text.Json;
using RadZ.Cli.Arguments;
using RadZ.Cli.Output;
using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz knowledge</c>: what the program knows of diseases.</summary>
static class KnowledgeVerb
{
    public static Command Create()
    {
        var (knowledge, format) = (SharedOptions.Knowledge(), Choice.Option<Format>("--format", "How it is written"));
        (knowledge.Recursive, format.Recursive) = (true, true);
        var name = SharedOptions.Word("NAME", "A disease's name or synonym");
        var file = new Argument<string?>("FILE")
        {
            Description = "A knowledge file of your own (default: the embedded base)",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var list = new Verb("list", "Lists all diseases.")
        {
            Examples = ["radz knowledge list", "radz knowledge list --format json --knowledge mine.json"],
        };
        var show = new Verb("show", "Shows one disease: description, synonyms, what it entails, codes.")
        {
            Examples = ["radz knowledge show pneumonia", "radz knowledge show \"collapsed lung\" --format json"],
        };
        var check = new Verb("check", "Reviews a base: form, naming, duplicates; exit code 2 when something is wrong.")
        {
            Examples = ["radz knowledge check", "radz knowledge check mine.json"],
        };
        show.Add(name);
        check.Add(file);
        list.SetAction(parsed => List(SharedOptions.KnowledgeOf(parsed.GetValue(knowledge)), parsed.GetValue(format)));
        show.SetAction(parsed =>
            Show(SharedOptions.KnowledgeOf(parsed.GetValue(knowledge)), parsed.GetRequiredValue(name), parsed.GetValue(format)));
        check.SetAction(parsed =>
            Check(SharedOptions.KnowledgeOf(parsed.GetValue(file) ?? parsed.GetValue(knowledge)), parsed.GetValue(format)));
        return new Verb("knowledge", "Lists, shows, checks and writes the descriptions of diseases.")
        {
            list, show, check, KnowledgeWriteVerb.Create(knowledge, format), knowledge, format,
        };
    }

    static int List(KnowledgeBase knowledge, Format format)
    {
        if (format == Format.Json) Write(knowledge.Diseases);
        else
            Page.ForOutput().Table(["disease", "also called", "entails"],
                [.. knowledge.Diseases.Select(d => new Cell[] { d.Name, string.Join(", ", d.Synonyms), string.Join(", ", d.Entails) })]);
        return ExitCode.Ok;
    }

    static int Show(KnowledgeBase knowledge, string name, Format format)
    {
        if (!knowledge.TryFind(name, out var disease))
            throw new InvalidInputException("knowledge", "unknown-disease",
                $"there is no disease '{name}'" + (knowledge.Nearest(name) is { } near
                    ? $"; did you mean '{near}'?"
                    : $" among the {knowledge.Diseases.Count}; see radz knowledge list."));
        if (format == Format.Json) Write(disease);
        else Describe(disease, Page.ForOutput());
        return ExitCode.Ok;
    }

    static void Describe(Disease disease, Page page)
    {
        page.Heading(disease.Name);
        page.Table(["", ""], [.. Facts(disease).Where(f => f.Text.Length > 0).Select(f => new Cell[] { f.Name, f.Text })]);
    }

    static IEnumerable<(string Name, string Text)> Facts(Disease disease)
    {
        yield return ("also called", string.Join(", ", disease.Synonyms));
        yield return ("entails", string.Join(", ", disease.Entails));
        yield return ("overview", disease.Description?.Overview ?? "");
        yield return ("imaging", disease.Description?.Imaging ?? "");
        yield return ("presentation", disease.Description?.Presentation ?? "");
        yield return ("codes", string.Join(", ", disease.Codes.Select(c => $"{c.Key} {c.Value}")));
        if (disease.Origin is { } o)
            yield return ("origin", $"{o.Model}, temperature {o.Temperature}, seed {o.Seed}, prompt " +
                $"{o.Prompt[..Math.Min(12, o.Prompt.Length)]}{(o.Weights is { } w ? $", weights {w[..Math.Min(12, w.Length)]}" : "")}" +
                $"{(o.Endpoint is { } e ? $", at {e}" : "")}");
        yield return ("written by", $"{disease.WrittenBy}{(disease.WrittenOn is { } day ? $", {day:yyyy-MM-dd}" : "")}");
    }

    static int Check(KnowledgeBase knowledge, Format format)
    {
        var problems = knowledge.Check();
        if (format == Format.Json) Write(new { Diseases = knowledge.Diseases.Count, Problems = problems });
        else
        {
            foreach (var problem in problems) Console.WriteLine($"{problem.Disease}: {problem.Message}");
            Console.WriteLine($"{knowledge.Diseases.Count} diseases, {problems.Count} problems.");
        }
        return problems.Count > 0 ? ExitCode.BadInput : ExitCode.Ok;
    }

    static void Write(object value) => Console.WriteLine(JsonSerializer.Serialize(value, JsonText.Options));
}
