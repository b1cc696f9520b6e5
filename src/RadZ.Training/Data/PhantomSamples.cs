using RadZ.Data;
using RadZ.Phantoms;
using RadZ.Phantoms.Reports;
using RadZ.Training.Recipes;

namespace RadZ.Training.Data;

/// <summary>Phantoms as samples: labels and patients are known at once, pictures and words are made when a batch asks for them.</summary>
static class PhantomSamples
{
    /// <summary>The samples of the first epoch; those of the others come from their origins.</summary>
    /// <param name="name">The source's name.</param>
    /// <param name="recipe">Which phantoms.</param>
    /// <param name="unnamed">Diseases that no text may name.</param>
    public static SampleSet Draw(string name, PhantomRecipe recipe, IReadOnlyList<string> unnamed)
    {
        var all = new Source(name, new(recipe.Options(), recipe.Size), recipe, unnamed);
        return new([.. Enumerable.Range(0, recipe.Count).Select(i => all.Sample(i, epoch: 0))], []);
    }

    sealed class Source(string name, PhantomSource phantoms, PhantomRecipe recipe, IReadOnlyList<string> unnamed)
    {
        public bool Fresh => recipe.Fresh;

        public Sample Sample(int place, int epoch)
        {
            var index = place + (Fresh ? (long)epoch * recipe.Count : 0);
            var plan = phantoms.Plan(index);
            return new($"phantom://{name}/{phantoms.Options.Seed}/{plan.Site.Name}/{recipe.Size}/{index}", phantoms.Patient(index), name,
                Without(PhantomSource.Labels(plan)))
            {
                Origin = new Origin(this, place, index),
            };
        }

        public DrawnPicture Draw(long index)
        {
            var drawn = phantoms.Draw(index);
            return new(PhantomSource.Levels(drawn),
                [.. drawn.Findings.Select(f => new FindingArea(f.Plan.Disease,
                    new(drawn.Size, drawn.Size, 1, [.. f.Mask.Select(m => m != 0 ? (byte)255 : (byte)0)])))]);
        }

        public ReportText? Word(long index, Random random)
        {
            if (random.NextDouble() >= recipe.Reports) return null;
            var plan = phantoms.Plan(index);
            if (plan.Findings.Any(f => unnamed.Contains(f.Disease))) return null;
            var report = PhantomReport.Write(plan, variation: (ulong)random.NextInt64(), unnamed: unnamed);
            // the findings of a normal film do not say that it is normal
            return report.Part(random.NextDouble() switch
            {
                < 0.3 => PhantomReport.ReportPart.Appearance,
                < 0.6 => PhantomReport.ReportPart.Impression,
                < 0.8 when plan.Findings.Count > 0 => PhantomReport.ReportPart.Findings,
                _ => PhantomReport.ReportPart.All,
            });
        }

        /// <summary>
        /// What must not be named is in no label, as if nobody had ever looked for it; of samples that may be validated the reader of all
        /// sources sees to that.
        /// </summary>
        Labels Without(Labels labels) =>
            Fresh && unnamed.Count > 0 ? new(labels.ByDisease.Where(l => !unnamed.Contains(l.Key)).ToDictionary()) : labels;
    }

    sealed record Origin(Source Source, int Place, long Index) : ISampleOrigin
    {
        public bool IsFresh => Source.Fresh;

        public Sample? InEpoch(int epoch) => Source.Fresh ? Source.Sample(Place, epoch) : null;

        public DrawnPicture Draw() => Source.Draw(Index);

        public ReportText? Word(Random random) => Source.Word(Index, random);
    }
}
