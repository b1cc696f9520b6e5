using RadZ.Data;
using RadZ.Evaluation.Robustness;
using RadZ.Evaluation.Runs;
using RadZ.Evaluation.Tables;
using RadZ.TestKit;
using RadZ.Text.Wording;

namespace RadZ.Tests.Evaluation;

public class RobustnessFiguresTests
{
    const Label Yes = Label.Present, No = Label.Absent, Unsaid = Label.Unknown;

    static readonly Phrasing[] s_texts =
    [
        new(0, PhrasingKind.Default, "showing", "showing mass"), new(0, PhrasingKind.Template, "there is", "there is mass"),
        new(0, PhrasingKind.Name, "synonym: lump", "showing lump"),
        new(0, PhrasingKind.Description, "own", "mass: round"), new(0, PhrasingKind.Random, "random 1", "words"),
        new(0, PhrasingKind.Negation, "no", "no mass", "there is mass"),
        new(1, PhrasingKind.Default, "showing", "showing edema"), new(1, PhrasingKind.Template, "there is", "there is edema"),
        new(1, PhrasingKind.Negation, "no", "no edema", "showing edema"),
    ];

    // four images, the last without a label of mass; columns as the texts
    static readonly double[,] s_scores =
    {
        { 4, 3, 1, 4, 2, 5, 1, 2, 0 },
        { 3, 4, 2, 3, 3, 1, 4, 4, 1 },
        { 2, 1, 3, 1, 1, 3, 2, 3, 2 },
        { 9, 9, 9, 9, 9, 9, 3, 1, 3 },
    };

    static PhrasingScores Table() => new([.. "abcd".Select(c => new ScoredImage($"{c}.png", $"p{c}", "own"))], ["mass", "edema"],
        new[,] { { Yes, No }, { Yes, Yes }, { No, No }, { Unsaid, Yes } }, s_texts, s_scores, [1, 0.9, 0.8, 0.7, 0.1, 0.6, 1, 0.95, 0.5]);

    static RobustnessFigures Figures(int resamples = 0) => RobustnessFigures.Compute(Table(), 2,
        [DenialFigure.Compute("mass", "sentence", [new(0.2, 0.5, 0.6), new(0.2, 0.1, 0.8)])], new() { Resamples = resamples });

    [Fact]
    public void Areas_and_spread_are_those_of_a_hand()
    {
        var mass = Figures().Diseases[0];
        Assert.Equal((2, 1), (mass.Positives, mass.Negatives));
        // default 4, 3 against 2: 1; there is 3, 4 against 1: 1; lump 1, 2 against 3: 0
        Assert.Equal(1, mass.Default.Value);
        Assert.Equal((3, 2 / 3.0, 0.0, 1.0, "synonym: lump"),
            (mass.SameMeaning.Texts, mass.SameMeaning.Mean!.Value, mass.SameMeaning.Least!.Value, mass.SameMeaning.Most!.Value,
                mass.SameMeaning.LeastStyle));
        Assert.Equal(Math.Sqrt(1 / 3.0), mass.SameMeaning.Deviation!.Value, 12);
        // ranks of a, b, c: default 3 2 1; there is 2 3 1: .5; lump 1 2 3: -1
        Assert.Equal((-0.25, -1.0), (mass.RankAgreement!.Value, mass.LeastRankAgreement!.Value));
        Assert.Equal((1.0, 1.0), (mass.Descriptions!.Mean!.Value, mass.Random!.Mean!.Value));
    }

    [Fact]
    public void A_negation_is_set_against_the_text_that_it_denies()
    {
        var negation = Figures().Texts[5];
        Assert.Equal(0.5, negation.Auc.Value);                                     // 5 above 3, 1 below
        Assert.Equal(0.5, negation.AbovePresent);                                  // a: 5 > 3; b: 1 < 4
        Assert.Equal(1.0, negation.AboveAbsent);                                   // c: 3 > 1
        Assert.Equal(0.75, negation.DifferenceAuc);                                // -2 and 3 against -2: a tie and a win
    }

