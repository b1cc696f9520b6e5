using RadZ.Data;
using RadZ.Data.Reports;
using RadZ.Data.Sets;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Reports;
using RadZ.TestKit;
using RadZ.Text.Knowledge;

namespace RadZ.Tests.Phantoms;

public class PhantomReportTests
{
    static readonly ReportReading s_reading = new(KnowledgeBase.Embedded);
    static readonly PhantomOptions s_options = new() { Seed = 11, Sites = Site.All };

    static ReportSide Of(Side side) =>
        side switch { Side.Left => ReportSide.Left, Side.Right => ReportSide.Right, Side.Both => ReportSide.Both, _ => ReportSide.None };

    /// <summary>
    /// The property of issue 4: 10,000 reports of both hospitals, read back by rules that share no code with the grammar.
    /// </summary>
    [Fact]
    public void Ten_thousand_reports_read_back_as_their_labels()
    {
        var sampler = new PhantomSampler(s_options);
        Parallel.For(0, 10_000, i =>
        {
            var plan = sampler.Plan(i);
            var report = PhantomReport.Write(plan, i % 3 == 0 ? null : 0.43 + i % 17 * 0.01, (ulong)(i % 5));
            var labels = PhantomSampler.Labels(plan);
            foreach (var part in (PhantomReport.ReportPart[])[PhantomReport.ReportPart.All, PhantomReport.ReportPart.Findings,
                PhantomReport.ReportPart.Impression])
            {
                var (text, asserted, denied) = report.Part(part);
                var said = s_reading.Read(text).Where(s => labels.ByDisease.ContainsKey(s.Disease)).ToList();
                var where = $"number {i}: {text}\nread as {string.Join("; ", said.Select(s => $"{s.Disease} {s.Certainty} {s.Side}"))}";
                var normal = plan.Findings.Count == 0;
                // the section FINDINGS of a normal film says what is well, not that all is
                Assert.True(said.Where(s => s.Certainty == Certainty.Present).Select(s => s.Disease).Distinct().Order()
                    .SequenceEqual(normal && part == PhantomReport.ReportPart.Findings ? [] : asserted.Order()), where);
                Assert.True(said.Where(s => s.Certainty == Certainty.Absent).Select(s => s.Disease).Distinct().Order()
                    .SequenceEqual(denied.Order()), where);
                Assert.DoesNotContain(said, s => s.Certainty == Certainty.Uncertain);
                Assert.All(asserted, d => Assert.Equal(Label.Present, labels[d]));
                Assert.All(denied, d => Assert.Equal(Label.Absent, labels[d]));
                foreach (var finding in plan.Findings)
                    Assert.All(said.Where(s => s.Disease == finding.Disease),
                        s => Assert.True(s.Side == Of(finding.Side), $"{finding.Disease} {finding.Side}, {where}"));
            }
        });
    }

    [Fact]
    public void The_appearance_names_no_finding_and_tells_the_places()
    {
        var sampler = new PhantomSampler(s_options);
        for (var i = 0; i < 2000; i++)
        {
            var plan = sampler.Plan(i);
            var text = PhantomReport.Write(plan).Part(PhantomReport.ReportPart.Appearance).Text;
            Assert.DoesNotContain(s_reading.Read(text), s => s.Certainty == Certainty.Present && ChestXray14.Findings.Contains(s.Disease));
            foreach (var side in plan.Findings.Select(f => f.Side).Where(s => s is Side.Left or Side.Right))
                Assert.Contains(side.ToString(), text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Reports_of_both_hospitals()
    {
        var sampler = new PhantomSampler(s_options);
        Approved.Verify(string.Concat(Enumerable.Range(0, 24).Select(i => (Plan: sampler.Plan(i), i)).Select(p =>
            $"-- {p.i}, site {p.Plan.Site.Name}: " +
            $"{string.Join("; ", p.Plan.Findings.Select(f => $"{f.Disease} {f.Side} {f.Zone} {f.Severity}"))}\n" +
            $"{PhantomReport.Write(p.Plan, 0.47).Text}\n\n")));
    }

    [Fact]
    public void The_same_variation_is_the_same_text_and_another_is_another()
    {
        var plan = new PhantomSampler(s_options).Plan(1);
        Assert.Equal(PhantomReport.Write(plan, 0.5, 3).Text, PhantomReport.Write(plan, 0.5, 3).Text);
        Assert.True(Enumerable.Range(0, 20).Select(i => PhantomReport.Write(plan, 0.5, (ulong)i).Text).Distinct().Count() > 15);
    }

    [Fact]
    public void What_must_not_be_named_is_not_named()
    {
        string[] unnamed = ["nodule", "consolidation"];
        var sampler = new PhantomSampler(s_options with { Findings = [.. ChestXray14.Findings.Except(unnamed)] });
        for (var i = 0; i < 2000; i++)
        {
            var text = PhantomReport.Write(sampler.Plan(i), 0.48, 0, unnamed).Text;
            Assert.DoesNotContain(s_reading.Read(text), s => unnamed.Contains(s.Disease));
            Assert.DoesNotContain(unnamed, u => text.Contains(u, StringComparison.OrdinalIgnoreCase));
        }
        var with = Enumerable.Range(0, 500).Select(i => new PhantomSampler(s_options).Plan(i))
            .First(p => p.Findings.Any(f => f.Disease == "nodule"));
        Assert.Throws<ArgumentException>(() => PhantomReport.Write(with, unnamed: unnamed));
    }
}
