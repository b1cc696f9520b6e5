using RadZ.Phantoms.Plan;

namespace RadZ.Phantoms;

/// <summary>
/// Draws a plan: the chest's attenuation along every ray, what diseases do to it, exposure, scatter, display, noise. The same plan gives
/// the same bytes on any machine, and a finding changes nothing outside its reach.
/// </summary>
public static class PhantomRenderer
{
    /// <summary>Smallest side in pixels.</summary>
    public const int SmallestSize = 64;

    /// <summary>Largest side in pixels.</summary>
    public const int LargestSize = 2048;

    /// <summary>The phantom of a plan, <paramref name="size"/> pixels a side.</summary>
    /// <exception cref="ArgumentException">The plan names a disease that cannot be drawn, or one twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is not from 64 to 2048.</exception>
    public static Phantom Render(PhantomPlan plan, int size)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, SmallestSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, LargestSize);
        if (plan.Findings.Select(f => f.Disease).Distinct(StringComparer.Ordinal).Count() != plan.Findings.Count)
            throw new ArgumentException("A disease occurs at most once in a plan.", nameof(plan));
        return new Rendering(plan, size).Draw();
    }
}
