using System.Text.RegularExpressions;
using CsCheck;
using RadZ.Data;
using RadZ.Data.Reports;
using RadZ.Data.Sets;
using RadZ.TestKit;
using RadZ.Text.Knowledge;

namespace RadZ.Tests.Reports;

public partial class ReportGrammarTests
{
    static readonly KnowledgeBase s_base = KnowledgeBase.Embedded;
    static readonly string[] s_names = [.. s_base.Diseases.Select(d => d.Name)];

    /// <summary>
    /// Each term of the base, longest first, so that "viral pneumonia" is not read as "pneumonia". Shares no code with the grammar.
    /// </summary>
    static readonly (string Term, string Name)[] s_terms =
        [.. s_base.Diseases.SelectMany(d => d.Terms.Select(t => (t.ToLowerInvariant(), d.Name))).OrderByDescending(t => t.Item1.Length)];
    static readonly Regex s_mention = new($@"\b(?:{string.Join('|', s_terms.Select(t => Regex.Escape(t.Term)))})\b", RegexOptions.Compiled);
    static readonly Dictionary<string, string> s_nameOf = s_terms.ToDictionary(t => t.Term, t => t.Name);

    [GeneratedRegex(@"^(?:\d\. |findings: |impression: )*(?:no |there is no |the film is negative for |the chest is without )")]
    private static partial Regex Negative();

    [GeneratedRegex(@"(?<=\.)\s+(?!\d\. )|\n+")]
    private static partial Regex SentenceEnd();

    static Labels Of(params (string Disease, Label Label)[] labels) => new(labels.ToDictionary(l => l.Disease, l => l.Label));

    static IEnumerable<(string Name, bool Denied)> Read(string text) =>
        from sentence in SentenceEnd().Split(text.ToLowerInvariant())
        let negative = Negative().IsMatch(sentence)
        from Match mention in s_mention.Matches(sentence)
        select (s_nameOf[mention.Value], negative);

    static List<ReportText> Many(Wording wording, Labels labels, int count = 2000)
    {
        var (grammar, random) = (new ReportGrammar(wording, s_base), new Random(1));
        return [.. Enumerable.Range(0, count).Select(_ => grammar.Write(labels, random))];
    }

    [Fact]
    public void Ten_thousand_reports_assert_only_what_is_present_and_deny_only_what_is_absent()
    {
        var label = Gen.Frequency((12, Gen.Const(Label.Unknown)), (4, Gen.Const(Label.Absent)), (1, Gen.Const(Label.Present)));
        var fraction = Gen.Double[0, 1];
        var wording = Gen.Select(fraction, fraction, fraction, fraction, fraction, Gen.Int[1, 6],
            (coarse, category, single, synonym, denial, most) => new Wording
            {
                CoarseFraction = coarse,
                CategoryFraction = category,
                SingleFraction = single,
                SynonymFraction = synonym,
                DenialFraction = denial,
                MostDenied = most
            });

        Gen.Select(label.Array[s_names.Length], wording, Gen.Int).Sample((given, how, seed) =>
        {
            var labels = Of([.. s_names.Zip(given)]);
            var report = new ReportGrammar(how, s_base).Write(labels, new Random(seed));
            var read = Read(report.Text).ToList();

            Assert.All(report.Asserted, d => Assert.Equal(Label.Present, labels[d]));
            Assert.All(report.Denied, d => Assert.Equal(Label.Absent, labels[d]));
            Assert.Subset(report.Asserted.Concat(report.Denied).ToHashSet(), read.Select(r => r.Name).ToHashSet());
            if (report.Asserted is not [Disease.NoFinding]) // a normal film is put in many words
                Assert.Equal([.. report.Asserted.Select(d => (d, false)), .. report.Denied.Select(d => (d, true))], read.ToHashSet());
            else
                Assert.Contains(Disease.NoFinding, read.Select(r => r.Name));
            if (labels.Present.Any()) Assert.NotEmpty(report.Asserted);
            Assert.Equal(report.Asserted.Distinct(), report.Asserted);
            Assert.DoesNotContain(report.Text, c => c is '{' or '}');
        }, iter: 10_000, threads: 1);
    }

    [Fact]
    public void The_same_random_state_gives_the_same_text_whatever_the_order_of_the_labels()
    {
        var a = Of(("mass", Label.Present), ("nodule", Label.Present), ("edema", Label.Absent), ("fibrosis", Label.Absent));
        var b = new Labels(a.ByDisease.Reverse().ToDictionary());
        Assert.Equal(Many(new(), a, 50).Select(r => r.Text), Many(new(), b, 50).Select(r => r.Text));
    }

