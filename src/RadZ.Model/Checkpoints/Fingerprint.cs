using System.Security.Cryptography;

namespace RadZ.Model.Checkpoints;

/// <summary>Names the state of a model folder's weights, so that a cache made by other weights is never used.</summary>
static class Fingerprint
{
    const long WholeUpTo = 256L << 20, Block = 1 << 16, Every = 64L << 20;

    /// <summary>
    /// SHA-256 over names, lengths and contents of the folders' weight files, configs and tokenizer (a model's, and an adapter's over it),
    /// folder after folder, each by name: not over where they lie. Of files above 256 MiB only the header's megabyte, the last megabyte and
    /// 64 KiB of every 64 MiB are read: a 15 GB checkpoint must not be read twice.
    /// </summary>
    public static string Compute(params string[] folders)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string[] small = [ModelSettings.FileName, "config.json", "vision_config.json", "tokenizer.model", "adapter_config.json"];
        var files = folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.safetensors")
            .Concat(Directory.EnumerateFiles(folder, "*.bin")).Concat(small.Select(name => Path.Combine(folder, name)))
            .Where(File.Exists).OrderBy(path => Path.GetFileName(path), StringComparer.Ordinal));
        foreach (var path in files)
        {
            using var file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{Path.GetFileName(path)}:{length}\n"));
            var buffer = new byte[1 << 20];
            foreach (var (from, count) in Parts(length))
                for (long at = from, end = from + count; at < end;)
                {
                    var n = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at)), at);
                    if (n == 0) break;
                    hash.AppendData(buffer, 0, n);
                    at += n;
                }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static IEnumerable<(long From, long Count)> Parts(long length)
    {
        if (length <= WholeUpTo) return [(0, length)];
        var parts = new List<(long, long)> { (0, 1 << 20) };
        for (var at = Every; at < length - (1 << 20); at += Every) parts.Add((at, Block));
        parts.Add((length - (1 << 20), 1 << 20));
        return parts;
    }
}
