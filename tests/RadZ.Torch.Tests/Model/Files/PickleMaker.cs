using System.IO.Compression;
using System.Text;

namespace RadZ.Torch.Tests.Model;

/// <summary>Writes files as <c>torch.save</c> does, good ones and such as no honest program writes.</summary>
sealed class PickleMaker
{
    readonly List<byte> _code = [];
    readonly List<(string Name, byte[] Data, CompressionLevel Level)> _records = [];

    public PickleMaker() => Op(0x80, 2);

    public PickleMaker Op(params byte[] bytes)
    {
        _code.AddRange(bytes);
        return this;
    }

    public PickleMaker Text(string text) =>
        Op([(byte)'X', .. BitConverter.GetBytes(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)]);

    public PickleMaker Number(long value) => value is >= int.MinValue and <= int.MaxValue
        ? Op([(byte)'J', .. BitConverter.GetBytes((int)value)]) : Op([0x8a, 8, .. BitConverter.GetBytes(value)]);

    public PickleMaker Name(string module, string name) => Op([(byte)'c', .. Encoding.ASCII.GetBytes($"{module}\n{name}\n")]);

    public PickleMaker Mark() => Op((byte)'(');

    public PickleMaker Tuple() => Op((byte)'t');

    public PickleMaker Call() => Op((byte)'R');

    public PickleMaker Numbers(params long[] values)
    {
        Mark();
        foreach (var value in values) Number(value);
        return Tuple();
    }

    /// <summary>A window on a storage.</summary>
    public PickleMaker Tensor(string key, string storage, long count, long offset, long[] shape, long[] strides)
    {
        Name("torch._utils", "_rebuild_tensor_v2").Mark();
        Mark().Text("storage").Name("torch", storage).Text(key).Text("cpu").Number(count).Tuple().Op((byte)'Q');
        Number(offset).Numbers(shape).Numbers(strides).Op(0x89).Name("collections", "OrderedDict").Op((byte)')').Call();
        return Tuple().Call();
    }

    /// <summary>A dictionary of what <paramref name="items"/> puts: key, value, key, value.</summary>
    public PickleMaker Dictionary(Action<PickleMaker> items)
    {
        Op((byte)'}').Mark();
        items(this);
        return Op((byte)'u');
    }

    public PickleMaker Record(string name, byte[] data, CompressionLevel level = CompressionLevel.NoCompression)
    {
        _records.Add((name, data, level));
        return this;
    }

    public PickleMaker Floats(string key, params float[] values) =>
        Record($"archive/data/{key}", [.. values.SelectMany(BitConverter.GetBytes)]);

    /// <summary>Ends the pickle and gives the whole file.</summary>
    public byte[] File(bool stop = true, CompressionLevel level = CompressionLevel.NoCompression)
    {
        if (stop) Op((byte)'.');
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, data, how) in _records.Prepend(("archive/data.pkl", [.. _code], level)))
                using (var entry = zip.CreateEntry(name, how).Open()) entry.Write(data);
        return stream.ToArray();
    }
}
