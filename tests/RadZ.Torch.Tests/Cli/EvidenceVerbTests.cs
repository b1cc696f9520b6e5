using RadZ.Imaging.Pictures;

namespace RadZ.Torch.Tests.Cli;

[Collection(SharedWorld.Name)]
public class EvidenceVerbTests(CliWorld world)
{
    [Fact]
    public void Classify_draws_the_likeliest_findings_and_lists_them()
    {
        var run = world.Program.Start("classify", "xrays", "--explain", "maps", "--top", "2", "--format", "csv");
        Assert.Equal(0, run.Code);
        var rows = File.ReadAllLines(world.At("maps", "evidence.csv")).Select(l => l.Split(',')).ToArray();
        Assert.Equal(["file", "disease", "probability", "method", "peak_x", "peak_y", "picture"], rows[0]);
        Assert.Equal(6, rows.Length - 1);                                                // three images, two findings each
        Assert.All(rows[1..], row =>
        {
            var (picture, source) = (ImageFile.Inspect(world.At("maps", row[6])), ImageFile.Inspect(Path.Combine(world.Folder, row[0])));
            Assert.True(Math.Max(picture.Width, picture.Height) >= 768);
            var (drawn, words) = (ImageFile.Read(world.At("maps", row[6])), 0);
            for (var i = (drawn.Height - 58) * drawn.Width; i < drawn.Height * drawn.Width; i++)
                if (drawn.Levels[i * drawn.Channels] > 128) words++;
            Assert.True(words > 200, $"{words} bright pixels below the picture are no words");
            Assert.InRange(int.Parse(row[4]), 0, source.Width - 1);
            Assert.InRange(int.Parse(row[5]), 0, source.Height - 1);
        });
        Assert.Equal(7, Directory.GetFiles(world.At("maps")).Length);
        Assert.Contains("not where the disease is", run.Error);
    }

    [Theory]
    [InlineData("classify xrays --explain-method occlusion",
        "error: --explain-method goes with --explain DIR\nTry 'radz classify --help'.\n")]
    [InlineData("classify xrays --explain maps --score vqa",
        "error: --explain shows what moved a feature's score; --score vqa has none\nTry 'radz classify --help'.\n")]
    public void What_does_not_go_together_is_told(string args, string error) =>
        Assert.Equal(new Run(2, "", error), world.Program.Start(args.Split(' ')));

