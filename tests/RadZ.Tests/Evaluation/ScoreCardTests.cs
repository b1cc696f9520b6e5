using System.Text.Json;
using RadZ.Data;
using RadZ.Evaluation.Intervals;
using RadZ.Evaluation.Tables;
using RadZ.TestKit;

namespace RadZ.Tests.Evaluation;

public class ScoreCardTests
{
    const Label P = Label.Present, A = Label.Absent, U = Label.Unknown;

    static readonly BootstrapOptions Options = new() { Resamples = 200, Seed = 1 };

    /// <summary>Six images of five patients: a plain disease, one with a label missing, one never seen, one always seen.</summary>
    internal static ScoreTable Table { get; } = new(
        [.. "abccde".Select((patient, i) => new ScoredImage($"/data/{i}.png", $"nih:{patient}", "nih"))],
        ["effusion", "edema", "hernia", "no finding"],
        new double[,] { { .9, .1, .3, .5 }, { .8, .7, .2, .4 }, { .83, .6, .1, .6 }, { .4, .2, .4, .3 }, { .2, .65, .3, .2 },
            { .85, .5, .2, .1 } },
        new[,] { { P, A, A, P }, { P, P, A, P }, { A, U, A, U }, { A, A, A, U }, { A, P, A, P }, { P, A, A, P } })
    {
        Failed = [new(new("/data/broken.dcm", "nih:f", "nih"), "truncated: 12 bytes, expected 132")],
    };

    [Fact]
    public void Json_is_as_agreed() => Approved.Verify(ScoreCard.Compute(Table, Options).ToJson() + "\n");

    [Fact]
    public void Text_for_a_person() => Approved.Verify(ScoreCard.Compute(Table, Options).ToString());

    [Fact]
    public void Json_has_the_names_of_the_contract_in_order()
    {
        using var json = JsonDocument.Parse(ScoreCard.Compute(Table, Options).ToJson());
        Assert.Equal(["rows", "failed", "classes", "macro"], Names(json.RootElement));
        Assert.Equal(["disease", "positives", "negatives", "auc", "auc_low", "auc_high", "average_precision", "f1", "accuracy"],
            Names(json.RootElement.GetProperty("classes")[0]));
        Assert.Equal(["auc", "auc_low", "auc_high", "average_precision", "f1", "accuracy", "classes"],
            Names(json.RootElement.GetProperty("macro")));
    }

    [Fact]
    public void Numbers_by_hand()
    {
        var card = ScoreCard.Compute(Table, Options);
        Assert.Equal((6, 1, 5), (card.Rows, card.Failed, card.Patients));
        // .9 .85 .8 against .83 .4 .2: 8 of 9 pairs; best F1 at .8 with one false alarm
        Assert.Equal(("effusion", 3, 3), (card.Classes[0].Disease, card.Classes[0].Positives, card.Classes[0].Negatives));
        Assert.Equal((8.0 / 9, 0.8, 5.0 / 6), (card.Classes[0].Auc, card.Classes[0].Threshold, card.Classes[0].Accuracy));
        Assert.Equal(17.0 / 18, card.Macro.Auc!.Value, 15);
        Assert.Equal((2, 3, 1.0), (card.Classes[1].Positives, card.Classes[1].Negatives, card.Classes[1].Auc));
        Assert.Equal(("hernia", 0, 6, null, null, null),
            (card.Classes[2].Disease, card.Classes[2].Positives, card.Classes[2].Negatives, card.Classes[2].Auc, card.Classes[2].F1,
                card.Classes[2].AucLow));
        Assert.Equal(("no finding", 4, 0, null, 1.0),
            (card.Classes[3].Disease, card.Classes[3].Positives, card.Classes[3].Negatives, card.Classes[3].Auc,
                card.Classes[3].AveragePrecision));
        Assert.Equal((2, 3), (card.Macro.Classes, card.Macro.ClassesWithPositives));
    }

    [Fact]
    public void No_images_make_a_card_of_nulls()
    {
        var card = ScoreCard.Compute(new([], ["edema"], new double[0, 1], new Label[0, 1]), Options);
        Assert.Equal(new ClassScore { Disease = "edema", Positives = 0, Negatives = 0, UndefinedResamples = 200 }, card.Classes[0]);
        Assert.Equal(new MacroScore { Classes = 0 }, card.Macro);
    }

    static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(p => p.Name);
}
