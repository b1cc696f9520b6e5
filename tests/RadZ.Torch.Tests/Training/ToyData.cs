using RadZ.Training.Phases;
using RadZ.Training.Recipes;
using RadZ.Training.Runs;
using RadZ.Training.Validation;
using SkiaSharp;

namespace RadZ.Torch.Tests.Training;

/// <summary>
/// Pictures whose finding can be seen by anyone: a bright lower half is an effusion, a bright disc a mass, grey noise nothing.
/// </summary>
sealed class ToyData : IDisposable
{
    public ToyData(int patients = 32)
    {
        Folder = Directory.CreateTempSubdirectory("radz-toy-").FullName;
        var rows = new List<string> { "image,patient,pleural effusion,mass,no finding" };
        var random = new Random(5);
        for (var i = 0; i < patients; i++)
        {
            var kind = i % 3;
            using var bitmap = new SKBitmap(32, 32, SKColorType.Gray8, SKAlphaType.Opaque);
            for (var y = 0; y < 32; y++)
                for (var x = 0; x < 32; x++)
                {
                    var inside = kind == 0 ? y > 18 : kind == 1 && (x - 16) * (x - 16) + (y - 12) * (y - 12) < 40;
                    var level = (byte)Math.Clamp((inside ? 200 : 60) + random.Next(-25, 25), 0, 255);
                    bitmap.SetPixel(x, y, new SKColor(level, level, level));
                }
            using var file = File.Create(Path.Combine(Folder, $"{i}.png"));
            bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
            rows.Add($"{i}.png,p{i},{(kind == 0 ? 1 : 0)},{(kind == 1 ? 1 : 0)},{(kind == 2 ? 1 : 0)}");
        }
        File.WriteAllLines(Path.Combine(Folder, "manifest.csv"), rows);
    }

    public string Folder { get; }

    public string At(string name) => Path.Combine(Folder, name);

    /// <summary>A recipe file over these pictures; <paramref name="phases"/> is JSON.</summary>
    public string Recipe(string name, string phases, string model = "", string rest = "")
    {
        var path = At($"{name}.json");
        File.WriteAllText(path, $$"""
            {
              // a model for tests
              "name": "{{name}}", "seed": 3,
              "model": { {{(model.Length > 0 ? model : NewModel)}} },
              "data": { "root": ".", "sources": [ { "name": "toy", "kind": "manifest", "path": "manifest.csv", "validation": 0.3 } ] },
              "phases": [ {{phases}} ],
              "validation": [ { "name": "toy", "sources": ["toy"], "diseases": ["pleural effusion", "mass", "no finding"] } ],
              "checkpoint_steps": 2{{rest}}
            }
            """);
        return path;
    }

    public static string NewModel => $$"""
        "new": { "tokenizer": {{System.Text.Json.JsonSerializer.Serialize(Cli.TinyModelFolder.Tokenizer)}},
                 "image_size": 32, "patch_size": 8, "vision_width": 32, "vision_layers": 3, "vision_heads": 2,
                 "width": 32, "layers": 3, "heads": 4, "key_value_heads": 2, "mlp_width": 64, "text_limit": 96 }
        """;

    public const string ThreePhases = """
        { "kind": "teacher", "epochs": 1, "batch": 4, "rate": 1e-3, "ema": 0.9,
          "teacher": { "widths": [8, 16], "blocks": [1, 1], "dropout": 0.2 } },
        { "kind": "warm_start", "epochs": 1, "batch": 4, "rate": 1e-3, "distillation": { "features": 1, "scores": 1, "labels": 1 } },
        { "kind": "alignment", "epochs": 1, "batch": 4, "rate": 1e-3, "ema": 0.9,
          "alignment": { "targets": "entailment", "bank": "refreshed", "refresh_steps": 2 },
          "distillation": { "features": 1, "category_scores": 1 } }
        """;

    public async Task<RunFolder> Train(string recipe, string run, Func<StepReport, bool>? stopAfter = null, bool resume = false,
        SharedPictures? shared = null)
    {
        var folder = new RunFolder(At(run));
        using var stop = new CancellationTokenSource();
        var training = new TrainingRun(folder, new Recorder(Reports, r => { if (stopAfter?.Invoke(r) == true) stop.Cancel(); }),
            TimeProvider.System, CPU, shared);
        if (resume) await training.ResumeAsync(stop.Token);
        else await training.StartAsync(RecipeFile.Read(recipe), stop.Token);
        return folder;
    }

    public List<ValidationFigure> Reports { get; } = [];

    sealed class Recorder(List<ValidationFigure> figures, Action<StepReport> step) : ITrainingObserver
    {
        public void Message(string text) { }
        public void Prepared(int done, int total) { }
        public void Stepped(StepReport report) => step(report);
        public void Validated(string phase, double epoch, IReadOnlyList<ValidationFigure> added) => figures.AddRange(added);
    }

    public static byte[] Weights(RunFolder run) => File.ReadAllBytes(Path.Combine(run.Model, "model.safetensors"));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
