using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using RadZ.Data;
using RadZ.Data.Splits;
using RadZ.Files;
using RadZ.TestKit;

namespace RadZ.Tests.Datasets;

public class PatientSplitTests
{
    /// <summary>The rule of recipes/radz-small.json.</summary>
    static readonly PatientSplit RadzSmall =
        new("radz-small/1:", new Dictionary<string, double> { ["kermany"] = 0.15, ["nih"] = 0.30, ["covid"] = 0.20 });

    static Sample Of(string patient, string source = "x") => new($"/{patient}.png", patient, source, Labels.None);

    /// <summary>Numbers from Python: int.from_bytes(sha256(("radz-small/1:" + patient).encode()).digest()[:4], "big") / 2**32.</summary>
    [Theory]
    [InlineData("kermany:person100", 0.10246927430853248, true)]
    [InlineData("kermany:normal-0115", 0.6008385312743485, false)]
    [InlineData("nih:1281", 0.8695237198844552, false)]
    [InlineData("covid:024e7871", 0.5424454077146947, false)]
    public void The_shipped_rule_is_exact(string patient, double position, bool validation)
    {
        Assert.Equal(position, RadzSmall.Position(patient));
        Assert.Equal(validation, RadzSmall.IsValidation(patient));
    }

    [Fact]
    public void The_shipped_recipe_splits_by_this_rule()
    {
        var recipe = JsonNode.Parse(File.ReadAllText(Path.Combine(Fixtures.Repository, "recipes", "radz-small.json")),
            documentOptions: new() { CommentHandling = JsonCommentHandling.Skip })!["data"]!;
        Assert.Equal(RadzSmall.Salt, recipe["split_salt"]!.GetValue<string>());
        Assert.Equal(
            [("covid", 0.20), ("kermany", 0.15), ("nih", 0.30)],
            recipe["sources"]!.AsArray().Where(s => s!["kind"]!.GetValue<string>() != "phantoms")
                .Select(s => (Kind: s!["kind"]!.GetValue<string>(), Share: s["validation"]!.GetValue<double>())).Distinct().Order());
    }

    [Fact]
    public void The_fraction_is_strictly_below()
    {
        var position = RadzSmall.Position("nih:1281");
        PatientSplit At(double fraction) => new("radz-small/1:", new Dictionary<string, double> { ["nih"] = fraction });
        Assert.False(At(position).IsValidation("nih:1281"));
        Assert.True(At(Math.BitIncrement(position)).IsValidation("nih:1281"));
    }

    [Fact]
    public void About_the_fraction_of_patients_is_for_validation()
    {
        var count = Enumerable.Range(0, 10_000).Count(i => RadzSmall.IsValidation($"nih:{i}"));
        Assert.InRange(count, 2850, 3150);
    }

    [Fact]
    public void A_patient_is_on_one_side_with_all_images_in_order_whatever_the_source_is_called() =>
        Gen.Int[0, 40].Array[0, 60].Sample(patients =>
        {
            Sample[] samples = [.. patients.Select((p, i) => Of($"nih:{p}", i % 2 == 0 ? "nih" : "nih14") with { Image = $"/{i}.png" })];
            var (training, validation) = RadzSmall.Divide(samples);
            PatientSplit.Guard(("training", training), ("validation", validation));
            Assert.Equal(samples.Length, training.Count + validation.Count);
            Assert.Equal(samples.Where(validation.Contains), validation);
        });

    [Fact]
    public void A_source_without_a_fraction_is_refused() =>
        Assert.StartsWith("patient 'ward:1' is of source 'ward', for which the split has no fraction; it has covid, kermany, nih.",
            Assert.Throws<ArgumentException>(() => RadzSmall.IsValidation("ward:1")).Message);

    [Fact]
    public void The_guard_names_the_patient_in_two_splits()
    {
        PatientSplit.Guard(("training", [Of("a"), Of("a")]), ("validation", [Of("b")]));
        var leak = Assert.Throws<InvalidInputException>(() =>
            PatientSplit.Guard(("training", [Of("a")]), ("validation", [Of("b")]), ("test", [Of("c"), Of("a")])));
        Assert.Equal("/a.png: patient 'a' is in 'training' and in 'test'; results would be too good. Split by patient.", leak.Message);
    }
}
