using RadZ.Model.Checkpoints;
using RadZ.Model.Features;
using RadZ.Torch.Tests.Cli;

namespace RadZ.Torch.Tests.Model;

/// <summary>Weights are used where they lie in the file, in every dtype; a changed dtype is what was asked for.</summary>
public sealed class HeldWeightsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("radz-held-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Model(ScalarType type)
    {
        var (source, path) = (Path.Combine(_folder, "source"), Path.Combine(_folder, $"{type}"));
        if (!Directory.Exists(source)) TinyModelFolder.Write(source);
        using var encoder = RadiologyEncoder.Load(source);
        encoder.Writer.Save(path, type);
        return path;
    }

    [Theory, InlineData(ScalarType.Float32), InlineData(ScalarType.BFloat16), InlineData(ScalarType.Float16)]
    public void A_weight_of_the_stored_dtype_is_a_view_of_the_mapped_file(ScalarType type)
    {
        using var _ = NewDisposeScope();
        using var checkpoint = CheckpointFolder.Open(Model(type));
        var weights = new CheckpointWeights(checkpoint, new(null, CPU));
        const string Name = "language_model.model.layers.1.mlp.up_proj.weight";
        var stored = checkpoint.Weights[Name];
        var held = weights.Take(Name, stored.Entry.Shape);
        Assert.Equal((type, false), (held.dtype, held.requires_grad));
        // the mapping is private: another view sees it, the file does not
        using (no_grad()) stored.File.View(stored.Theirs).fill_(3);
        Assert.Equal(3, held.to(ScalarType.Float32).max().ToSingle());
        Assert.NotEqual(3, stored.File.Load(stored.Theirs).to(ScalarType.Float32).max().ToSingle());
    }

    [Theory, InlineData(ScalarType.BFloat16, ScalarType.BFloat16), InlineData(ScalarType.Float16, ScalarType.Float32),
        InlineData(ScalarType.Float32, ScalarType.Float32)]
    public void The_dtype_that_is_computed_in_follows_the_files_and_not_the_config(ScalarType stored, ScalarType computed)
    {
        var path = Model(stored);
        var config = Path.Combine(path, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("torch_dtype", "no_dtype", StringComparison.Ordinal));
        using var encoder = RadiologyEncoder.Load(path);
        Assert.Equal(computed, encoder.ComputeType);
    }

    [Fact]
    public void Half_precision_that_stays_mapped_gives_what_converted_weights_give()
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var path = Model(ScalarType.Float16);
        using var checkpoint = CheckpointFolder.Open(path);
        var (folder, pixels) = (ModelFolder.Read(path), randn(2, 3, 32, 32));
        Tensor See(ScalarType? held)
        {
            using var model = new LlavaModel(new CheckpointWeights(checkpoint, new(held, CPU)), folder.Config,
                folder.Settings.Special(folder.Config), t => zeros(12, t.shape[1]));
            return model.Project(model.See(pixels.to(ScalarType.BFloat16)));
        }
        Assert.Equal(0, FixtureModel.Difference(See(null), See(ScalarType.BFloat16)));
    }
}
