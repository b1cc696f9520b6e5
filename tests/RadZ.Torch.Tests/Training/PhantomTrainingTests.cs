using RadZ.Data;
using RadZ.Data.Reports;
using RadZ.Data.Sets;
using RadZ.Files;
using RadZ.Imaging.Preparation;
using RadZ.Phantoms;
using RadZ.Text.Knowledge;
using RadZ.Training.Data;
using RadZ.Training.Recipes;

namespace RadZ.Torch.Tests.Training;

/// <summary>Synthetic radiographs as a source of samples: drawn while the run goes on, nothing on disk.</summary>
public class PhantomTrainingTests
{
    static SourceRecipe Source(string name, int count, int seed = 1, double validation = 0, bool fresh = false, params string[] without) =>
        new()
        {
            Name = name,
            Kind = SourceKind.Phantoms,
            Validation = validation,
            Phantoms = new()
            {
                Count = count,
                Seed = seed,
                Size = 64,
                Fresh = fresh,
                Reports = 1,
                Findings = [.. ChestXray14.Findings.Except(without)]
            },
        };

    static TrainingData Read(DataRecipe recipe) => TrainingData.Read(recipe, KnowledgeBase.Embedded);

    static BatchProducer Producer(TrainingData data, PreparedImages images, int batch = 8) =>
        new(data, images, new ReportGrammar(new(), KnowledgeBase.Embedded), new() { RotationDegrees = 5 }, batch, seed: 3, tokenize: null);

    [Fact]
    public void Two_hospitals_have_their_own_patients_and_one_patient_is_never_on_both_sides()
    {
        var data = Read(new() { Sources = [Source("a", 40), Source("b", 30, seed: 2, validation: 1)] });
        Assert.Equal((40, 30), (data.Training.Count, data.Validation.Count));
        Assert.Empty(data.Training.Select(s => s.Patient).Intersect(data.Validation.Select(s => s.Patient)));
        Assert.Equal(("a", "b"), (data.Training[0].Source, data.Validation[0].Source));
        // the same seed is the same patients, whatever the site
        Assert.Equal("bad-split",
            Assert.Throws<InvalidInputException>(() => Read(new() { Sources = [Source("a", 40), Source("b", 30, validation: 1)] })).Kind);
    }

    [Fact]
    public async Task Fresh_phantoms_are_others_in_every_epoch_and_a_batch_is_the_same_however_far_ahead_it_is_made()
    {
        var data = Read(new() { Sources = [Source("a", 16, fresh: true)] });
        async Task<List<TrainingBatch>> From(int first, int end)
        {
            var made = new List<TrainingBatch>();
            await foreach (var batch in Producer(data, new(new ClipPreparation { Size = 32 })).ProduceAsync(first, end,
                TestContext.Current.CancellationToken)) made.Add(batch);
            return made;
        }
        var batches = await From(0, 4);                                            // two epochs of two batches
        string[] first = [.. batches[..2].SelectMany(b => b.Samples).Select(s => s.Patient)],
        second = [.. batches[2..].SelectMany(b => b.Samples).Select(s => s.Patient)];
        Assert.Equal((16, 16), (first.Distinct().Count(), second.Distinct().Count()));
        Assert.Empty(first.Intersect(second));
        var again = (await From(3, 4))[0];
        Assert.Equal(batches[3].Pixels, again.Pixels);
        Assert.Equal(batches[3].Reports.Select(r => r.Text), again.Reports.Select(r => r.Text));
        Assert.All(batches.SelectMany(b => b.Samples.Zip(b.Reports)),
            s => Assert.Equal(s.First.Labels.Present.Order(), s.Second.Asserted.Order()));
    }

