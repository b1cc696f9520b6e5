using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RadZ.Data;
using RadZ.Data.Reports;
using RadZ.Data.Sets;
using RadZ.Model.Features;
using RadZ.Model.Generation;
using RadZ.Model.Kernels;
using RadZ.Model.Weights;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Scoring;
using RadZ.Text.Knowledge;
using RadZ.Text.Wording;
using RadZ.Training.Data;
using RadZ.Training.Optimization;
using RadZ.Training.Phases;
using RadZ.Training.Recipes;

namespace RadZ.Benchmarks;

/// <summary>
/// A checkpoint of 7B size (<c>radz new-checkpoint</c>): every figure is a ratio to a product or a read of the same rounds, best of
/// several. One part a process, so that the peak of resident memory is that part's.
/// </summary>
static class FullSize
{
    public static void Run(string part, string folder, int rounds)
    {
        switch (part)
        {
            case "features": Features(folder, rounds); break;
            case "texts": Texts(folder, rounds); break;
            case "step": Step(folder, rounds); break;
            case "decode": Decode(folder, rounds, DecodeBits.Stored); break;
            case "int8": Decode(folder, rounds, DecodeBits.Int8); break;
            case "int4": Decode(folder, rounds, DecodeBits.Int4); break;
            default: throw new ArgumentException($"7b {part}: expected features, texts, step, decode, int8 or int4.", nameof(part));
        }
        var weights = Directory.GetFiles(folder, "*.safetensors").Sum(f => new FileInfo(f).Length);
        var peak = long.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
        Console.WriteLine($"peak resident memory {peak / 1e9:f2} GB; weight files {weights / 1e9:f2} GB; difference " +
            $"{(peak - weights) / (double)(1 << 30):f2} GiB");
    }

    static RadiologyEncoder Open(string folder, EncoderOptions? options = null)
    {
        var start = Stopwatch.GetTimestamp();
        var encoder = RadiologyEncoder.Load(folder, options);
        var opened = Stopwatch.GetElapsedTime(start);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        encoder.Sequences.MeanEmbeddings(["effusion"]);
        Console.WriteLine($"open {opened.TotalSeconds:f2} s, to the first operation {Stopwatch.GetElapsedTime(start).TotalSeconds:f2} s");
        return encoder;
    }

    /// <summary>
    /// The best that torch does with bfloat16: three ways of one product of 2048 x 4096 x 4096; the candidates of a round.
    /// </summary>
    public static Action[] Ceiling()
    {
        var left = (randn(2048, 4096) * 0.05).to(ScalarType.BFloat16).DetachFromDisposeScope();
        var right = (randn(4096, 4096) * 0.05).to(ScalarType.BFloat16).DetachFromDisposeScope();
        return [() => left.mm(right).Dispose(), () => nn.functional.linear(left, right).Dispose(),
            () => { using var turned = left.t(); right.mm(turned).Dispose(); }];
    }

    const double CeilingFlops = 2.0 * 2048 * 4096 * 4096;

    public static double Rate(double[][] times, int candidates) => CeilingFlops / times.Take(candidates).Min(t => t.Min());

    static void Line(string name, double seconds, double flops, double ceiling) =>
        Console.WriteLine($"{name,-44} {seconds,8:f3} s {flops / 1e12,8:f3} TFLOP {flops / seconds / 1e9,6:f0} GFLOP/s  " +
            $"{flops / seconds / ceiling,5:f3} of the ceiling");

