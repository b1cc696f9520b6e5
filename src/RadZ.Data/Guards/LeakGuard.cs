using RadZ.Data.Sets;
using RadZ.Data.Splits;
using RadZ.Files;

namespace RadZ.Data.Guards;

/// <summary>Something a reader of the numbers must know.</summary>
/// <param name="Kind">A stable word for programs: <c>training-patients</c>, <c>contamination</c>, <c>lossy-label</c>, <c>trap</c>,
/// <c>duplicate-images</c>, ...</param>
/// <param name="Text">For people.</param>
sealed record Notice(string Kind, string Text);

/// <summary>Checks, by identifiers, whether a model may have seen what it is measured on.</summary>
static class LeakGuard
{
    /// <summary>Patients of the test set whom the model was trained on, and sets that lie within its training sets.</summary>
    /// <param name="card">The set.</param>
    /// <param name="samples">What is measured.</param>
    /// <param name="trained">Of the model; null where nothing is known.</param>
    /// <param name="allowed">True: told instead of refused.</param>
    /// <exception cref="InvalidInputException">The model has seen some of the patients, or may have and nothing can tell, and it is not
    /// allowed.</exception>
    public static IReadOnlyList<Notice> Training(SetCard card, IReadOnlyList<Sample> samples, TrainingPatients? trained, bool allowed)
    {
        if (trained is null)
            return [new("training-unknown",
                $"The model says nothing of its training patients (no {TrainingPatients.FileName}): whether it has seen these images is " +
                $"not known.")];
        List<Notice> notices = [];
        var patients = samples.Select(s => s.Patient).Distinct().ToList();
        var seen = patients.Where(trained.Contains).ToHashSet();
        if (seen.Count > 0)
        {
            var images = samples.Count(s => seen.Contains(s.Patient));
            if (!allowed)
                throw new InvalidInputException(card.Name, "training-patients",
                    $"the model was trained on {seen.Count} of these {patients.Count} patients ({images} of {samples.Count} images): its " +
                    $"figures would be too good. Measure on other patients, or say ‹allow-training-patients›; the table will say so.");
            notices.Add(new("training-patients",
                $"TRAINED ON THESE PATIENTS: {seen.Count} of {patients.Count} patients ({images} of {samples.Count} images) were in " +
                "training. These figures say nothing of new patients."));
        }
        // patients under another set's names, who cannot be compared
        var strangers = patients.Count(p => !trained.Sources.Contains(p.Split(':')[0]));
        foreach (var overlap in card.Overlaps)
        {
            var other = Ontology.Embedded.Resolve(overlap.With);
            if (!trained.Sources.Contains(other.Key) || other.Key == card.Key || strangers == 0) continue;
            var what = $"{card.Title} shares patients with {other.Title}, on which the model was trained " +
                $"({overlap.What}); {strangers} of {patients.Count} patients have no common identifier, so who was seen cannot be told.";
            if (!allowed)
                throw new InvalidInputException(card.Name, "contamination",
                    $"{what} Take a model that was not trained on it, or say ‹allow-training-patients›; the table will say so.");
            notices.Add(new("contamination", what));
        }
        return notices;
    }

    /// <summary>The same of a user's own table, of whose set nothing is known.</summary>
    /// <param name="table">The table, for what is wrong.</param>
    /// <param name="samples">What is measured.</param>
    /// <param name="trained">Of the model; null where nothing is known.</param>
    /// <param name="allowed">True: told instead of refused.</param>
    /// <param name="state">Which model of several; empty where there is one.</param>
    /// <exception cref="InvalidInputException">The model has seen some of the patients, and it is not allowed.</exception>
    public static IReadOnlyList<Notice> Table(string table, IReadOnlyList<Sample> samples, TrainingPatients? trained, bool allowed,
        string state = "")
    {
        if (trained is null)
            return [new("training-unknown",
                $"The model says nothing of its training patients (no {TrainingPatients.FileName}): whether it has seen these images is " +
                $"not known.")];
        var patients = samples.Select(s => s.Patient).Distinct().ToList();
        var seen = patients.Count(trained.Contains);
        if (seen == 0) return [];
        if (!allowed)
            throw new InvalidInputException(table, "training-patients",
                $"the model was trained on {seen} of its {patients.Count} patients: figures would be too good. Leave them out, or say " +
                $"‹allow-training-patients›; the table will say so.");
        return [new("training-patients",
            $"TRAINED ON THESE PATIENTS{(state.Length > 0 ? $" ({state})" : "")}: {seen} of {patients.Count} were in training. These " +
            $"figures say nothing of new patients.")];
    }

