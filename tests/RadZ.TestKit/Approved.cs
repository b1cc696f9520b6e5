using System.Runtime.CompilerServices;

namespace RadZ.TestKit;

/// <summary>Text that must not drift lies in <c>Approved/</c> beside the test; <c>APPROVE=1</c> writes it anew.</summary>
public static class Approved
{
    /// <summary>Throws with both texts when <paramref name="actual"/> is not what was approved.</summary>
    public static void Verify(string actual, string? name = null, [CallerFilePath] string file = "", [CallerMemberName] string test = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(file)!, "Approved", (name ?? test) + ".txt");
        if (Environment.GetEnvironmentVariable("APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }
        var expected = File.Exists(path) ? File.ReadAllText(path) : "";
        if (expected.ReplaceLineEndings("\n") != actual.ReplaceLineEndings("\n"))
            throw new InvalidOperationException($"Text differs from {path}; look at it and run again with APPROVE=1 if it is right.\n" +
                $"--- approved\n{expected}\n--- actual\n{actual}");
    }
}
