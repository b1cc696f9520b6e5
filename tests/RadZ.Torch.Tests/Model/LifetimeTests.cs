using RadZ.Files;
using RadZ.Model.Features;
using RadZ.Model.Kernels;
using RadZ.Model.Weights;
using RadZ.Torch.Tests.Cli;

namespace RadZ.Torch.Tests.Model;

/// <summary>What a model holds is freed with it, what was loaded in vain is freed at once, and many callers get the bits of one.</summary>
public sealed class LifetimeTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("radz-lifetime-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Model(string name, int width = 32, ScalarType type = ScalarType.Float32)
    {
        var path = Path.Combine(_folder, name);
        TinyModelFolder.Write(path, width: width, type: type);
        return path;
    }

    static long Alive => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    [Fact]
    public void A_model_frees_its_tensors()
    {
        var path = Model("model");
        var before = Alive;
        using (var encoder = RadiologyEncoder.Load(path))
        {
            Assert.True(Alive > before + 30);
            using var _ = NewDisposeScope();
            encoder.Texts(["mass"]);
        }
        Assert.Equal(before, Alive);
        using (RadiologyEncoder.Load(path, new() { NewLora = new() { Rank = 2, Alpha = 4, Dropout = 0.1 } })) { }
        Assert.Equal(before, Alive);
    }

    [Theory, InlineData("without"), InlineData("misshaped"), InlineData("more")]
    public void A_load_that_fails_leaves_no_tensor(string fault)
    {
        const string Name = "language_model.model.layers.1.mlp.up_proj.weight";
        var path = Model(fault);
        var file = Path.Combine(path, "model.safetensors");
        using (NewDisposeScope())
        using (var stored = new SafetensorsFile(file))
        {
            var all = stored.Header.Tensors.Keys.ToDictionary(n => n, n => stored.Read(n).clone());
            if (fault == "without") all.Remove(Name);
            else if (fault == "misshaped") all[Name] = zeros(3, 32);
            else all["stranger"] = zeros(3);
            SafetensorsFile.Write(file, [.. all.Select(w => (w.Key, w.Value))]);
        }
        var before = Alive;
        Assert.Throws<InvalidInputException>(() => RadiologyEncoder.Load(path));
        Assert.Equal(before, Alive);
        Assert.Throws<InvalidInputException>(() =>
            RadiologyEncoder.Load(path, new() { NewLora = new() { Rank = 2, Alpha = 4, Dropout = 0.1 }, Decode = DecodeBits.Int8 }));
        Assert.Equal(before, Alive);
    }

    [Theory, InlineData("without"), InlineData("misshaped"), InlineData("rows")]
    public void An_adapter_that_does_not_fit_leaves_no_tensor(string fault)
    {
        var (path, adapter) = (Model("base"), Path.Combine(_folder, "adapter"));
        using (var encoder = RadiologyEncoder.Load(path, new() { NewLora = new() { Rank = 2, Alpha = 4 } }))
        {
            Directory.CreateDirectory(adapter);
            encoder.Writer.SaveAdapter(adapter);
        }
        var file = Path.Combine(adapter, "adapter_model.safetensors");
        using (NewDisposeScope())
        using (var stored = new SafetensorsFile(file))
        {
            var all = stored.Header.Tensors.Keys.ToDictionary(n => n, n => stored.Read(n).clone());
            var last = all.Keys.Last(n => n.Contains(fault == "rows" ? "trainable_tokens_delta" : "lora_B", StringComparison.Ordinal));
            if (fault == "without") all.Remove(last);
            else all[last] = zeros(all[last].shape[0], 3);
            SafetensorsFile.Write(file, [.. all.Select(w => (w.Key, w.Value))]);
        }
        var before = Alive;
        Assert.Throws<InvalidInputException>(() => RadiologyEncoder.Load(path, new() { Adapter = adapter }));
        Assert.Equal(before, Alive);
    }

    [Theory, InlineData(32, ScalarType.Float32), InlineData(1024, ScalarType.BFloat16)]
    public void Many_callers_get_the_bits_of_one(int width, ScalarType type)
    {
        using var encoder = RadiologyEncoder.Load(Model("shared", width, type), new() { ComputeType = type });
        // lengths of which each needs a longer table of angles than the one before
        string[] texts = [.. Enumerable.Range(0, 8).Select(i => string.Join(' ', Enumerable.Repeat("edema", 1 + 12 * i)))];
        var pixels = new float[3 * 32 * 32];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = MathF.Sin(i);
        float[] Asked(int caller)
        {
            using var _ = NewDisposeScope();
            using var __ = no_grad();
            return [.. (caller % 2 == 0 ? encoder.Texts([texts[caller / 2 % texts.Length]])
                : encoder.Images(tensor(pixels, [1, 3, 32, 32]))).Global_BD.data<float>()];
        }
        var together = new float[64][];
        var faults = new List<Exception>();
        using (var start = new Barrier(together.Length))
        {
            Thread[] callers = [.. together.Select((_, caller) => new Thread(() =>
            {
                // a caller's own number of threads, and torch's of a thread that writes an answer meanwhile, are none of the model's
                if (caller % 5 == 0) set_num_threads(1);
                using var busy = caller % 7 == 0 ? ParallelRows.SingleThreadedTorch() : null;
                start.SignalAndWait();
                try { together[caller] = Asked(caller); }
                catch (Exception e)
                {
                    lock (faults) faults.Add(e);
                }
            }))];
            foreach (var caller in callers) caller.Start();
            foreach (var caller in callers) caller.Join();
        }
        Assert.Empty(faults);
        for (var caller = 0; caller < 16; caller++)
        {
            var alone = Asked(caller);
            for (var same = caller; same < together.Length; same += 16) Assert.Equal(alone, together[same]);
        }
    }

    [Fact]
    public async Task Workers_end_with_their_owner()
    {
        var pool = new WorkerPool(4);
        var rows = 0;
        pool.Run(1000, 1, (from, to) => Interlocked.Add(ref rows, to - from));
        Assert.Equal((1000, 3), (rows, pool.Workers));
        pool.Dispose();
        pool.Dispose();
        for (var wait = 0; wait < 1000 && pool.Workers > 0; wait++) await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Equal(0, pool.Workers);
        pool.Run(1000, 1, (from, to) => Interlocked.Add(ref rows, to - from));       // by the caller alone
        Assert.Equal(2000, rows);
    }
}
