namespace RadZ.Data;

/// <summary>A report made from labels, with what it says: training needs to know which other images of a batch it fits.</summary>
/// <param name="Text">The report.</param>
/// <param name="Asserted">
/// The diseases that it names as present, in the order of the text. What they entail is not repeated here
/// (<c>Knowledge.KnowledgeBase.Entailed</c>). Empty when the labels say of no disease that it is present.
/// </param>
/// <param name="Denied">The diseases that it says are absent.</param>
public sealed record ReportText(string Text, IReadOnlyList<string> Asserted, IReadOnlyList<string> Denied);
