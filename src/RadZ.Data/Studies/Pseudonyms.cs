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
    const int LeastKey = 16;
    readonly Lazy<byte[]> _key;

    /// <param name="key">Secret bytes, at least 16.</param>
    public Pseudonyms(byte[] key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length < LeastKey) throw new ArgumentException($"a key has at least {LeastKey} bytes, this one {key.Length}.", nameof(key));
        _key = new(key);
    }

    Pseudonyms(Func<byte[]> key) => _key = new(key);

    /// <summary>A key that is looked for when the first pseudonym is needed: a picture without a header needs none.</summary>
    public static Pseudonyms WhenNeeded(Func<Pseudonyms> make) => new(() => make()._key.Value);

    /// <summary>A key of this very object, at random and kept nowhere: pseudonyms hold as long as it lives.</summary>
    public static Pseudonyms Temporary() => new(() => RandomNumberGenerator.GetBytes(32));

    /// <summary>The key of a file, white space at its ends cut.</summary>
    /// <exception cref="InvalidInputException">The file is missing or holds less than 16 bytes.</exception>
    public static Pseudonyms FromFile(string path)
    {
        if (!File.Exists(path))
            throw new InvalidInputException(path, "missing-file",
                "there is no such key file; make one with: head -c 32 /dev/urandom | base64 > FILE.");
        return FromText(path, File.ReadAllText(path));
    }

    static Pseudonyms s_installed = Temporary();

    /// <summary>
    /// The pseudonyms of this process, as <see cref="Install"/> said; without that of a key at random, which lives as long as the process.
    /// </summary>
    public static Pseudonyms ForInstallation() => s_installed;

    /// <summary>Says what <see cref="ForInstallation()"/> gives: for a program to call once, as it starts.</summary>
    internal static void Install(Pseudonyms pseudonyms) => s_installed = pseudonyms;

    /// <summary>
    /// The key of an installation: made at random on first use, readable by its owner alone; where nothing can be written, it lives as
    /// long as the process.
    /// </summary>
    /// <param name="path">Where it is kept.</param>
    /// <param name="notKept">Told where it cannot be.</param>
    public static Pseudonyms ForInstallation(string path, Action? notKept = null)
    {
        if (File.Exists(path)) return FromFile(path);
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
            return FromFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { notKept?.Invoke(); }
        return FromText(path, key);
    }

    /// <summary>A key that is a text.</summary>
    /// <param name="place">What holds it, for errors.</param>
    /// <param name="text">The key; white space at its ends is cut.</param>
    /// <exception cref="InvalidInputException">It has less than 16 bytes.</exception>
    public static Pseudonyms FromText(string place, string text)
    {
        var key = Encoding.UTF8.GetBytes(text.Trim());
        return key.Length >= LeastKey ? new(key)
            : throw new InvalidInputException(place, "short-key",
                $"the key has {key.Length} bytes, expected at least {LeastKey}; make one with: head -c 32 /dev/urandom | base64.");
    }

    /// <summary>16 hexadecimal digits for a text; <paramref name="kind"/> keeps a patient's and a file's apart.</summary>
    public string PseudonymFor(string kind, string text) => Convert.ToHexStringLower(Hash(kind, text).AsSpan(0, 8));

    /// <summary>A UID for a UID: 2.25 and a number of 128 bits; the empty text stays empty.</summary>
    public string Uid(string uid) =>
        string.IsNullOrEmpty(uid) ? "" : $"2.25.{new BigInteger(Hash("uid", uid).AsSpan(0, 16), isUnsigned: true, isBigEndian: true)}";

    byte[] Hash(string kind, string text) => HMACSHA256.HashData(_key.Value, Encoding.UTF8.GetBytes($"{kind}\0{text}"));
}
