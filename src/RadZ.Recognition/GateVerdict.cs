using RadZ.Imaging.Gate;

namespace RadZ.Recognition;

/// <summary>What the gate at the door says of a film.</summary>
/// <param name="Verdict">The outcome.</param>
/// <param name="Reasons">Why it is probably no upright frontal chest radiograph; empty where nothing was found or looked for.</param>
public sealed record GateVerdict(Verdict Verdict, IReadOnlyList<GateReason> Reasons);

/// <summary>The outcomes of the gate.</summary>
public enum Verdict
{
    /// <summary>Nothing speaks against the film, or nothing was looked for.</summary>
    Pass,

    /// <summary>It is doubted and was recognized all the same: findings may mean nothing.</summary>
    Flag,

    /// <summary>It was refused: there are no findings.</summary>
    Refuse,
}
