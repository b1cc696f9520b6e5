using RadZ.Files;

namespace RadZ.Hub;

/// <summary>Where the hub is, who asks and where files are kept: the same variables that other programs of the hub read.</summary>
/// <param name="Endpoint">The hub's address.</param>
/// <param name="Token">The access token; null asks as nobody.</param>
/// <param name="Cache">The folder that holds <c>models--OWNER--NAME</c>.</param>
sealed record HubSettings(Uri Endpoint, string? Token, string Cache)
{
    /// <summary>The endpoint without a slash at its end.</summary>
    internal string Root => Endpoint.AbsoluteUri.TrimEnd('/');

    const string Public = "https://huggingface.co";

    /// <summary>
    /// Of <c>HF_ENDPOINT</c>, <c>HF_TOKEN</c> (else the file <c>HF_TOKEN_PATH</c>, else <c>HF_HOME/token</c>), <c>HF_HUB_CACHE</c> (else
    /// <c>HF_HOME/hub</c>); <c>HF_HOME</c> is <c>huggingface</c> in <c>XDG_CACHE_HOME</c> or <c>~/.cache</c> where it is not set.
    /// </summary>
    /// <param name="variable">Looks a variable up.</param>
    /// <param name="profile">The user's home.</param>
    /// <exception cref="InvalidInputException">The endpoint is no http or https address.</exception>
    public static HubSettings FromEnvironment(Func<string, string?> variable, string profile)
    {
        string? Of(string name) => variable(name) is { Length: > 0 } value ? value.Trim() : null;
        string Full(string path) =>
            Path.GetFullPath(path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? profile + path[1..] : path);

        var home = Full(Of("HF_HOME") ?? Path.Combine(Of("XDG_CACHE_HOME") ?? Path.Combine(profile, ".cache"), "huggingface"));
        var tokenFile = Full(Of("HF_TOKEN_PATH") ?? Path.Combine(home, "token"));
        var token = Of("HF_TOKEN") ?? (File.Exists(tokenFile) ? File.ReadAllText(tokenFile).Trim() : null);
        return new(AddressOf(Of("HF_ENDPOINT") ?? Public), token is { Length: > 0 } ? token : null,
            Full(Of("HF_HUB_CACHE") ?? Path.Combine(home, "hub")));
    }

    static Uri AddressOf(string text) =>
        Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
        ? address
        : throw new InvalidInputException("HF_ENDPOINT", "bad-address",
            $"'{text}' is no http or https address; expected one like {Public}.");

    /// <summary>True where the token may be sent: encrypted, or to this very machine.</summary>
    public static bool MayCarryToken(Uri address) => address.Scheme == Uri.UriSchemeHttps || address.IsLoopback;
}
