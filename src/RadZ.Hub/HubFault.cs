using RadZ.Files;

namespace RadZ.Hub;

/// <summary>One request that failed; some are worth another try.</summary>
sealed class HubFault(string kind, string message, bool passing, TimeSpan? retryAfter = null) : Exception(message)
{
    /// <summary>A stable word for programs.</summary>
    public string Kind { get; } = kind;

    /// <summary>True when it may go away by itself.</summary>
    public bool Passing { get; } = passing;

    /// <summary>The pause that the server asked for.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>The fault as the end of the matter.</summary>
    public InvalidInputException Final(Uri address) => new(Display(address), Kind, Message);

    /// <summary>An address without its query: that may hold a signature.</summary>
    public static string Display(Uri address) => address.GetLeftPart(UriPartial.Path);
}
