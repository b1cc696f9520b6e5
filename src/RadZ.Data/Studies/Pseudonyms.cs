using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using RadZ.Files;

namespace RadZ.Data.Studies;

/// <summary>
/// Names in place of names: HMAC-SHA-256 with a key, so that the same patient or UID has the same pseudonym in every output of a site, and
/// nobody without the key can try out names. UIDs become UIDs below 2.25 (PS3.5 B.2).
/// </summary>
sealed class Pseudonyms
{
    /// <summary>The environment variable that holds a key in place of the installation's.</summary>
    public const string Variable = "RADZ_KEY";

    const int LeastKey = 16;
    readonly byte[] _key;

    /// <param name="key">Secret bytes, at least 16.</param>
    public Pseudonyms(byte[] key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length < LeastKey) throw new ArgumentException($"a key has at least {LeastKey} bytes, this one {key.Length}.", nameof(key));
        _key = key;
    }

    /// <summary>The key of a file, white space at its ends cut.</summary>
    /// <exception cref="InvalidInputException">The file is missing or holds less than 16 bytes.</exception>
    public static Pseudonyms OfFile(string path)
    {
        if (!File.Exists(path))
            throw new InvalidInputException(path, "missing-file",
                "there is no such key file; make one with: head -c 32 /dev/urandom | base64 > FILE.");
        return OfText(path, File.ReadAllText(path));
    }

    /// <summary>
    /// The key in <see cref="Variable"/>, else of this installation: made at random on first use, readable by its owner alone.
    /// </summary>
    public static Pseudonyms OfInstallation()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given) return OfText(Variable, given);
        var home = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } x ? x
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
        return OfInstallation(Path.Combine(home, "radz", "pseudonyms.key"));
    }

    /// <summary>The same from a given place; where nothing can be written, the key lives as long as the process.</summary>
    public static Pseudonyms OfInstallation(string path)
    {
        if (File.Exists(path)) return OfFile(path);
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new FileStream(path, options);
            file.Write(Encoding.UTF8.GetBytes(key + "\n"));
        }
        catch (IOException) when (File.Exists(path))
        {
            Thread.Sleep(50);                                                      // another process of the same user was first
            return OfFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
        return OfText(path, key);
    }

    static Pseudonyms OfText(string place, string text)
    {
        var key = Encoding.UTF8.GetBytes(text.Trim());
        return key.Length >= LeastKey ? new(key)
            : throw new InvalidInputException(place, "short-key",
                $"the key has {key.Length} bytes, expected at least {LeastKey}; make one with: head -c 32 /dev/urandom | base64.");
    }

    /// <summary>16 hexadecimal digits for a text; <paramref name="kind"/> keeps a patient's and a file's apart.</summary>
    public string Of(string kind, string text) => Convert.ToHexStringLower(Hash(kind, text).AsSpan(0, 8));

    /// <summary>A UID for a UID: 2.25 and a number of 128 bits; the empty text stays empty.</summary>
    public string Uid(string uid) =>
        string.IsNullOrEmpty(uid) ? "" : $"2.25.{new BigInteger(Hash("uid", uid).AsSpan(0, 16), isUnsigned: true, isBigEndian: true)}";

    byte[] Hash(string kind, string text) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{kind}\0{text}"));
}