    [Fact]
    public async Task A_picture_is_what_the_written_file_would_be()
    {
        var data = Read(new() { Sources = [Source("a", 8)] });
        var images = new PreparedImages(new ClipPreparation { Size = 64 });
        images.Preload(data.Training, null, TestContext.Current.CancellationToken);
        var source = new PhantomSource(new() { Seed = 1 }, 64);
        Assert.All(Enumerable.Range(0, 8),
            i => Assert.Equal(PhantomSource.Levels(source.Draw(i)).Levels, images.Get(data.Training[i]).Levels));
        Assert.Equal(8 * 64 * 64, images.Held);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_long_stream_keeps_nothing()
    {
        var data = Read(new() { Sources = [Source("a", 64, fresh: true)] });
        var images = new PreparedImages(new ClipPreparation { Size = 64 });
        var (seen, before) = (0, 0L);
        await foreach (var batch in Producer(data, images, batch: 32).ProduceAsync(0, 24, TestContext.Current.CancellationToken))
        {
            seen += batch.Size;
            if (seen == 128) before = GC.GetTotalMemory(forceFullCollection: true);
        }
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal((768, 0L), (seen, images.Held));
        // kept, they would be 640 x (4 KB picture + 48 KB pixels)
        Assert.True(grown < 4 << 20, $"{grown / 1024} KB more after 640 phantoms than after 128");
    }

    [Fact]
    public void What_is_left_out_is_in_no_picture_label_or_text()
    {
        string[] hidden = ["nodule", "consolidation"];
        var data = Read(new()
        {
            LeaveOut = hidden,
            Sources = [Source("a", 300, fresh: true, without: hidden), Source("b", 60, seed: 2, validation: 1)]
        });
        Assert.Empty(data.Diseases.Intersect(hidden));
        Assert.Contains(data.Validation, s => s.Labels["nodule"] == Label.Present);
        var producer = Producer(data, new(new ClipPreparation { Size = 32 }), batch: 4);
        var reading = new ReportReading(KnowledgeBase.Embedded);
        for (var epoch = 0; epoch < 2; epoch++)
            foreach (var sample in data.Training.Select(s => s.Origin!.InEpoch(epoch)!))
            {
                Assert.All(hidden, d => Assert.Equal(Label.Unknown, sample.Labels[d]));
                var word = sample.Origin!.Word(new Random(epoch))!;
                Assert.DoesNotContain(reading.Read(word.Text), s => hidden.Contains(s.Disease));
            }
        Assert.True(producer.PerEpoch > 0);
    }

    [Fact]
    public void Mistakes_of_a_recipe_are_told_together()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("radz-recipe-").FullName, "bad.json");
        File.WriteAllText(path, $$"""
            {
              "name": "bad",
              "model": { "new": { "tokenizer": {{System.Text.Json.JsonSerializer.Serialize(Cli.TinyModelFolder.Tokenizer)}} } },
              "data": { "sources": [
                { "name": "x", "kind": "phantoms" },
                { "name": "y", "kind": "phantoms", "validation": 0.5,
                  "phantoms": { "count": 5, "fresh": true, "sites": ["c"], "findings": ["nodul"], "size": 32 } },
                { "name": "z", "kind": "manifest" } ] },
              "phases": [ { "kind": "alignment" } ]
            }
            """);
        var error = Assert.Throws<InvalidInputException>(() => RecipeFile.Read(path)).Message;
        foreach (var part in (string[])["source 'x': 'phantoms' is missing",
            "source 'y': 'fresh' phantoms are other patients in every epoch", "there is no site 'c'",
            "'nodul' cannot be drawn; did you mean 'nodule'?", "size is 32", "source 'z': 'path' is missing"])
            Assert.Contains(part, error);
    }

    [Fact]
    public async Task A_run_on_phantoms_alone_repeats_itself_and_goes_on_after_a_stop()
    {
        using var toy = new ToyData(1);
        var recipe = toy.Recipe("phantoms", ToyData.ThreePhases);
        var text = File.ReadAllText(recipe);
        text = text.Replace("""{ "name": "toy", "kind": "manifest", "path": "manifest.csv", "validation": 0.3 }""", """
            { "name": "train", "kind": "phantoms", "phantoms": { "count": 24, "size": 64, "fresh": true } },
            { "name": "toy", "kind": "phantoms", "validation": 1, "phantoms": { "count": 24, "size": 64, "seed": 2, "sites": ["b"] } }
            """, StringComparison.Ordinal);
        Assert.Contains("\"fresh\"", text);
        File.WriteAllText(recipe, text);
        var whole = await toy.Train(recipe, "whole");
        Assert.Equal(ToyData.Weights(whole), ToyData.Weights(await toy.Train(recipe, "again")));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            toy.Train(recipe, "cut", r => r.Phase == "2-warmstart" && r.Step == 3));
        Assert.Equal(ToyData.Weights(whole), ToyData.Weights(await toy.Train(recipe, "cut", resume: true)));
        Assert.Equal(24,
            System.Text.Json.Nodes.JsonNode.Parse(
                File.ReadAllText(whole.Facts))!["sources"]!["toy"]!["validation_images"]!.GetValue<int>());
    }
}
