using RadZ.Data;
using RadZ.Evaluation.Tables;
using RadZ.Model.Features;
using RadZ.Recognition.Diseases;
using RadZ.Recognition.Scoring;
using RadZ.Text.Knowledge;
using RadZ.Training.Data;
using RadZ.Training.Phases;
using RadZ.Training.Recipes;
using RadZ.Training.Runs;
using RadZ.Training.Validation;

namespace RadZ.Experiments.Reproduction;

// N images, C diseases, T texts, D width

/// <summary>How one image lies among the category vectors.</summary>
/// <param name="Image">The image.</param>
/// <param name="Own">Cosine with the nearest vector of a category that it has.</param>
/// <param name="Other">Cosine with the nearest vector of one that it has not.</param>
sealed record CategoryPlace(ScoredImage Image, double Own, double Other)
{
    /// <summary>
    /// (b - a) / max(a, b) of the cosine distances to the nearest own (a) and the nearest other category (b), in [-1, 1].
    /// </summary>
    public double Silhouette
    {
        get
        {
            var (a, b) = (1 - Own, 1 - Other);
            return Math.Max(a, b) is var widest && widest < 1e-12 ? 0 : (b - a) / widest;
        }
    }
}

/// <summary>
/// What a finished run of a sweep says beyond its direct scores: images against descriptions, images among the category vectors, and, of
/// diseases that the run left out, images against random descriptions. Kept as tables in the run's folder, from which every number is made.
/// </summary>
sealed class CategoryMeasurement(RunFolder run)
{
    const int RandomDescriptions = 200;
    const string OwnColumn = "description";

    string Bank => At("bank.scores.csv");

    string Places => At("places.scores.csv");

    string Unseen(string disease) => At($"unseen-{disease.Replace(' ', '-')}.scores.csv");

    string At(string name) => Path.Combine(run.Path, "categories", name);

    /// <summary>Measures and writes, unless it is there already.</summary>
    /// <param name="task">The validation task whose images and diseases are taken.</param>
    /// <param name="shelf">Their pictures.</param>
    /// <param name="device">Where.</param>
    /// <param name="cancel">Stops.</param>
    public void Measure(string task, SharedPictures shelf, Device device, CancellationToken cancel)
    {
        if (File.Exists(Places)) return;                                           // written last
        var recipe = RecipeFile.Read(run.Recipe);
        var knowledge = RecipeFile.KnowledgeOf(recipe);
        var data = TrainingData.Read(recipe.Data, knowledge);
        var validation = recipe.Validation.First(v => v.Name == task);
        using var encoder = RadiologyEncoder.Load(run.Model, new() { Device = device });
        var images = shelf.Images(recipe.Data, encoder.Folder.Preparation, withAreas: false);
        var broken = images.Preload(data.Validation, null, cancel).Broken.Select(b => b.Path).ToHashSet();
        List<Sample> samples = [.. ValidationFigures.Rows(validation, data.Validation, knowledge).Select(i => data.Validation[i])
            .Where(s => !broken.Contains(s.Image))];
        var list = DiseaseList.Create([.. validation.Diseases], knowledge);
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var images_ND = cat([.. samples.Chunk(64).Select(chunk =>
        {
            cancel.ThrowIfCancellationRequested();
            return encoder.Images(PixelTensor.Create(chunk, images, device), globalOnly: true).Global_BD;
        })]);
        double[,] Cosines(IEnumerable<string> texts) =>
            Table(Similarity.Direct(images_ND.to(ScalarType.Float64), Features(encoder, texts).to(ScalarType.Float64), 1));

        ScoredImage[] rows = [.. samples.Select(s => new ScoredImage(Path.GetFileName(s.Image), s.Patient, s.Source))];
        ScoreTable Scores(IReadOnlyList<string> columns, double[,] cosines, Func<Sample, int, Label> label)
        {
            var labels = new Label[rows.Length, columns.Count];
            for (var i = 0; i < rows.Length; i++)
                for (var c = 0; c < columns.Count; c++) labels[i, c] = label(samples[i], c);
            return new(rows, columns, cosines, labels);
        }
        string[] names = [.. list.Entries.Select(e => e.Disease.Name)];
        ScoreTableFile.Write(Scores(names, Cosines(list.Entries.Select(e => e.Description)), (s, c) => s.Labels[names[c]]), Bank);
        foreach (var disease in recipe.Data.LeaveOut.Select(d => knowledge.Resolve(d).Name).Where(names.Contains))
        {
            var at = Array.IndexOf(names, disease);
            string[] texts = [list.Entries[at].Description, .. new DescriptionControl(list, recipe.Seed).Random(at, RandomDescriptions)];
            string[] columns = [OwnColumn, .. Enumerable.Range(1, RandomDescriptions).Select(r => $"random {r}")];
            ScoreTableFile.Write(Scores(columns, Cosines(texts), (s, _) => s.Labels[disease]), Unseen(disease));
        }
        var categories = Cosines(list.Entries.Select(e => e.Present));
        var places = samples.Index().Where(s => names.Any(n => n != Disease.NoFinding && s.Item.Labels[n] == Label.Present)).Select(s =>
        {
            double Nearest(Func<Label, bool> of) => names.Index().Where(n => of(s.Item.Labels[n.Item]))
                .Select(n => categories[s.Index, n.Index]).DefaultIfEmpty(double.NegativeInfinity).Max();
            return new CategoryPlace(rows[s.Index], Nearest(l => l == Label.Present), Nearest(l => l == Label.Absent));
        }).Where(p => double.IsFinite(p.Other)).ToList();
        var cosines = new double[places.Count, 2];
        foreach (var (i, place) in places.Index()) (cosines[i, 0], cosines[i, 1]) = (place.Own, place.Other);
        ScoreTableFile.Write(new([.. places.Select(p => p.Image)], ["nearest own category", "nearest other category"], cosines,
            new Label[places.Count, 2]), Places);
    }

