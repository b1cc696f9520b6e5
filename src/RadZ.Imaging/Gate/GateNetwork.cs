using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using RadZ.Files;

namespace RadZ.Imaging.Gate;

/// <summary>
/// A small convolutional network that says what a thumbnail is: four 3 x 3 convolutions of stride 2 with ReLU, then one linear layer and a
/// softmax. Its weights (models/gate/gate.safetensors) are trained by <c>radz gate train</c>; see docs/studies.md for data and figures.
/// </summary>
sealed class GateNetwork
{
    /// <summary>What the network tells apart, in the order of its outputs.</summary>
    public static IReadOnlyList<string> Classes { get; } =
        ["chest", "inverted", "turned-90", "turned-180", "turned-270", "cropped", "lateral", "photograph", "slice", "other"];

    /// <summary>Channels after each convolution, the picture first.</summary>
    public static IReadOnlyList<int> Channels { get; } = [1, 12, 24, 32, 48];

    readonly float[][] _weights, _biases;

    GateNetwork(float[][] weights, float[][] biases) => (_weights, _biases) = (weights, biases);

    /// <summary>The shipped weights.</summary>
    public static GateNetwork Shipped => s_shipped.Value;

    static readonly Lazy<GateNetwork> s_shipped = new(() =>
    {
        using var stream = typeof(GateNetwork).Assembly.GetManifestResourceStream("gate.safetensors")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Read("gate.safetensors", bytes);
    });

    /// <summary>
    /// Reads <c>conv0..conv3.{weight,bias}</c> and <c>head.{weight,bias}</c>, float32, in the shapes of <see cref="Channels"/>.
    /// </summary>
    /// <exception cref="InvalidInputException">A tensor is missing or has another shape.</exception>
    public static GateNetwork Read(string path, ReadOnlySpan<byte> file)
    {
        var layers = Channels.Count - 1;
        var (weights, biases) = (new float[layers + 1][], new float[layers + 1][]);
        try
        {
            var header = checked((int)BinaryPrimitives.ReadInt64LittleEndian(file));
            using var json = JsonDocument.Parse(file.Slice(8, header).ToArray());
            var data = file[(8 + header)..];
            var side = Thumbnail.Side >> layers;
            for (var i = 0; i <= layers; i++)
            {
                var (name, outputs, inputs) =
                    i < layers ? ($"conv{i}", Channels[i + 1], Channels[i] * 9) : ("head", Classes.Count, Channels[^1] * side * side);
                weights[i] = Floats(json.RootElement.GetProperty($"{name}.weight"), data, outputs * inputs);
                biases[i] = Floats(json.RootElement.GetProperty($"{name}.bias"), data, outputs);
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException
            or OverflowException)
        {
            throw new InvalidInputException(path, "bad-weights",
                $"these are no weights of this gate ({e.Message}); train them with: radz gate train.", e);
        }
        return new(weights, biases);
    }

    static float[] Floats(JsonElement entry, ReadOnlySpan<byte> data, int count)
    {
        var (start, end) = (entry.GetProperty("data_offsets")[0].GetInt32(), entry.GetProperty("data_offsets")[1].GetInt32());
        if (entry.GetProperty("dtype").GetString() != "F32" || end - start != count * sizeof(float))
            throw new InvalidOperationException("a tensor has another shape or type");
        return MemoryMarshal.Cast<byte, float>(data[start..end]).ToArray();
    }

    /// <summary>Probabilities of <see cref="Classes"/> of a standardised thumbnail [Side * Side].</summary>
    public double[] Classify(ReadOnlySpan<float> thumbnail)
    {
        var (x, side) = (thumbnail.ToArray(), Thumbnail.Side);
        for (var i = 0; i < Channels.Count - 1; i++, side /= 2)
            x = Convolve(x, side, Channels[i], Channels[i + 1], _weights[i], _biases[i]);
        var logits = new double[Classes.Count];
        for (var c = 0; c < logits.Length; c++)
            logits[c] = _biases[^1][c] + Dot(x, _weights[^1].AsSpan(c * x.Length, x.Length));
        var highest = logits.Max();
        double[] exp = [.. logits.Select(l => Math.Exp(l - highest))];
        return [.. exp.Select(e => e / exp.Sum())];
    }

    /// <summary>
    /// ReLU of a 3 x 3 convolution, stride 2, one pixel of zeros round: [inputs, side, side] to [outputs, side / 2, side / 2].
    /// </summary>
    static float[] Convolve(float[] x, int side, int inputs, int outputs, float[] weights, float[] biases)
    {
        var half = side / 2;
        var y = new float[outputs * half * half];
        var patch = new float[inputs * 9];
        for (var row = 0; row < half; row++)
            for (var column = 0; column < half; column++)
            {
                Gather(x, side, inputs, 2 * row - 1, 2 * column - 1, patch);
                for (var o = 0; o < outputs; o++)
                    y[(o * half + row) * half + column] =
                        Math.Max(0, biases[o] + Dot(patch, weights.AsSpan(o * patch.Length, patch.Length)));
            }
        return y;
    }

    static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var (sum, width, i) = (Vector<float>.Zero, Vector<float>.Count, 0);
        for (; i <= a.Length - width; i += width) sum += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
        var total = Vector.Sum(sum);
        for (; i < a.Length; i++) total += a[i] * b[i];
        return total;
    }

    static void Gather(float[] x, int side, int inputs, int top, int left, float[] patch)
    {
        for (int i = 0, to = 0; i < inputs; i++)
            for (var dy = 0; dy < 3; dy++)
                for (var dx = 0; dx < 3; dx++, to++)
                {
                    var (row, column) = (top + dy, left + dx);
                    patch[to] = (uint)row < (uint)side && (uint)column < (uint)side ? x[(i * side + row) * side + column] : 0;
                }
    }
}