    [Fact]
    public void Texts_vary()
    {
        var texts = Many(new() { CategoryFraction = 0 }, Of(("pleural effusion", Label.Present), ("mass", Label.Absent)));
        Assert.InRange(texts.Select(r => r.Text).Distinct().Count(), 150, 2000);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.4)]
    [InlineData(1.0)]
    public void A_fraction_of_bacterial_cases_says_only_pneumonia_and_does_not_give_the_kind_away(double fraction)
    {
        var labels = Of(("pneumonia", Label.Present), ("bacterial pneumonia", Label.Present), ("viral pneumonia", Label.Absent),
            ("no finding", Label.Absent));
        var texts = Many(new() { CoarseFraction = fraction }, labels);
        var coarse = texts.Where(r => r.Asserted is ["pneumonia"]).ToList();
        Assert.InRange(coarse.Count / 2000.0, fraction - 0.04, fraction + 0.04);
        Assert.All(coarse, r => Assert.DoesNotContain("al pneumonia", r.Text));
        Assert.All(texts.Except(coarse), r => Assert.Equal(["bacterial pneumonia"], r.Asserted));
    }

    [Fact]
    public void A_fraction_of_texts_is_exactly_the_category_sentence()
    {
        var labels = Of(("mass", Label.Present), ("edema", Label.Present), ("fibrosis", Label.Absent));
        var wording = new Wording { CategoryFraction = 0.3, SingleFraction = 0 };
        string[] exact = ["This is a chest X-ray showing mass and edema", "This is a chest X-ray showing edema and mass"];
        var category = Many(wording, labels).Where(r => r.Text.StartsWith("This is a chest X-ray showing")).ToList();
        Assert.InRange(category.Count / 2000.0, 0.26, 0.34);
        Assert.Equal(exact.Order(), category.Select(r => r.Text).Distinct().Order());
        Assert.All(category, r => Assert.Empty(r.Denied));
        Assert.Equal("This is a chest X-ray showing no finding",
            Many(new() { CategoryFraction = 1 }, Of(("no finding", Label.Present)), 1)[0].Text);
    }

    [Fact]
    public void Negative_category_texts_deny_one_absent_disease_and_nothing_else()
    {
        var grammar = new ReportGrammar(new() { NegatedCategoryFraction = 1 }, KnowledgeBase.Embedded);
        var labels = new Labels(new Dictionary<string, Label>
        {
            ["mass"] = Label.Present,
            ["edema"] = Label.Absent,
            ["no finding"] = Label.Absent,
            ["hernia"] = Label.Unknown,
        });
        var random = new Random(1);
        var texts = Enumerable.Range(0, 40).Select(_ => grammar.Write(labels, random)).ToList();
        Assert.Equal(["This is a chest X-ray showing disease", "This is a chest X-ray showing no edema"],
            texts.Select(t => t.Text).Distinct().Order(StringComparer.Ordinal));
        Assert.All(texts, t => Assert.Equal(t.Text.EndsWith("edema", StringComparison.Ordinal) ? "edema" : "no finding",
            Assert.Single(t.Denied)));
        Assert.All(texts, t => Assert.Empty(t.Asserted));
        var nothingAbsent = new Labels(new Dictionary<string, Label> { ["mass"] = Label.Present });
        Assert.Equal(["mass"], grammar.Write(nothingAbsent, random).Asserted);
    }

    [Fact]
    public void Negations_in_a_reports_words_deny_one_absent_disease_and_nothing_else()
    {
        var labels = Of(("mass", Label.Present), ("pleural effusion", Label.Absent), ("hernia", Label.Unknown));
        var texts = Many(new() { NegatedCategoryFraction = 1, NegatedFreeFraction = 0.5 }, labels);
        Assert.All(texts, t => Assert.Equal(("", "pleural effusion"), (string.Join(',', t.Asserted), string.Join(',', t.Denied))));
        Assert.InRange(texts.Count(t => t.Text == "This is a chest X-ray showing no pleural effusion") / 2000.0, 0.46, 0.54);
        Assert.True(texts.Select(t => t.Text).Distinct().Count() > 20);
        Assert.All(texts, t => Assert.Contains(KnowledgeBase.Embedded.MentionedIn(t.Text), d => d.Name == "pleural effusion"));
        Assert.DoesNotContain(texts, t => t.Text.Contains("mass", StringComparison.Ordinal));
        Assert.All(Many(new() { NegatedCategoryFraction = 1, NegatedFreeFraction = 1 },
            Of(("mass", Label.Present), ("no finding", Label.Absent)), 20),
                t => Assert.Equal("This is a chest X-ray showing disease", t.Text));
    }

    [Fact]
    public void A_fraction_of_texts_names_one_of_several_diseases()
    {
        var labels = Of(("mass", Label.Present), ("edema", Label.Present), ("scoliosis", Label.Present));
        var counts = Many(new() { SingleFraction = 0.25 }, labels).GroupBy(r => r.Asserted.Count).ToDictionary(g => g.Key,
            g => g.Count() / 2000.0);
        Assert.Equal([1, 3], counts.Keys.Order());
        Assert.InRange(counts[1], 0.21, 0.29);
    }

    [Fact]
    public void Denials_and_synonyms_follow_their_fractions()
    {
        var labels = Of(("edema", Label.Present), ("mass", Label.Absent));
        Assert.InRange(Many(new() { CategoryFraction = 0, DenialFraction = 0.5 }, labels).Count(r => r.Denied is ["mass"]) / 2000.0, 0.46,
            0.54);
        Assert.All(Many(new() { SynonymFraction = 1, CategoryFraction = 0 }, labels),
            r => Assert.Matches("(pulmonary|lung) o?edema", r.Text.ToLowerInvariant()));
        Assert.All(Many(new() { SynonymFraction = 0 }, labels), r => Assert.DoesNotMatch("(pulmonary|lung) ", r.Text.ToLowerInvariant()));
    }

    [Fact]
    public void Nothing_present_asserts_nothing_but_still_makes_a_text()
    {
        Assert.All(Many(new(), Labels.None, 100), r => { Assert.NotEmpty(r.Text); Assert.Empty(r.Asserted); Assert.Empty(r.Denied); });
        Assert.Contains(Many(new(), Of(("mass", Label.Absent)), 100), r => r.Denied is ["mass"]);
    }

    [Fact]
    public void No_finding_is_said_only_when_nothing_else_is_present()
    {
        var both = Many(new(), Of(("no finding", Label.Present), ("mass", Label.Present)));
        Assert.All(both, r => Assert.Equal(["mass"], r.Asserted));
        var normal = Many(new() { CategoryFraction = 0, DenialFraction = 0 },
            Of(("no finding", Label.Present), ("cardiomegaly", Label.Absent)));
        Assert.Contains(normal, r => r.Denied is ["cardiomegaly"]);
        Assert.DoesNotContain(normal, r => r.Text.Contains("lungs are clear")); // nothing known of the lungs
    }

    [Fact]
    public void Contradictory_labels_never_deny_what_a_present_disease_entails()
    {
        var texts = Many(new() { CategoryFraction = 0, DenialFraction = 1 },
            Of(("COVID-19", Label.Present), ("pneumonia", Label.Absent), ("mass", Label.Absent)));
        Assert.All(texts, r => Assert.Equal(["mass"], r.Denied));
    }

    [Fact]
    public void A_name_from_outside_the_base_is_worded_too() =>
        Assert.All(Many(new(), Of(("cervical rib", Label.Present)), 100), r => Assert.Contains("cervical rib", r.Text.ToLowerInvariant()));

    [Fact]
    public void A_fraction_outside_its_range_is_refused() =>
        Assert.Contains("CoarseFraction",
            Assert.Throws<ArgumentException>(() => new ReportGrammar(new() { CoarseFraction = 40 }, s_base)).Message);

    [Fact]
    public void Sample_reports_are_approved()
    {
        var labels = Of(("pneumonia", Label.Present), ("bacterial pneumonia", Label.Present), ("viral pneumonia", Label.Absent));
        var chronic = Of(("pleural effusion", Label.Present), ("support devices", Label.Present), ("mass", Label.Present),
            ("pneumothorax", Label.Absent), ("hernia", Label.Absent));
        var normal = Of([.. ChestXray14.Findings.Select(d => (d, Label.Absent)), ("no finding", Label.Present)]);
        Approved.Verify(string.Concat(new[] { labels, chronic, normal }.SelectMany(l => Many(new(), l, 16))
            .Select(r => r.Text.Replace("\n", "\\n") + "\n")), "reports");
    }
}
