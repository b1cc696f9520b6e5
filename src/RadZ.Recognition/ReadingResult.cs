using RadZ.Files;

namespace RadZ.Recognition;

/// <summary>What came of one film among many: a reading, or why there is none.</summary>
/// <param name="Name">The file as outputs may call it.</param>
/// <param name="Reading">The reading; null where the film could not be read.</param>
/// <param name="Error">Why; null where it could.</param>
public sealed record ReadingResult(string Name, Reading? Reading, InvalidInputException? Error);
