namespace RadZ.Training.Optimization;

/// <summary>Linear warm-up from 0, then half a cosine down to <paramref name="Floor"/>.</summary>
/// <param name="Rate">Highest learning rate.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="WarmupSteps">Steps until the highest rate.</param>
/// <param name="Floor">Share of the highest rate that the cosine ends at.</param>
sealed record Schedule(double Rate, int Steps, int WarmupSteps, double Floor = 0)
{
    /// <summary>The rate of a step, counted from 0.</summary>
    public double At(int step)
    {
        if (step < WarmupSteps) return Rate * step / WarmupSteps;
        var progress = Math.Min(1.0, (step - WarmupSteps) / (double)Math.Max(1, Steps - WarmupSteps));
        return Rate * (Floor + (1 - Floor) * 0.5 * (1 + Math.Cos(Math.PI * progress)));
    }
}
