using RadZ.Data;
using RadZ.Data.Sets;
using RadZ.Data.Splits;
using RadZ.Files;
using RadZ.Text.Knowledge;
using RadZ.Training.Recipes;

namespace RadZ.Training.Data;

/// <summary>The samples of a recipe: read, joined over sources, divided by patient, freed of what is left out.</summary>
/// <param name="Training">What is trained on: every sample here has at least one disease (or "no finding") that is known to be
/// present.</param>
/// <param name="Validation">Held-out patients, labels untouched by <see cref="DataRecipe.LeaveOut"/>.</param>
/// <param name="Skipped">Rows and files that could not be used.</param>
/// <param name="Silent">Training samples left out since their labels say of nothing that it is present.</param>
/// <param name="Diseases">The diseases that training labels know, "no finding" among them, by frequency.</param>
sealed record TrainingData(IReadOnlyList<Sample> Training, IReadOnlyList<Sample> Validation, IReadOnlyList<SkippedRow> Skipped,
    int Silent, IReadOnlyList<string> Diseases)
{
    /// <summary>Times a training sample comes in an epoch, by source.</summary>
    public required IReadOnlyDictionary<string, int> Repeat { get; init; }

    /// <summary>The split that was made.</summary>
    public required PatientSplit Split { get; init; }

    /// <summary>Reads all sources.</summary>
    /// <exception cref="InvalidInputException">A source is missing, nothing is left to train on, or two sources want different shares of
    /// the same patients.</exception>
    public static TrainingData Read(DataRecipe recipe, KnowledgeBase knowledge)
    {
        var (samples, skipped, fractions) = (new List<Sample>(), new List<SkippedRow>(), new Dictionary<string, double>());
        string[] leftOut = [.. recipe.LeaveOut.Select(d => knowledge.Resolve(d).Name)];
        foreach (var source in recipe.Sources)
        {
            var path = Path.Combine(recipe.Root, source.Path);
            if (source.Kind != SourceKind.Phantoms && !File.Exists(path) && !Directory.Exists(path))
                throw new InvalidInputException(path, "missing",
                    $"source '{source.Name}' of the recipe is not there; check data.root ({recipe.Root}) and the source's path.");
            var set = source.Kind == SourceKind.Phantoms ? PhantomSamples.Draw(source.Name, source.Phantoms!, leftOut)
                : LabelledSets.Read(new(FormOf(source.Kind), path)
                {
                    Name = source.Name,
                    Knowledge = knowledge,
                    Set = source.Set,
                    Split = source.Split,
                });
            var labeled = set.Samples.SelectMany(s => s.Labels.ByDisease.Keys).ToHashSet();
            foreach (var sample in set.Samples)
            {
                if (sample.Labels[Disease.NoFinding] == Label.Present && sample.Labels.Present.Skip(1).Any())
                    skipped.Add(new(sample.Image, 0, "bad-labels",
                        $"says '{Disease.NoFinding}' and {string.Join(", ", sample.Labels.Present.Where(d => d != Disease.NoFinding))}" +
                        "; one of them is wrong."));
                else samples.Add(sample with { Source = source.Name, Labels = Closed(sample.Labels, knowledge, labeled) });
            }
            skipped.AddRange(set.Skipped);
            foreach (var prefix in set.Samples.Select(s => s.Patient.Split(':')[0]).Distinct())
                if (!fractions.TryAdd(prefix, source.Validation) && fractions[prefix] != source.Validation)
                    throw new InvalidInputException(path, "bad-split",
                        $"source '{source.Name}' holds out {source.Validation} of patients '{prefix}:...', another source " +
                        $"{fractions[prefix]}; a patient may be in both, so give them one share.");
        }
        var split = new PatientSplit(recipe.SplitSalt, fractions);
        var (training, validation) = split.Divide(samples.DistinctBy(s => s.Image));
        PatientSplit.Guard(("training", training), ("validation", validation));
        training = [.. training.Select(s => s with
        {
            Labels = Without(s.Labels, leftOut),
            Report = s.Report is { } report && knowledge.MentionedIn(report).Any(d => leftOut.Contains(d.Name)) ? null : s.Report,
        })];
        var known = training.Where(s => !s.Labels.IsUnknown || s.Report is not null).ToList();
        if (known.Count == 0)
            throw new InvalidInputException(recipe.Root, "no-data",
                $"{samples.Count} samples were read ({skipped.Count} skipped), and none is left to train on.");
        return new(known, validation, skipped, training.Count - known.Count,
            [.. known.SelectMany(s => s.Labels.Present).GroupBy(d => d).OrderByDescending(g => g.Count())
                .ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Key)])
        {
            Repeat = recipe.Sources.ToDictionary(s => s.Name, s => s.Repeat),
            Split = split,
        };
    }

    static SetForm FormOf(SourceKind kind) => kind switch
    {
        SourceKind.Manifest => SetForm.Manifest,
        SourceKind.Nih => SetForm.Nih,
        SourceKind.Kermany => SetForm.Kermany,
        SourceKind.Covid => SetForm.Covid,
        SourceKind.Published => SetForm.Published,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind of source."),
    };

    /// <summary>
    /// What is present makes present what it entails, of the diseases that the source labels at all: who labels bacterial pneumonia has
    /// labelled pneumonia.
    /// </summary>
    static Labels Closed(Labels labels, KnowledgeBase knowledge, HashSet<string> labeled)
    {
        var implied = labels.Present.SelectMany(knowledge.Entailed).Where(d => labels[d] == Label.Unknown && labeled.Contains(d))
            .Distinct().ToList();
        return implied.Count == 0 ? labels
            : new(labels.ByDisease.Concat(implied.Select(d => KeyValuePair.Create(d, Label.Present))).DistinctBy(l => l.Key)
                .ToDictionary());
    }

    /// <summary>The labels as if nobody had ever named those diseases.</summary>
    static Labels Without(Labels labels, string[] diseases) =>
        diseases.Length == 0 ? labels : new(labels.ByDisease.Where(l => !diseases.Contains(l.Key)).ToDictionary());

    /// <summary>The samples of one epoch, repeated by source and shuffled: a function of seed and epoch alone.</summary>
    public int[] Epoch(int seed, int epoch)
    {
        int[] order = [.. Enumerable.Range(0, Training.Count).SelectMany(i => Enumerable.Repeat(i, Repeat[Training[i].Source]))];
        new Random(unchecked(seed * 7919 + epoch)).Shuffle(order);
        return order;
    }
}