    /// <summary>Images against descriptions; null where it was not measured.</summary>
    /// <param name="diseases">The columns that count.</param>
    public ScoreTable? BankScores(IReadOnlyList<string> diseases) =>
        File.Exists(Bank) ? Columns(ScoreTableFile.Read(Bank), diseases) : null;

    /// <summary>Images with a finding among the category vectors; null where it was not measured.</summary>
    public IReadOnlyList<CategoryPlace>? CategoryPlaces()
    {
        if (!File.Exists(Places)) return null;
        var table = ScoreTableFile.Read(Places);
        return [.. table.Rows.Select((row, i) => new CategoryPlace(row, table.Scores[i, 0], table.Scores[i, 1]))];
    }

    /// <summary>
    /// Images against the description of a disease that was left out, and against random ones; null where it was not measured.
    /// </summary>
    public (ScoreTable Own, ScoreTable Random)? UnseenScores(string disease)
    {
        if (!File.Exists(Unseen(disease))) return null;
        var all = ScoreTableFile.Read(Unseen(disease));
        return (Columns(all, [OwnColumn]), Columns(all, [.. all.Diseases.Skip(1)]));
    }

    static ScoreTable Columns(ScoreTable table, IReadOnlyList<string> wanted)
    {
        int[] columns = [.. wanted.Select(w => table.Diseases.ToList().IndexOf(w))];
        if (columns.Contains(-1)) throw new ArgumentException($"the table has no column for one of {string.Join(", ", wanted)}.");
        var (scores, labels) = (new double[table.Rows.Count, columns.Length], new Label[table.Rows.Count, columns.Length]);
        for (var r = 0; r < table.Rows.Count; r++)
            for (var c = 0; c < columns.Length; c++)
                (scores[r, c], labels[r, c]) = (table.Scores[r, columns[c]], table.Labels[r, columns[c]]);
        return new(table.Rows, wanted, scores, labels);
    }

    static Tensor Features(RadiologyEncoder encoder, IEnumerable<string> texts)
    {
        return cat([.. texts.Chunk(32).Select(chunk => encoder.Texts(chunk, globalOnly: true).Global_BD)]);
    }

    static double[,] Table(Tensor values_NT)
    {
        var (flat, width) = (values_NT.cpu().contiguous().data<double>().ToArray(), (int)values_NT.shape[1]);
        var table = new double[flat.Length / width, width];
        Buffer.BlockCopy(flat, 0, table, 0, flat.Length * sizeof(double));
        return table;
    }
}
