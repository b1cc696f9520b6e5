using RadZ.Model.Runtime;
using RadZ.Model.Weights;
using RadZ.Training.Recipes;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Training.Teachers;

// B batch, S side, V = g * g patches, W teacher's width, C diseases

/// <summary>
/// A trained <see cref="ConvNet"/> with the scale of its features: what later phases learn from. Its weights never change again.
/// </summary>
sealed class TeacherNet : IDisposable
{
    readonly Tensor _mean_W, _deviation_W;

    /// <param name="net">The trained net.</param>
    /// <param name="mean_W">Mean of each feature over training pictures.</param>
    /// <param name="deviation_W">Its deviation.</param>
    public TeacherNet(ConvNet net, Tensor mean_W, Tensor deviation_W)
    {
        Net = net;
        (_mean_W, _deviation_W) = (mean_W.clone().DetachFromDisposeScope(), deviation_W.clone().DetachFromDisposeScope());
        net.eval();
        foreach (var weight in net.parameters()) weight.requires_grad_(false);
    }

    /// <summary>The net.</summary>
    public ConvNet Net { get; }

    /// <summary>
    /// Standardised features at each of <paramref name="grid"/> x <paramref name="grid"/> places, and logits, of normalised pixels [B, 3,
    /// S, S] (the first channel is read).
    /// </summary>
    public (Tensor Features_BVW, Tensor Logits_BC) Infer(Tensor pixels_B3SS, int grid)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var map_BWGG = Net.Features(pixels_B3SS.narrow(1, 0, 1)).to(ScalarType.Float32);
        var logits_BC = Net.Read(map_BWGG);
        var placed_BWgg = map_BWGG.shape[2] == grid ? map_BWGG
            : F.interpolate(map_BWGG, [grid, grid], mode: InterpolationMode.Bilinear, align_corners: false);
        var features_BVW = (placed_BWgg.flatten(2).transpose(1, 2) - _mean_W) / _deviation_W;
        return (features_BVW.MoveToOuterDisposeScope(), logits_BC.MoveToOuterDisposeScope());
    }

    /// <summary>Measures the scale of the features over pictures.</summary>
    public static TeacherNet Create(ConvNet net, IEnumerable<Tensor> pixels)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        net.eval();
        var features_XW = cat([.. pixels.Select(p =>
            net.Features(p.narrow(1, 0, 1)).to(ScalarType.Float32).flatten(2).transpose(1, 2).reshape(-1, net.Width))]);
        return new(net, features_XW.mean([0]), features_XW.std(0).Plus(1e-3));
    }

    /// <summary>Weights, statistics and scale by name.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> State =>
        [.. Net.state_dict().Select(w => ($"net.{w.Key}", w.Value)), ("mean", _mean_W), ("deviation", _deviation_W)];

    /// <summary>Reads what <see cref="State"/> gave.</summary>
    public static TeacherNet Load(SafetensorsFile file, TeacherRecipe recipe, int diseases, ScalarType compute, Device device)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var net = new ConvNet(recipe, diseases, seed: 0, compute);
        foreach (var (name, value) in net.state_dict()) value.copy_(file.Read($"net.{name}"));
        net.to(device);
        return new(net, file.Read("mean").to(device), file.Read("deviation").to(device));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Net.Dispose();
        _mean_W.Dispose();
        _deviation_W.Dispose();
    }
}