    [Fact]
    public void Unknown_labels_count_as_neither()
    {
        var table = Table();
        table.Labels[3, 0] = Label.Uncertain;
        Assert.Equal(3, RobustnessFigures.Compute(table, 0, [], new() { Resamples = 0 }).Diseases[0] is var mass
            ? mass.Positives + mass.Negatives : 0);
    }

    [Fact]
    public void Ways_of_wording_are_meant_over_the_diseases_that_have_them()
    {
        var styles = Figures(200).Styles;
        Assert.Equal(["showing", "there is", "no"], styles.Select(s => s.Style));
        var there = styles[1];
        // edema by "there is": 4, 1 against 2, 3: .5; by default 4, 3 against 1, 2: 1
        Assert.Equal((2, 0.75, 1.0, -0.25), (there.Diseases, there.Auc.Value!.Value, there.Default, there.Difference.Value!.Value));
        Assert.True(there.Difference.Low <= -0.25 && there.Difference.High >= -0.25);
        Assert.Equal((0.0, 0.0), (styles[0].Difference.Low, styles[0].Difference.High));
    }

    [Fact]
    public void A_denial_that_moves_half_way_to_the_assertion_is_half_read_as_one()
    {
        var denial = Figures().Denials[0];
        Assert.Equal((0.2, 0.3, 0.7, 0.5), (denial.Neutral, Math.Round(denial.Denied, 9), Math.Round(denial.Asserted, 9), denial.Nearer));
        Assert.Equal(0.2, denial.Confusion!.Value, 9);
        Assert.Null(DenialFigure.Compute("x", "sentence", [new(0.5, 0.4, 0.5)]).Confusion);
        Assert.Equal(-1, DenialFigure.Compute("x", "sentence", [new(0.5, 0.4, 0.6)]).Confusion!.Value, 9);
    }

    [Fact]
    public void Tables_are_as_approved() =>
        Approved.Verify(RobustnessText.Render("own.csv: model tiny", Figures(100), new() { Resamples = 100 }));

    [Fact]
    public void The_folder_is_sealed_and_holds_every_text()
    {
        using var folder = new TempFolder();
        var record = new RobustnessRecord
        {
            Created = DateTimeOffset.UnixEpoch,
            Arguments = ["robustness"],
            Scores = new("tiny", "00", "direct", "score", null),
            KnowledgeHash = "00",
            AuthorHashes = new Dictionary<string, string>(),
            Dataset = "own.csv",
            Tables = [],
            Test = new("all", 4, 4, "00", "00"),
            Bootstrap = new(),
            Random = 1,
            Notices = [],
        };
        RobustnessRun.Write(folder.Path, record, Table(), Figures(), "text\n");
        Assert.Empty(Seal.Read(folder.Path).Broken(folder.Path));
        Assert.Equal(s_texts.Length + 1, File.ReadAllLines(Path.Combine(folder.Path, "texts.csv")).Length);
        Assert.Equal("b.png,pb,own,1,1,3,4,2,3,3,1,4,4,1", File.ReadAllLines(Path.Combine(folder.Path, "scores.csv"))[2]);
        File.AppendAllText(Path.Combine(folder.Path, "texts.csv"), "more\n");
        Assert.Contains(Seal.Read(folder.Path).Broken(folder.Path),
            b => b.StartsWith("texts.csv: is not what was sealed", StringComparison.Ordinal));
    }

    [Fact]
    public void Parts_that_do_not_fit_are_refused()
    {
        var rows = new[] { new ScoredImage("a", "p", "s") };
        Assert.Throws<ArgumentException>(() => new PhrasingScores(rows, ["mass"], new Label[1, 1], [s_texts[0]], new double[1, 2], [1]));
        Assert.Contains("no default sentence",
            Assert.Throws<ArgumentException>(() =>
                new PhrasingScores(rows, ["mass"], new Label[1, 1], [s_texts[1]], new double[1, 1], [1])).Message);
        Assert.Contains("not among the texts",
            Assert.Throws<ArgumentException>(() =>
                new PhrasingScores(rows, ["mass"], new Label[1, 1], [s_texts[0], s_texts[5]], new double[1, 2], [1, 1])).Message);
    }
}
