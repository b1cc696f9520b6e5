namespace RadZ.Evaluation.Binary;

/// <summary>How good scores are as probabilities, where they are in [0, 1].</summary>
/// <param name="Brier">Mean squared distance.</param>
/// <param name="LogLoss">In nats.</param>
/// <param name="CalibrationError">Expected calibration error, 15 bins.</param>
public sealed record ProbabilityFigures(double? Brier, double? LogLoss, double? CalibrationError);
