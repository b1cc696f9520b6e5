using System.Diagnostics.CodeAnalysis;
using RadZ.Model.Runtime;
using RadZ.Training.Recipes;
using F = TorchSharp.torch.nn.functional;

namespace RadZ.Training.Teachers;

// B batch, S side in pixels, G side of the feature map (S / 16 with four stages), C diseases

/// <summary>
/// A small residual net over grey pictures: a stem at half size, stages of 3 x 3 blocks, a mean, a linear read-out a disease. The
/// supervised baseline of our tables, and the teacher of the vision tower.
/// </summary>
[SuppressMessage("Reliability", "CA2213", Justification = "Module.Dispose disposes the modules and weights that are registered.")]
sealed class ConvNet : Module<Tensor, Tensor>
{
    readonly Sequential _body;
    readonly Dropout _dropout;
    readonly Linear _readout;
    readonly ScalarType _compute;

    /// <summary>A net with random weights, drawn from a generator of its own.</summary>
    /// <param name="recipe">Its sizes.</param>
    /// <param name="diseases">Read-outs.</param>
    /// <param name="seed">Of the weights.</param>
    /// <param name="compute">The dtype of convolutions and maps; weights, statistics and read-out stay float32.</param>
    public ConvNet(TeacherRecipe recipe, int diseases, int seed, ScalarType compute = ScalarType.Float32) : base(nameof(ConvNet))
    {
        (Recipe, _compute) = (recipe, compute);
        Width = recipe.Widths[^1];
        Stride = 2 << (recipe.Widths.Count - 1);
        var layers = new List<(string, Module<Tensor, Tensor>)>
        {
            ("stem", new Convolution(1, recipe.Widths[0], 5, 2)),
            ("stem_norm", new BatchNorm(recipe.Widths[0])),
            ("stem_act", ReLU()),
        };
        var inputs = recipe.Widths[0];
        for (var stage = 0; stage < recipe.Widths.Count; stage++)
            for (var block = 0; block < recipe.Blocks[stage]; block++)
            {
                layers.Add(($"block{stage}_{block}", new ConvBlock(inputs, recipe.Widths[stage], stage > 0 && block == 0 ? 2 : 1)));
                inputs = recipe.Widths[stage];
            }
        _body = Sequential(layers);
        _dropout = Dropout(recipe.Dropout);
        _readout = Linear(Width, diseases);
        RegisterComponents();
        Initialize(seed);
    }

    /// <summary>Its sizes.</summary>
    public TeacherRecipe Recipe { get; }

    /// <summary>Channels of the feature map.</summary>
    public int Width { get; }

    /// <summary>Pixels of the input a place of the feature map stands for.</summary>
    public int Stride { get; }

    /// <summary>Feature map [B, width, G, G] of one channel [B, 1, S, S].</summary>
    public Tensor Features(Tensor gray_B1SS)
    {
        using var _ = NewDisposeScope();
        return _body.call(gray_B1SS.to(_compute)).MoveToOuterDisposeScope();
    }

    /// <summary>Logits [B, C] of a feature map.</summary>
    public Tensor Read(Tensor features_BWGG)
    {
        using var _ = NewDisposeScope();
        return _readout.call(_dropout.call(features_BWGG.to(ScalarType.Float32).mean([2, 3]))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor gray_B1SS)
    {
        using var _ = NewDisposeScope();
        return Read(Features(gray_B1SS)).MoveToOuterDisposeScope();
    }

    /// <summary>He's normal initialisation; the second norm of each block starts at zero, so that blocks start as identities.</summary>
    void Initialize(int seed)
    {
        using var _ = no_grad();
        using var generator = new Generator((ulong)seed + 77);
        foreach (var (name, weight) in named_parameters())
        {
            using var scope = NewDisposeScope();
            if (weight.dim() == 4)
                weight.copy_(randn(weight.shape, generator: generator)
                    * Math.Sqrt(2.0 / (weight.shape[0] * weight.shape[2] * weight.shape[3])));
            else if (weight.dim() == 2) weight.copy_(randn(weight.shape, generator: generator) * Math.Sqrt(1.0 / weight.shape[1]));
            else if (name.EndsWith("norm2.weight", StringComparison.Ordinal) || name.EndsWith("bias", StringComparison.Ordinal))
                weight.zero_();
            else weight.fill_(1);
        }
    }
}

/// <summary>relu(x + norm(conv(relu(norm(conv(x)))))), the short cut through a 1 x 1 convolution where sizes change.</summary>
[SuppressMessage("Reliability", "CA2213", Justification = "Module.Dispose disposes the modules and weights that are registered.")]
sealed class ConvBlock : Module<Tensor, Tensor>
{
    readonly Convolution conv1, conv2;
    readonly BatchNorm norm1, norm2;
    readonly Convolution? shortcut;
    readonly BatchNorm? shortcut_norm;

    public ConvBlock(int inputs, int outputs, int stride) : base(nameof(ConvBlock))
    {
        conv1 = new(inputs, outputs, 3, stride);
        norm1 = new(outputs);
        conv2 = new(outputs, outputs, 3, 1);
        norm2 = new(outputs);
        if (stride > 1 || inputs != outputs)
        {
            shortcut = new(inputs, outputs, 1, stride);
            shortcut_norm = new(outputs);
        }
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var _ = NewDisposeScope();
        var h = norm2.call(conv2.call(F.relu(norm1.call(conv1.call(x)))));
        return F.relu(h.Plus(shortcut is null ? x : shortcut_norm!.call(shortcut.call(x)))).MoveToOuterDisposeScope();
    }
}

/// <summary>A convolution without bias that keeps its size at stride 1, in the dtype of its input.</summary>
[SuppressMessage("Reliability", "CA2213", Justification = "Module.Dispose disposes the modules and weights that are registered.")]
sealed class Convolution : Module<Tensor, Tensor>
{
    readonly Parameter weight;
    readonly int _stride, _padding;

    public Convolution(int inputs, int outputs, int side, int stride) : base(nameof(Convolution))
    {
        weight = Parameter(zeros(outputs, inputs, side, side));
        weight.DetachFromDisposeScope();                                            // a net may be built within a scope that it outlives
        (_stride, _padding) = (stride, side / 2);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var _ = NewDisposeScope();
        return F.conv2d(x, weight.to(x.dtype), strides: [_stride, _stride], padding: [_padding, _padding]).MoveToOuterDisposeScope();
    }
}