    static Action Quiet(Action work) => () =>
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        work();
    };

    static void Features(string folder, int rounds)
    {
        using var encoder = Open(folder);
        var config = encoder.Folder.Config;
        using var pixels = randn(1, 3, config.Vision.ImageSize, config.Vision.ImageSize);
        var ceiling = Ceiling();
        var times = Rounds.Time(rounds, 1,
            [.. ceiling, Quiet(() => encoder.Sequences.Patches(pixels)), Quiet(() => encoder.Images(pixels, globalOnly: true)),
                Quiet(() => encoder.Images(pixels))]);
        var rate = Rate(times, ceiling.Length);
        Console.WriteLine($"{get_num_threads()} threads, best of {rounds} rounds; bfloat16 ceiling {rate / 1e9:f0} GFLOP/s (mm " +
            $"{CeilingFlops / times[0].Min() / 1e9:f0}, linear {CeilingFlops / times[1].Min() / 1e9:f0}, weight on the left " +
            $"{CeilingFlops / times[2].Min() / 1e9:f0})");
        var tokens = encoder.Sequences.ImagePositions;
        Line($"CLIP, {config.VisionLayersNeeded} layers, {config.Vision.Patches + 1} positions", times[3].Min(), Flops.Vision(config),
            rate);
        Line($"global feature of one image, {tokens} positions", times[4].Min(), Flops.Image(config, tokens, globalOnly: true), rate);
        Line($"global and local feature, {tokens} positions", times[5].Min(), Flops.Image(config, tokens, globalOnly: false), rate);
        using var bank14 = randn(14, encoder.Width);
        using var bank1000 = randn(1000, encoder.Width);
        using var feature = randn(1, encoder.Width);
        var scores = Rounds.Time(200, 5, Quiet(() => Similarity.Direct(feature, bank14, 0.05)),
            Quiet(() => Similarity.Direct(feature, bank1000, 0.05)));
        Console.WriteLine($"scores of 1,000 diseases instead of 14, bank cached: {(scores[1].Min() - scores[0].Min()) * 1e3:f2}" +
            $" ms more an image, {(scores[1].Min() - scores[0].Min()) / times[4].Min():p3} of its time");
    }

    static void Texts(string folder, int rounds)
    {
        using var encoder = Open(folder);
        string[] texts = [.. ChestXray14.Findings.Append(Disease.NoFinding).Select(d => CategoryPrompts.Default.Present(d))];
        var lengths = texts.Select(t => encoder.Sequences.Sequence(t).Length).ToList();
        var ceiling = Ceiling();
        var times = Rounds.Time(rounds, 1, [.. ceiling, Quiet(() => encoder.Texts(texts, globalOnly: true))]);
        var rate = Rate(times, ceiling.Length);
        var rows = PackedTexts.Pack([.. texts.Select(encoder.Sequences.Sequence)], share: true);
        Line($"{texts.Length} category texts, {rows.Sum(r => r.Row.Length)} of {lengths.Sum()} positions", times[^1].Min(),
            Flops.Texts(encoder.Folder.Config, rows, last: 8), rate);
        Console.WriteLine($"text by text they would be " +
            $"{lengths.Sum(l => Flops.Decoder(encoder.Folder.Config, l, globalOnly: true, last: 8)) / 1e12:f3} TFLOP");
    }

    static void Step(string folder, int rounds)
    {
        const int Pairs = 2;
        var start = Stopwatch.GetTimestamp();
        using var encoder = Open(folder,
            new() { NewLora = new() { Rank = 16, Alpha = 32, Dropout = 0.05 }, ComputeType = ScalarType.BFloat16, Seed = 1 });
        string[] diseases = ["cardiomegaly", Disease.NoFinding];
        var samples = Enumerable.Range(0, Pairs)
            .Select(i => new Sample($"{i}.png", $"bench:{i}", "bench",
                new Labels(diseases.ToDictionary(d => d, d => d == diseases[i % 2] ? Label.Present : Label.Absent)))).ToList();
        var data = new TrainingData(samples, [], [], 0, diseases)
        {
            Repeat = new Dictionary<string, int> { ["bench"] = 1 },
            Split = new("bench/1:", new Dictionary<string, double> { ["bench"] = 0 }),
        };
        var phase = new PhaseRecipe
        {
            Kind = PhaseKind.Alignment,
            Batch = Pairs,
            MicroBatch = 1,
            CheckpointLayers = true,
            VisionRate = 0,
            ProjectorRate = 0.1,
        };
        var recipe = new TrainingRecipe
        {
            Name = "bench",
            Model = new() { Folder = folder },
            Data = new() { Sources = [] },
            Phases = [phase],
        };
        using var context = new PhaseContext(recipe, data, KnowledgeBase.Embedded, encoder);
        using ITrainingTask task = new AlignmentTask(context, phase);
        using var optimizer = new FlatAdamW(task.Groups);
        var grammar = new ReportGrammar(new(), KnowledgeBase.Embedded);
        var random = new Random(1);
        var reports = samples.Select(s => grammar.Write(s.Labels, random)).ToList();
        var side = encoder.Folder.Preparation.Size;
        var pixels = new float[Pairs * 3 * side * side];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (float)(random.NextDouble() * 4 - 2);
        var batch = new TrainingBatch(pixels, samples, reports, [.. reports.Select(r => encoder.Sequences.Sequence(r.Text))]);
        var config = encoder.Folder.Config;
        var texts = batch.Texts.Select(t => t.Length).ToList();
        var bank = diseases.Select(d =>
            encoder.Sequences.Sequence(DiseaseList.DescriptionText(d, KnowledgeBase.Embedded.Resolve(d).Description!)).Length).ToList();
        var forward = Pairs * Flops.Decoder(config, encoder.Sequences.ImagePositions, false, 0)
            + texts.Sum(l => Flops.Decoder(config, l, false, 0))
            + bank.Sum(l => Flops.Decoder(config, l, true, 8));
        var ceiling = Ceiling();
        var (number, loss, norm) = (0, 0.0, 0.0);
        var times = Rounds.Time(rounds, 0, [.. ceiling, () =>
        {
            using var _ = NewDisposeScope();
            loss = task.Learn(batch, number++, 1).Total.ToDouble();
            norm = optimizer.Step(1e-4, 1);
            Console.WriteLine($"step {number}: loss {loss:f4}, gradient norm {norm:f4}, {Stopwatch.GetElapsedTime(start).TotalSeconds:f0}" +
                " s since the start");
        }]);
        var rate = Rate(times, ceiling.Length);
        Console.WriteLine($"{Pairs} pairs, micro-batch 1, rank 16, layers run again; images " +
            $"{encoder.Sequences.ImagePositions}, texts {string.Join(" + ", texts)}, descriptions {string.Join(" + ", bank)} positions; " +
            "ceiling " +
            $"{rate / 1e9:f0} GFLOP/s");
        Line("one optimizer step against 4 x forward", times[^1].Min(), 4 * forward + Pairs * Flops.Vision(config), rate);
        Console.WriteLine($"(forward without graph, forward, forward again by layer, gradient of the input: the frozen weights have " +
            $"none; adapters' own {task.Groups.Sum(g => g.Weights.Sum(w => w.Value.numel())) / 1e6:f1} M numbers not counted)");
    }

    static void Decode(string folder, int rounds, DecodeBits bits)
    {
        using var encoder = Open(folder, new() { Decode = bits });
        var model = encoder.Model;
        using var pixels = randn(1, 3, encoder.Folder.Preparation.Size, encoder.Folder.Preparation.Size, generator: new Generator(3));
        using var scope = NewDisposeScope();
        using var __ = no_grad();
        var patches = model.Project(encoder.Sequences.Patches(pixels));
        var prompt = new Prompt(encoder.Folder.Sequences().Image(encoder.Folder.Config.Vision.Patches));
        using var prefix = PromptPrefix.Decode(model, [prompt], patches, encoder.ComputeType, default);
        using var session = DecodingSession.Begin(model, prefix, [prompt], patches, encoder.ComputeType, rounds + 1, default);
        var (logits, tokens) = (new List<Tensor>(), new List<int>());
        var memory = new Memory();
        var kept = Path.Combine(Path.GetTempPath(), "radz-decode-logits.safetensors");
        using var file = bits != DecodeBits.Stored && File.Exists(kept) ? new SafetensorsFile(kept) : null;
        var forced = file?.Read("tokens").data<long>().ToArray();
        var times = Rounds.Time(rounds, 0, memory.Read, () =>
        {
            logits.Add(session.Next_BW.clone());
            tokens.Add(forced is not null ? (int)forced[tokens.Count] : (int)session.Next_BW.argmax(-1).item<long>());
            session.Append([tokens[^1]], default);
        });
        var weights = encoder.Training.Weights.Where(w => w.Name.StartsWith("language_model.", StringComparison.Ordinal)
            && w.Name.EndsWith("weight", StringComparison.Ordinal) && !w.Name.Contains("embed_tokens", StringComparison.Ordinal))
                .Sum(w => w.Value.numel());
        var bytes = weights * bits switch { DecodeBits.Int8 => 8.5, DecodeBits.Int4 => 4.5, _ => 16 } / 8;
        var (best, bandwidth) = (times[1].Min(), Memory.Bytes / times[0].Min());
        Console.WriteLine($"decode, {bits}: {rounds} tokens behind {prompt.Sequence.Length} positions, best " +
            $"{best * 1e3:f0} ms, median {Rounds.Median(times[1]) * 1e3:f0} ms a token; {bytes / 1e9:f2} GB of weights: " +
            $"{bytes / best / 1e9:f1} GB/s, {bytes / best / bandwidth:f3} of {bandwidth / 1e9:f1} GB/s read in the same rounds");
        var all = cat(logits);
        if (bits == DecodeBits.Stored)
            SafetensorsFile.Write(kept, [("logits", all), ("tokens", tensor(tokens.Select(t => (long)t).ToArray()))]);
        else if (file is not null)
        {
            var exact = file.Read("logits");
            var count = Math.Min(exact.shape[0], all.shape[0]);
            var (a, b) = (all.narrow(0, 0, count).to(ScalarType.Float64), exact.narrow(0, 0, count).to(ScalarType.Float64));
            var kl = (b.softmax(-1) * (b.log_softmax(-1) - a.log_softmax(-1))).sum(-1).mean().item<double>();
            Console.WriteLine($"against weights as stored over {count} tokens: logits differ by " +
                $"{((a - b).norm() / b.norm()).item<double>():p2}, Kullback-Leibler divergence {kl:g3} nat, likeliest token the same in " +
                $"{a.argmax(-1).eq(b.argmax(-1)).to(ScalarType.Float64).mean().item<double>():p0}");
        }
    }

    /// <summary>Reads half a gigabyte on all threads.</summary>
    sealed unsafe class Memory
    {
        public const long Bytes = 512L << 20;
        readonly IDisposable _workers = ParallelRows.HoldWorkers(get_num_threads());
        readonly byte* _data = (byte*)NativeMemory.AlignedAlloc((nuint)Bytes, 64);
        long _kept;

        public Memory() => NativeMemory.Fill(_data, (nuint)Bytes, 1);

        public void Read() => ParallelRows.Run((int)(Bytes >> 20), 1, (from, to) =>
        {
            var (a, b) = (Vector512<long>.Zero, Vector512<long>.Zero);
            for (var at = _data + ((long)from << 20); at < _data + ((long)to << 20); at += 128)
            {
                a |= Vector512.Load((long*)at);
                b |= Vector512.Load((long*)(at + 64));
            }
            Interlocked.Add(ref _kept, Vector512.Sum(a | b));
        });
    }
}
