namespace RadZ.Files;

/// <summary>A row or file of a data set that could not be used: reported, never dropped in silence.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line in the table, from 1; 0 where there is no table.</param>
/// <param name="Kind">A stable word for programs, as <see cref="InvalidInputException.Kind"/>.</param>
/// <param name="Reason">What was found and what was expected.</param>
sealed record SkippedRow(string Path, int Line, string Kind, string Reason);
