using System.Diagnostics.CodeAnalysis;
using RadZ.Data;
using RadZ.Files;
using RadZ.Imaging.Gate;
using RadZ.Model.Weights;
using RadZ.Training.Optimization;

namespace RadZ.Training.Gate;

// N thumbnails, S side in pixels

/// <summary>
/// Fits <see cref="GateNetwork"/>: AdamW with a cosine rate on thumbnails that are made anew each step. Same seed and samples, same weights
/// on one thread.
/// </summary>
static class GateTrainer
{
    const int Batch = 128;

    /// <summary>One film of so many is a drawn one.</summary>
    const int Drawn = 12;

    /// <summary>Trains on the training patients of the samples and writes the weights.</summary>
    /// <param name="samples">Upright frontal radiographs; see <see cref="GateFilms.PartOf"/> for which are used.</param>
    /// <param name="path">The .safetensors to write.</param>
    /// <param name="steps">Steps of 128 thumbnails.</param>
    /// <param name="seed">Decides weights, pictures and order.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancel">Stops before anything is written.</param>
    /// <returns>Films that could not be read; they are left out.</returns>
    public static IReadOnlyList<SkippedRow> Train(IReadOnlyList<Sample> samples, string path, int steps, int seed,
        Action<GateStep>? progress = null, CancellationToken cancel = default)
    {
        Sample[] used = [.. samples.Where(s => GateFilms.PartOf(s.Patient) == GatePart.Training)];
        var (films, broken) = GateFilms.Read(used, cancel);
        if (films.Pictures.Count < 100)
            throw new InvalidInputException("radz gate train", "too-few-images",
                $"{used.Length} of the {samples.Count} images are of training patients and {films.Pictures.Count} of those can be read, " +
                $"expected at least 100{(broken.Count > 0 ? $"; the first that cannot: {broken[0].Reason}" : ".")}");
        int[] order = [.. films.Weights.SelectMany((w, i) => Enumerable.Repeat(i, w))];
        torch.random.manual_seed(seed);
        using var scope = NewDisposeScope();
        using var network = new Network();
        using var optimizer = new FlatAdamW([new([.. network.named_parameters().Select(p => (p.name, p.parameter))], RateScale: 1,
            WeightDecay: 0.02)]);
        for (var step = 0; step < steps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            using var _ = NewDisposeScope();
            var (pixels_N1SS, kinds_N) = Pictures(films, order, seed, step);
            var loss = nn.functional.cross_entropy(network.forward(pixels_N1SS), kinds_N);
            loss.backward();
            optimizer.Step(2e-3 * 0.5 * (1 + Math.Cos(Math.PI * step / steps)) + 1e-5, clipNorm: double.PositiveInfinity);
            progress?.Invoke(new(step + 1, steps, loss.item<float>()));
        }
        SafetensorsFile.Write(path, [.. network.named_parameters().Select(p => (p.name, p.parameter.detach()))]);
        return broken;
    }

    static (Tensor, Tensor) Pictures(GateFilms films, int[] order, int seed, int step)
    {
        const int pixels = Thumbnail.Side * Thumbnail.Side;
        var (values, kinds) = (new float[Batch * pixels], new long[Batch]);
        Parallel.For(0, Batch, i =>
        {
            var random = new Random(unchecked(seed * 1_000_003 + step * Batch + i));
            // a true chest is what must not be refused: a third of all
            var kind = random.Next(4) == 0 ? 0 : random.Next(GateNetwork.Classes.Count);
            kinds[i] = kind;
            GateTransforms.Make(kind,
                random.Next(Drawn) == 0 ? DrawnPictures.Chest(random) : films.Pictures[order[random.Next(order.Length)]],
                random).CopyTo(values, i * pixels);
        });
        return (tensor(values, [Batch, 1, Thumbnail.Side, Thumbnail.Side]), tensor(kinds));
    }

    /// <summary>The network of <see cref="GateNetwork"/>, with gradients.</summary>
    [SuppressMessage("Reliability", "CA2213", Justification = "Module.Dispose disposes the modules and weights that are registered.")]
    sealed class Network : Module<Tensor, Tensor>
    {
        readonly Conv2d[] _convolutions;
        readonly Linear _head;

        public Network() : base(nameof(GateNetwork))
        {
            var layers = GateNetwork.Channels.Count - 1;
            _convolutions = [.. Enumerable.Range(0, layers)
                .Select(i => Conv2d(GateNetwork.Channels[i], GateNetwork.Channels[i + 1], 3, stride: 2, padding: 1))];
            _head = Linear((GateNetwork.Channels[^1] * Thumbnail.Side * Thumbnail.Side) >> (2 * layers), GateNetwork.Classes.Count);
            for (var i = 0; i < layers; i++) register_module($"conv{i}", _convolutions[i]);
            register_module("head", _head);
        }

        public override Tensor forward(Tensor input)
        {
            var x = input;
            foreach (var convolution in _convolutions) x = convolution.forward(x).relu();
            return _head.forward(x.flatten(1));
        }
    }
}

/// <summary>One step of the gate's training.</summary>
readonly record struct GateStep(int Number, int Of, double Loss);
