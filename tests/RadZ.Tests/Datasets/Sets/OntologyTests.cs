using System.Text;
using RadZ.Data.Sets;
using RadZ.Files;
using RadZ.TestKit;
using RadZ.Text.Knowledge;

namespace RadZ.Tests.Datasets;

public class OntologyTests
{
    [Fact]
    public void The_page_of_the_sets_is_made_of_the_ontology()
    {
        var path = Path.Combine(Fixtures.Repository, "docs", "datasets.md");
        if (Environment.GetEnvironmentVariable("APPROVE") == "1") File.WriteAllText(path, Page());
        Assert.Equal(Page(), File.Exists(path) ? File.ReadAllText(path) : "");
    }

    [Fact]
    public void Names_and_aliases_find_a_set_and_slips_are_answered()
    {
        Assert.Equal("chestxray14", Ontology.Embedded.Resolve("CXR-14").Name);
        Assert.Contains("did you mean 'chexpert'?",
            Assert.Throws<InvalidInputException>(() => Ontology.Embedded.Resolve("chexprt")).Message);
        var names = Ontology.Embedded.Sets.SelectMany(s => s.Aliases.Prepend(s.Name))
            .Select(n => string.Concat(n.Where(char.IsLetterOrDigit))).ToList();
        Assert.Equal(names.Count,
            names.Distinct().Count()
                + Ontology.Embedded.Sets.Sum(s => s.Aliases.Prepend(s.Name).Count()
                    - s.Aliases.Prepend(s.Name).Select(n => string.Concat(n.Where(char.IsLetterOrDigit))).Distinct().Count()));
    }

    [Fact]
    public void The_papers_class_lists_have_their_sizes()
    {
        int Count(string set, string list) => Ontology.Embedded.Resolve(set).Classes[list].Count;
        Assert.Equal((15, 14, 5, 14, 14, 39),
            (Count("cxr14", "radz"), Count("cxr14", "kad"), Count("chexpert", "radz"), Count("chexpert", "all"), Count("padchest", "seen"),
                Count("padchest", "rare")));
        Assert.Equal((28, 18), (Ontology.Embedded.Resolve("vindr").Labels.Count, Count("openi", "carzero")));
    }

    static string Page()
    {
        var text = new StringBuilder("# Published sets\n\n")
            .Append("Made from `src/RadZ.Data/Sets/ontology.json` by a test (`APPROVE=1 ./test -class '*OntologyTests'`). ")
            .Append("`./radz evaluate --dataset NAME --root DIR` reads each as its publishers\n")
            .Append("give it away. A name in *italics* is not in the knowledge base: it is used as free text, has no description ")
            .Append("(`--score bank` reads its name), and knows no synonyms.\n\n");
        foreach (var set in Ontology.Embedded.Sets)
        {
            text.Append($"## {set.Title}: `{set.Name}`\n");
            if (set.Aliases.Count > 0) text.Append($"Also called {string.Join(", ", set.Aliases.Select(a => $"`{a}`"))}. ");
            text.Append($"Root: {set.Layout}.\n\n");
            text.Append($"Splits: {string.Join(", ", set.Splits.Select(s => $"`{s}`"))} (default `{set.Test}`" +
                $"{(set.Validation is { } v ? $", thresholds locked on `{v}`" : ", none to lock thresholds on")}), or a file of image " +
                $"names. Patient keys `{set.Key}:...`{(set.PatientsKnown ? "" : ", an image each where nothing tells the patient")}." +
                $"{(set.BeforeCovid ? " Older than COVID-19, which is absent throughout." : "")}\n\n");
            text.Append("| Label | Disease | What is lost |\n|---|---|---|\n");
            foreach (var label in set.Labels)
            {
                var disease = label.Disease is not { } d ? "-" : KnowledgeBase.Embedded.TryFind(d, out _) ? d : $"*{d}*";
                text.Append($"| {label.Label} | {disease} | {label.Lossy} |\n");
            }
            text.Append('\n');
            foreach (var (name, classes) in set.Classes)
                text.Append($"- Class list `{name}` ({classes.Count}): {string.Join(", ", classes)}.\n");
            foreach (var overlap in set.Overlaps) text.Append($"- Shares patients with `{overlap.With}`: {overlap.What}.\n");
            foreach (var trap in set.Traps) text.Append($"- {trap}\n");
            text.Append('\n');
        }
        return text.ToString().TrimEnd('\n') + "\n";
    }
}
