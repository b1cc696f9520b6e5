using System.Text.Json;
using RadZ.Imaging.Preparation;
using RadZ.Model.Features;
using RadZ.Model.Weights;
using RadZ.TestKit;

namespace RadZ.Torch.Tests.Cli;

[Collection(SharedWorld.Name)]
public class FeaturesVerbTests(CliWorld world)
{
    [Fact]
    public void The_file_holds_the_librarys_features_of_what_could_be_read()
    {
        var run = world.Program.Start("features", "xrays", "bad/cut.jpg", "--out", "new/features.safetensors");

        Assert.Equal(2, run.Code);
        Assert.Equal("new/features.safetensors: global and local features [3, 32] of 3 images; 1 could not be read.\n", run.Out);
        Assert.StartsWith("error: bad/cut.jpg: the JPEG ends ", run.Error);
        var path = world.At("new", "features.safetensors");
        Assert.Equal([path], Directory.GetFiles(world.At("new")));                                // no half-written file beside it
        var metadata = SafetensorsHeader.Read(path).Metadata;
        Assert.Equal(["xrays/a.png", "xrays/b.jpg", "xrays/deeper/c.png"], JsonSerializer.Deserialize<string[]>(metadata["files"])!);
        using var encoder = RadiologyEncoder.Load(world.Model);
        Assert.Equal(encoder.Hash, metadata["model"]);

        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var side = ClipPreparation.Default with { Size = 32 };
        var pixels =
            cat([.. new[] { "a.png", "b.jpg", "deeper/c.png" }.Select(f => tensor(side.Prepare(world.At("xrays", f)), [1, 3, 32, 32]))]);
        var expected = encoder.Images(pixels);
        var tensors = FixtureTensors.Read(path);
        Assert.Equal(["global", "local"], tensors.Keys);
        foreach (var (name, value) in new[] { ("global", expected.Global_BD), ("local", expected.Local_BD!) })
        {
            Assert.Equal([3, 32], tensors.Shape(name));
            Assert.All(value.data<float>().Zip(tensors.Values<float>(name)), p => Assert.Equal(p.First, p.Second, 1e-5f));
        }
    }

    [Fact]
    public void Nothing_is_written_when_nothing_can_be_read()
    {
        var run = world.Program.Start("features", "bad/empty.png", "gone.png", "--out", "none/f.safetensors");
        Assert.Equal((2, ""), (run.Code, run.Out));
        Assert.EndsWith("No image could be read; none/f.safetensors was not written.\n", run.Error);
        Assert.False(Directory.Exists(world.At("none")));
    }
}
