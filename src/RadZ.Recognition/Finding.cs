namespace RadZ.Recognition;

/// <summary>One disease in a reading.</summary>
/// <param name="Disease">As the caller wrote it, or as the model's list does.</param>
/// <param name="Estimate">
/// The calibrated probability, 0..1: of films like those that the calibration was fitted on and that have such a score, this part has the
/// disease. Null where no calibration knows the disease. Not a diagnosis.
/// </param>
/// <param name="Details">The model's own numbers.</param>
public sealed record Finding(string Disease, double? Estimate, FindingDetails Details);

/// <summary>The numbers behind a finding; none of them is a probability of disease.</summary>
/// <param name="Score">What ranks; comparable within one reading only.</param>
/// <param name="Softmax">The paper's: a softmax over the listed diseases, 0..1, so it depends on the list.</param>
/// <param name="Standalone">The disease against its own negation, 0..1.</param>
public sealed record FindingDetails(double Score, double Softmax, double Standalone);
