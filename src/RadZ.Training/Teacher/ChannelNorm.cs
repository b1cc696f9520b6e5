using F = TorchSharp.torch.nn.functional;

namespace RadZ.Training;

/// <summary>
/// Batch normalisation. The library's module also counts its batches, by adding an implicit Scalar that may be collected while native code
/// reads it ("Expected false to be true ... toLong", once in some ten thousand steps): see HeldScalars. Nothing reads that count.
/// </summary>
sealed class ChannelNorm : Module<Tensor, Tensor>
{
    readonly Parameter weight, bias;
    readonly Tensor running_mean, running_var;

    public ChannelNorm(int channels) : base(nameof(ChannelNorm))
    {
        (weight, bias) = (Parameter(ones(channels)), Parameter(zeros(channels)));
        (running_mean, running_var) = (zeros(channels), ones(channels));
        foreach (var own in (Tensor[])[weight, bias, running_mean, running_var]) own.DetachFromDisposeScope();       // a net may be built within a scope that it outlives
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => F.batch_norm(x, running_mean, running_var, weight, bias, training, momentum: 0.1, eps: 1e-5);
}
