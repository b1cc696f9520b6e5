using System.Globalization;
using RadZ.Data;
using RadZ.Data.Guards;
using RadZ.Evaluation.Benchmarks;
using RadZ.Evaluation.Protocols;
using RadZ.Evaluation.Tables;
using RadZ.Experiments.Evaluating;
using RadZ.Files;
using RadZ.Model.Features;

namespace RadZ.Experiments.Protocols;

/// <summary>The linear probe: features are taken once (and kept in <c>features/</c>), each member is a fit.</summary>
sealed class ProbeProtocol : IProtocol
{
    readonly EvaluationPipeline _run;
    readonly MeasuredSplits _splits;
    readonly RadiologyEncoder _encoder;
    readonly JournaledScores _journaled;
    readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    FeatureTable _test = null!, _validation = null!, _training = null!;
    Dictionary<int, string> _testFailed = [], _validationFailed = [], _trainingFailed = [];

    public ProbeProtocol(EvaluationPipeline run, MeasuredSplits splits)
    {
        (_run, _splits, _encoder) = (run, splits, run.Context.Model.Load());
        _journaled = new(run.Context, run.NameOf, run.Root);
    }

    public object Identity => new { Model = _encoder.Hash };

    public async Task BeginAsync(IReadOnlyList<PlannedMember> members, CancellationToken cancel)
    {
        if (members.All(m => m.IsDone)) return;
        var wanted = members.SelectMany(m => m.Drawn).Select(s => s.Image).ToHashSet(StringComparer.Ordinal);
        var needed = _splits.Training!.Samples.Where(s => wanted.Contains(s.Image)).ToList();
        foreach (var (at, sample) in needed.Index()) _places[sample.Image] = at;
        (_test, _testFailed) = await FeaturesAsync(_splits.Test.Samples, "test", cancel).ConfigureAwait(false);
        (_validation, _validationFailed) = await FeaturesAsync(_splits.Validation!.Samples, "validation", cancel).ConfigureAwait(false);
        (_training, _trainingFailed) = await FeaturesAsync(needed, "training", cancel).ConfigureAwait(false);
    }

    async Task<(FeatureTable, Dictionary<int, string>)> FeaturesAsync(IReadOnlyList<Sample> samples, string what, CancellationToken cancel)
    {
        var (features, failed) = await _journaled.FeaturesAsync(_encoder, samples, what,
            new(Path.Combine(_run.Request.Out!, "features"), new { Model = _encoder.Hash }, _run.Request.Resume),
            cancel).ConfigureAwait(false);
        return (features, new(failed));
    }

    public Task<MemberResult> MakeAsync(PlannedMember member, CancellationToken cancel)
    {
        var drawn = member.Drawn.Where(s => !_trainingFailed.ContainsKey(_places[s.Image])).ToList();
        var (held, measured) = (Readable(_splits.Validation!.Samples, _validationFailed), Readable(_splits.Test.Samples, _testFailed));
        var labels = Labels(drawn);
        var probe = LinearProbe.Fit([.. _run.Request.Classes.Select(c => c.Name)],
            Rows(_training, [.. drawn.Select(s => _places[s.Image])]),
            labels,
            Rows(_validation, held), Labels([.. held.Select(i => _splits.Validation.Samples[i])]), cancel);
        AtomicFile.WriteText(Path.Combine(member.Folder, "probe.json"), probe.Json());
        ScoreTable Scores(IReadOnlyList<Sample> samples, int[] rows, FeatureTable features, Dictionary<int, string> failed)
        {
            var scores = probe.Score(Rows(features, rows));
            return BenchmarkScores.Table([.. rows.Select(i => samples[i])], _run.NameOf, _run.Request.Classes, (row, c) => scores[row, c],
                _journaled.Failures(failed, samples));
        }
        List<Notice> notices = [
            .. probe.Classes.Where(c => c.Weights is null).Select(c => new Notice("member-guess",
                string.Create(CultureInfo.InvariantCulture,
                    $"{member.Percent:R} %, seed {member.Seed}: {c.Class} has {c.Positives:N0} images with it and {c.Negatives:N0} " +
                    $"without among those drawn; the probe says the same of every image (AUC 0.5).")))];
        if (probe.Tried[0].Penalty == probe.Penalty || probe.Tried[^1].Penalty == probe.Penalty)
            notices.Add(new("member-penalty",
                FormattableString.Invariant(
                    $"{member.Percent:R} %, seed {member.Seed}: the chosen penalty {probe.Penalty} is at the end of those tried.")));
        var used = Enumerable.Range(0, drawn.Count)
            .Count(r => Enumerable.Range(0, _run.Request.Classes.Count).Any(c => labels[r, c].IsKnown()));
        return Task.FromResult(new MemberResult
        {
            Test = Scores(_splits.Test.Samples, measured, _test, _testFailed),
            Validation = Scores(_splits.Validation.Samples, held, _validation, _validationFailed),
            By = new(_encoder.Folder.Settings.Name, _encoder.Hash, "probe", "score", null),
            Used = used,
            How = FormattableString.Invariant(
                $"logistic regression on {_encoder.Width} frozen features, penalty {probe.Penalty} chosen on validation"),
            Notices = notices,
            Files = ["probe.json"],
        });
    }

    public void Done(PlannedMember member) { }

    Label[,] Labels(IReadOnlyList<Sample> samples) =>
        _run.Under(BenchmarkScores.Table(samples, _run.Root, _run.Request.Classes, (_, _) => 0, [])).Labels;

    static int[] Readable(IReadOnlyList<Sample> samples, Dictionary<int, string> failed) =>
        [.. Enumerable.Range(0, samples.Count).Where(i => !failed.ContainsKey(i))];

    static FeatureTable Rows(FeatureTable from, int[] rows)
    {
        if (rows.Length == from.Rows) return from;
        var values = new float[rows.Length * from.Width];
        for (var i = 0; i < rows.Length; i++) from.Row(rows[i]).CopyTo(values.AsSpan(i * from.Width));
        return new(values, from.Width);
    }

    public void Dispose() => _encoder.Dispose();
}
