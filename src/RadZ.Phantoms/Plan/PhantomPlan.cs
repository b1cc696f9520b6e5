namespace RadZ.Phantoms.Plan;

/// <summary>
/// All that decides a phantom: the same plan gives the same bytes on any machine. Taking a finding out of <see cref="Findings"/> changes
/// nothing but that finding: anatomy, noise and exposure come from <see cref="Seed"/> and <see cref="Body"/> alone.
/// </summary>
/// <param name="Seed">Chance of the anatomy, of each finding's form and of the noise.</param>
/// <param name="Body">The patient.</param>
/// <param name="Site">The hospital whose machine and habits shape the picture.</param>
/// <param name="Findings">What is to be seen; empty is a normal chest. A disease occurs at most once.</param>
/// <param name="Devices">Tubes, lines, pacemaker.</param>
public sealed record PhantomPlan(ulong Seed, Body Body, Site Site, IReadOnlyList<FindingPlan> Findings, Devices Devices = Devices.None);
