namespace RadZ.Text.Knowledge;

/// <summary>
/// The same diseases described by others than the author of <see cref="KnowledgeBase.Embedded"/>: what a description is worth must not hang
/// on whose words it is in. Each is a whole knowledge file (names and synonyms as ours), so that it can also be trained with.
/// </summary>
static class DescriptionAuthors
{
    static readonly Lazy<IReadOnlyList<(string Style, KnowledgeBase Knowledge)>> s_shipped = new(() =>
        [("in the words of a report", KnowledgeBase.ReadEmbedded("descriptions-report.json")),
            ("in plain language", KnowledgeBase.ReadEmbedded("descriptions-plain.json"))]);

    /// <summary>
    /// 18 diseases in the clipped style of a report, and in a layman's words. Written by this project's authors, reviewed by no
    /// radiologist.
    /// </summary>
    public static IReadOnlyList<(string Style, KnowledgeBase Knowledge)> Shipped => s_shipped.Value;
}
