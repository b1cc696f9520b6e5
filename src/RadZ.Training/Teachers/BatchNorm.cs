using F = TorchSharp.torch.nn.functional;

namespace RadZ.Training.Teachers;

/// <summary>
/// (x - mean) / sqrt(variance + 1e-5) * weight + bias by channel, of the batch while training and of the running tenth-weighted average
/// after it. TorchSharp's own module counts its batches by adding an unheld number in every call, and two training runs ended in that
/// addition under load (<c>Model.TensorArithmetic</c>); nobody reads the count.
/// </summary>
sealed class BatchNorm : Module<Tensor, Tensor>
{
    const double Momentum = 0.1, Epsilon = 1e-5;
    readonly Parameter weight, bias;
    readonly Tensor running_mean, running_var;

    public BatchNorm(int channels) : base(nameof(BatchNorm))
    {
        (weight, bias) = (Parameter(ones(channels)), Parameter(zeros(channels)));
        (running_mean, running_var) = (zeros(channels), ones(channels));
        foreach (var tensor in (Tensor[])[weight, bias, running_mean, running_var]) tensor.DetachFromDisposeScope();
        register_buffer(nameof(running_mean), running_mean);
        register_buffer(nameof(running_var), running_var);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => F.batch_norm(x, running_mean, running_var, weight, bias, training, Momentum, Epsilon);
}
