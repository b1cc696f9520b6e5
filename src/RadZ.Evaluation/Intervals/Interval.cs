namespace RadZ.Evaluation.Intervals;

/// <summary>A two-sided interval, both ends inside.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct Interval(double Low, double High);