    /// <summary>
    /// Images and patients that the measured split shares with the set's other published splits: what a fine-tuned model would have seen.
    /// </summary>
    /// <param name="card">The set.</param>
    /// <param name="request">How the measured split was read.</param>
    /// <param name="samples">The measured split.</param>
    public static IReadOnlyList<Notice> OtherSplits(SetCard card, SetRequest request, IReadOnlyList<Sample> samples)
    {
        if (request.Split is "all" or "physician") return [];                // not a part of a division
        List<Notice> notices = [];
        var patients = samples.Select(s => s.Patient).ToHashSet();
        var images = samples.Select(s => Path.GetFileNameWithoutExtension(s.Image)).ToHashSet();
        foreach (var split in card.Splits.Where(s => s != request.Split && s is not ("all" or "physician")).Concat(DerivedSplits(request)))
        {
            SampleSet other;
            try
            {
                other = PublishedSets.Read(card, request with { Split = split, Images = false, Reports = false });
            }
            catch (InvalidInputException)
            {
                continue;                                               // that split is not at hand
            }
            var shared = other.Samples.Select(s => s.Patient).Where(patients.Contains).ToHashSet();
            if (shared.Count == 0) continue;
            var (mine, twice) = (samples.Count(s => shared.Contains(s.Patient)),
                card.Name is "chexpert" ? 0 : other.Samples.Count(s => images.Contains(Path.GetFileNameWithoutExtension(s.Image))));
            notices.Add(new("patients-in-other-split",
                $"{shared.Count} patients ({mine} images here) are also in split '{split}'" +
                $"{(twice > 0 ? $", {twice} of its images are the very same" : "")}: a model that was fine-tuned on it has seen them."));
        }
        return notices;
    }

    /// <summary>The train and validation tables of the papers, where they lie beside the test table.</summary>
    static IEnumerable<string> DerivedSplits(SetRequest request) =>
        ((ReadOnlySpan<string>)["train.csv", "valid.csv", "val.csv", "new_train.csv", "new_valid.csv", "official_train.csv",
            "official_val.csv"]).ToArray()
            .Where(f => File.Exists(Path.Combine(request.Root, f)) && f != request.Split && request.Split is not ("train" or "valid"));

    /// <summary>Throws if a patient is in two splits of a run: thresholds would be locked on those who are measured.</summary>
    public static void Splits(params (string Name, IReadOnlyList<Sample> Samples)[] splits) => PatientSplit.Guard(splits);

    /// <summary>The losses of the labels that are measured, and the set's traps.</summary>
    public static IReadOnlyList<Notice> Labels(SetCard card, IReadOnlyList<ClassColumn> columns)
    {
        List<Notice> notices = [];
        var measured = columns.Select(c => c.Disease).ToHashSet();
        foreach (var label in card.Labels.Where(l => l.Lossy is not null && l.Disease is { } disease && measured.Contains(disease)))
            notices.Add(new("lossy-label", $"'{label.Label}' is taken for {label.Disease}: {label.Lossy}."));
        foreach (var column in columns.Where(c => c.Complement))
            notices.Add(new("complement",
                $"Column '{column.Name}' is 'not {column.Disease}', as in the papers; its F1 is that of the second class."));
        notices.AddRange(card.Traps.Select(t => new Notice("trap", t)));
        if (!card.PatientsKnown)
            notices.Add(new("patients-unknown",
                "Patients are not known for every image: the bootstrap takes such an image as a patient, so intervals may be too narrow."));
        return notices;
    }
}
