using RadZ.Benchmarks;

RadZ.Model.Runtime.ThreadWaiting.SpinLittle();
var root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "RadZ.slnx")))
    root = Path.GetDirectoryName(root) ?? throw new DirectoryNotFoundException("run this from within the repository");
var tokenizer = Path.Combine(root, "tests", "fixtures", "tokenizer", "radz-2000.model");
var rounds = args.Select(a => int.TryParse(a, out var n) ? n : 0).FirstOrDefault(n => n > 0, 9);
if (args.Contains("phantoms"))
{
    // phantoms [N]: N written (1,000), ten times as many streamed
    var count = args.Select(a => int.TryParse(a, out var n) ? n : 0).FirstOrDefault(n => n > 0, 1000);
    PhantomRuns.Write(count);
    await PhantomRuns.Stream(10 * count).ConfigureAwait(false);
    return;
}
if (Environment.GetEnvironmentVariable("RADZ_THREADS") is { } threads) set_num_threads(int.Parse(threads));
if (args is ["7b", "layer", var shape, var positions, ..])
{
    LayerParts.Run(shape, int.Parse(positions), rounds: 7);
    return;
}
if (args is ["7b", var stage, var folder, ..])
{
    FullSize.Run(stage, folder, rounds);
    return;
}
if (args.Contains("scores"))
{
    ScoreFiles.Run();
    return;
}
if (args.Contains("dicom"))
{
    DicomReading.Run(rounds);
    return;
}
if (args.Contains("generation"))
{
    Generation.Run(tokenizer, rounds, ScalarType.Float32, width: 1024, layers: 4);
    Generation.Run(tokenizer, rounds, ScalarType.BFloat16, width: 4096, layers: 2);
    return;
}
if (args.Contains("parts"))
{
    using var parted = new SmallModel(tokenizer, ScalarType.Float32, 7);
    var parts = parted.Parts().ToList();
    var spent = Rounds.Time(rounds, 2, [.. parts.Select(p => p.Run)]);
    foreach (var (i, part) in parts.Index()) Console.WriteLine($"{part.Name,-36} {Rounds.Median(spent[i]) * 1e3,8:f1} ms");
    return;
}
Console.WriteLine($"{get_num_threads()} threads, {rounds} rounds, medians; GFLOP-equivalents = seconds an image x the GEMM rate of the " +
    "same rounds");
// whether the trial's tower of 6 layers ran all of them or the 5 that LLaVA reads is not said: both are shown
foreach (var (type, layers) in new[] { (ScalarType.Float32, 7), (ScalarType.Float32, 6), (ScalarType.BFloat16, 7),
    (ScalarType.BFloat16, 6) })
{
    using var model = new SmallModel(tokenizer, type, layers);
    using var left = randn(2048, 4096).to(type);
    using var right = randn(4096, 4096).to(type);
    var (one, many) = (model.Inference(1), model.Inference(32));
    var times = Rounds.Time(rounds, 2, () => { using var _ = left.mm(right); }, one, many, model.TrainingStep);
    var rate = 2.0 * 2048 * 4096 * 4096 / 1e9 / Rounds.Median(times[0]);
    void Line(string name, double[] seconds, int images, double peer) => Console.WriteLine(
        $"{type,-9} {name,-28} {Rounds.Median(seconds) / images * 1e3,8:f3} ms/image {Rounds.Median(seconds) / images * rate,7:f3}" +
        $" GFLOP-eq   PyTorch 2.13 eager {peer,4} -> {peer / (Rounds.Median(seconds) / images * rate),5:f2}x");
    Console.WriteLine($"{type,-9} GEMM 2048 x 4096 x 4096      {rate,8:f0} GFLOP/s   ({layers - 1} vision layers run)");
    var half = type == ScalarType.BFloat16;
    Line("inference, batch 1", times[1], 1, half ? 4.7 : 1.26);
    Line("inference, batch 32", times[2], 32, half ? 1.44 : 0.75);
    Line("training step, 32 images", times[3], 32, half ? 7.9 : 2.5);
}
