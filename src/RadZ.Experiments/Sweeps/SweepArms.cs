using RadZ.Evaluation.Comparisons;
using RadZ.Evaluation.Tables;
using RadZ.Files;

namespace RadZ.Experiments.Sweeps;

/// <summary>The scores that a sweep left, for the table.</summary>
static class SweepArms
{
    /// <summary>
    /// The default and all variants; and where a trunk left the scores of a supervised teacher, those as an arm compared with the default.
    /// </summary>
    /// <exception cref="InvalidInputException">Arms of one data recipe were trained or judged on other data.</exception>
    public static IReadOnlyList<Arm> Read(SweepRecord sweep, SweepFolder folder)
    {
        folder.RefuseOtherData(sweep);
        IReadOnlyList<(int, ScoreTable)> Scores(string arm, bool teacher = false) =>
            [.. sweep.Seeds.Where(s => folder.Finished(s, arm) is not null)
            .Select(s => (Seed: s, Table: teacher ? folder.TeacherScores(s, arm, sweep.Measure) : folder.Scores(s, arm, sweep.Measure)))
            .Where(s => s.Table is not null).Select(s => (s.Seed, s.Table!))];
        return [.. sweep.Arms.Where(a => !a.IsTrunk).Select(a => new Arm(a.Name, a.Group, a.Against, a.Note, Scores(a.Name))),
            .. sweep.Arms.Where(a => a.IsTrunk).Take(1)
                .Select(a => new Arm($"{a.Name}: teacher", "baselines", Sweep.Default, "the supervised convolutional net of the trunk",
                    Scores(a.Name, teacher: true))).Where(a => a.Scores.Count > 0)];
    }
}
