using SkiaSharp;

namespace RadZ.Torch.Tests.Cli;

/// <summary>A model and pictures, good and bad, that the tests of the command line share.</summary>
public sealed class CliWorld : IDisposable
{
    public CliWorld()
    {
        Directory.CreateDirectory(At("xrays", "deeper"));
        Directory.CreateDirectory(At("bad"));
        Directory.CreateDirectory(At("nothing"));
        TinyModelFolder.Write(Model);
        Picture(At("xrays", "a.png"), 40, 30, SKEncodedImageFormat.Png, 1);
        Picture(At("xrays", "b.jpg"), 33, 50, SKEncodedImageFormat.Jpeg, 2);
        Picture(At("xrays", "deeper", "c.png"), 64, 64, SKEncodedImageFormat.Png, 3);
        Picture(At("bad", "dot.png"), 1, 1, SKEncodedImageFormat.Png, 4);
        File.WriteAllText(At("xrays", "notes.txt"), "no image, and not walked into");
        File.WriteAllText(At("bad", "empty.png"), "");
        File.WriteAllText(At("bad", "text.png"), "Patient has a cough.");
        var whole = File.ReadAllBytes(At("xrays", "b.jpg"));
        File.WriteAllBytes(At("bad", "cut.jpg"), whole[..(whole.Length / 2)]);
        (Program, WithoutModel) = (new(Folder, Model), new(Folder, null));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("radz-cli-").FullName;

    public string Model => At("tiny");

    internal Radz Program { get; }

    internal Radz WithoutModel { get; }

    public string At(params string[] parts) => Path.Combine([Folder, .. parts]);

    public string Write(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return name;
    }

    /// <summary>A copy of the model folder in which one file is changed.</summary>
    public string Changed(string name, string file, Func<string, string?> change)
    {
        Directory.CreateDirectory(At(name));
        foreach (var from in Directory.GetFiles(Model)) File.Copy(from, At(name, Path.GetFileName(from)), overwrite: true);
        if (change(File.ReadAllText(At(name, file))) is { } text) File.WriteAllText(At(name, file), text);
        else File.Delete(At(name, file));
        return name;
    }

    public static void Picture(string path, int width, int height, SKEncodedImageFormat format, int seed)
    {
        using var bitmap = new SKBitmap(width, height, SKColorType.Gray8, SKAlphaType.Opaque);
        var random = new Random(seed);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var level = (byte)random.Next(256);
                bitmap.SetPixel(x, y, new(level, level, level));
            }
        using var data = bitmap.Encode(format, 90);
        File.WriteAllBytes(path, data.ToArray());
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

[CollectionDefinition(Name)]
public sealed class SharedWorld : ICollectionFixture<CliWorld>
{
    public const string Name = "command line";
}