    [Fact]
    public void Grounded_maps_of_a_model_that_has_none_are_refused_once_before_any_image()
    {
        world.Write("two-regions.csv", "image,finding,x,y,width,height\nxrays/a.png,mass,0,0,40,30\nxrays/b.jpg,mass,0,0,9,9\n");
        foreach (var command in (string[])["localise two-regions.csv --explain-method grounded",
            "classify xrays --explain no-maps --explain-method grounded"])
        {
            var run = world.Program.Start(command.Split(' '));
            Assert.Equal((2, ""), (run.Code, run.Out));
            Assert.StartsWith("error: ", run.Error);
            Assert.EndsWith("was not trained to say where findings are, so it has no grounded maps; take another way, or train with " +
                "'alignment.grounding'.\n", run.Error);
            Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    [Fact]
    public void A_box_outside_the_picture_stops_no_other()
    {
        world.Write("outside.csv", "image,finding,x,y,width,height\nxrays/a.png,pneumonia,400,300,9,9\nxrays/a.png,mass,0,0,40,30\n");
        var run = world.Program.Start("localise", "outside.csv", "--format", "json");
        Assert.Equal(2, run.Code);
        Assert.Contains("the place of pneumonia lies outside the picture of 40 x 30 pixels", run.Error);
        Assert.Equal(1, run.Json.GetProperty("localisation").EnumerateArray().Single(l => l.GetProperty("disease").GetString() == "all")
            .GetProperty("images").GetInt32());
    }

    [Fact]
    public void Localise_uses_the_adapter_that_is_named()
    {
        world.Write("one-region.csv", "image,finding,x,y,width,height\nxrays/a.png,mass,0,0,40,30\n");
        string Hash(params string[] model) =>
            world.Program.Start(["localise", "one-region.csv", "--format", "json", .. model]).Json.GetProperty("hash").GetString()!;
        Assert.NotEqual(Hash(), Hash("--adapter", MergeVerbTests.Adapter(world, "localised-adapter")));
        Assert.StartsWith("error: nobody: no such folder; expected that of a PEFT adapter",
            world.Program.Start("localise", "one-region.csv", "--adapter", "nobody").Error);
    }

    [Fact]
    public void Localise_counts_hits_and_reports_what_it_cannot_use()
    {
        world.Write("regions.csv",
            "image,finding,x,y,width,height\nxrays/a.png,mass,0,0,40,30\nxrays/b.jpg,mass,0,0,1,1\nbad/text.png,mass,0,0,1,1\n" +
            "xrays/a.png,pneumothorax,0,0,1,1\nxrays/gone.png,mass,0,0,1,1\n");
        var run = world.Program.Start("localise", "regions.csv", "--faithfulness", "--format", "json", "--out", "localised.csv");
        Assert.Equal(2, run.Code);
        Assert.Contains("regions.csv:6: there is no image", run.Error);
        Assert.Contains("text.png", run.Error);
        var all = run.Json.GetProperty("localisation").EnumerateArray().Single(l => l.GetProperty("disease").GetString() == "all");
        Assert.Equal(2, all.GetProperty("images").GetInt32());
        // the box that is the whole picture is hit, the corner is not the centre
        Assert.Equal(0.5, all.GetProperty("pointing").GetDouble());
        Assert.Equal(1, run.Json.GetProperty("left_out").GetInt32());
        Assert.Equal(3, File.ReadAllLines(world.At("localised.csv")).Length);
        Assert.InRange(all.GetProperty("insertion").GetDouble(), 0, 1);
    }

    [Fact]
    public void Killed_and_resumed_localise_gives_the_same_table()
    {
        const int images = 12;
        Directory.CreateDirectory(world.At("many"));
        for (var i = 0; i < images; i++)
            CliWorld.Picture(world.At("many", $"{i}.png"), 40, 30, SkiaSharp.SKEncodedImageFormat.Png, 300 + i);
        world.Write("many.csv", "image,finding,x,y,width,height\n"
            + string.Concat(Enumerable.Range(0, images)
                .Select(i => $"many/{i}.png,mass,{(i == 5 ? 400 : 3)},3,20,20\nmany/{i}.png,pneumonia,10,0,30,9\n")));
        string[] Arguments(string file, params string[] more) =>
            ["localise", "many.csv", "--explain-method", "occlusion", "--faithfulness", "--out", file, .. more];
        Assert.Equal(2, world.Program.Start(Arguments("whole.csv")).Code);               // one box lies outside
        Assert.False(File.Exists(world.At("whole.csv.journal")));
        var (journal, kills) = (world.At("cut.csv.journal"), 0);
        for (var attempt = 0; attempt < 20 && kills < 2; attempt++)
        {
            var before = Length();
            using var process = System.Diagnostics.Process.Start(world.Program.Command(Arguments("cut.csv", "--resume")))!;
            while (!process.HasExited && Length() <= before) Thread.Sleep(1);
            process.Kill();
            process.WaitForExit();
            kills = process.ExitCode == 137 ? kills + 1 : 0;
            File.Delete(world.At("cut.csv"));
        }
        Assert.Equal(2, kills);
        var other = world.Program.Start(Arguments("cut.csv", "--resume", "--score", "anchored"));
        Assert.Equal((2, true), (other.Code, other.Error.Contains("was begun in another way", StringComparison.Ordinal)));
        var done = Length() / (8 * sizeof(double));
        var last = world.Program.Start(Arguments("cut.csv", "--resume"));
        Assert.Equal(2, last.Code);
        Assert.Contains($"{done} of {2 * images} regions were measured already.", last.Error);
        Assert.Contains("the place of mass lies outside the picture", last.Error);
        Assert.Equal(File.ReadAllText(world.At("whole.csv")), File.ReadAllText(world.At("cut.csv")));
        Assert.Equal(2 * images, File.ReadAllLines(world.At("cut.csv")).Length);
        Assert.StartsWith("error: --resume goes on with a file; give --out FILE.csv",
            world.Program.Start("localise", "many.csv", "--resume").Error);

        long Length() => new FileInfo(journal) is { Exists: true } info ? info.Length : 0;
    }
}
