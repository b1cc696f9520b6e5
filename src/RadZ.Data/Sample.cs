using RadZ.Files;

namespace RadZ.Data;

/// <summary>One labelled radiograph of a data set.</summary>
/// <param name="Image">Absolute path of the image file; of a picture that is drawn instead, a name that no other has.</param>
/// <param name="Patient">The patient's key, unique over all data sets: <c>nih:1281</c>. Splits and resampling go by it.</param>
/// <param name="Source">The name of the data set, as the recipe or manifest calls it.</param>
/// <param name="Labels">What the source says about each disease.</param>
sealed record Sample(string Image, string Patient, string Source, Labels Labels)
{
    /// <summary>The radiologist's report where the source has one; otherwise the wording is made from the labels.</summary>
    public string? Report { get; init; }

    /// <summary>Where the picture comes from when there is no file; null for a file.</summary>
    public ISampleOrigin? Origin { get; init; }

    /// <summary>The study's key within the source (one examination, perhaps several images); null where the source has none.</summary>
    public string? Study { get; init; }

    /// <summary>The direction of the beam.</summary>
    public View View { get; init; }

    /// <summary>As the source says.</summary>
    public Sex Sex { get; init; }

    /// <summary>The hospital or collection that the film comes from, as the source says; null where it does not.</summary>
    public string? Site { get; init; }

    /// <summary>The split that a user's own table puts it in; null elsewhere.</summary>
    public string? Split { get; init; }

    /// <summary>In years at the time of the study; null where it is not said or is impossible.</summary>
    public double? Age { get; init; }

    /// <summary>
    /// The labels in the source's own words (<c>Effusion|Mass</c>), where they stand in one cell; the mapped ones are <see cref="Labels"/>.
    /// </summary>
    public string? RawLabels { get; init; }

    /// <summary>The report by its sections; null where the source has none, or reports were not asked for.</summary>
    public ReportSections? Sections { get; init; }

    /// <summary>Where readers drew findings.</summary>
    public IReadOnlyList<FindingBox> Boxes { get; init; } = [];

    /// <summary>Where readers painted findings; several of one finding together are one area (OR).</summary>
    public IReadOnlyList<FindingMask> Masks { get; init; } = [];
}

/// <summary>Makes the picture and the words of a sample that lies on no disk.</summary>
interface ISampleOrigin
{
    /// <summary>True where every epoch has another patient in this place: the picture is then drawn anew and never kept.</summary>
    bool IsFresh { get; }

    /// <summary>The sample that stands in this place in an epoch; null where it is the same in all.</summary>
    Sample? InEpoch(int epoch);

    /// <summary>The square picture, and where its findings are.</summary>
    DrawnPicture Draw();

    /// <summary>A report of it, worded by chance; null where labels alone are to be worded.</summary>
    RadZ.Data.ReportText? Word(Random random);
}

/// <summary>A picture that was drawn, with what is known of its findings because they were drawn.</summary>
/// <param name="Picture">Square.</param>
/// <param name="Areas">One of every finding; black where other findings hide it wholly.</param>
sealed record DrawnPicture(RadZ.Imaging.Raster Picture, IReadOnlyList<FindingArea> Areas);

/// <summary>Where one finding can be seen, pixel by pixel over its picture.</summary>
/// <param name="Disease">The knowledge base's name.</param>
/// <param name="Area">One channel: 255 inside, 0 outside, a share between at the edge.</param>
sealed record FindingArea(string Disease, RadZ.Imaging.Raster Area);

/// <summary>What came of reading a data set.</summary>
/// <param name="Samples">The usable ones, in the order of the source.</param>
/// <param name="Skipped">The others, each with its reason.</param>
sealed record SampleSet(IReadOnlyList<Sample> Samples, IReadOnlyList<SkippedRow> Skipped)
{
    /// <summary>The diseases that the source has labels for, in its order.</summary>
    public IReadOnlyList<DiseaseColumn> Diseases { get; init; } = [];

    /// <summary>Rows that are sound and were not asked for, counted by reason ("lateral view"): told with the results.</summary>
    public IReadOnlyDictionary<string, int> LeftOut { get; init; } = new Dictionary<string, int>();

    /// <summary>The tables that the labels were read from: a run records their hashes.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];
}

/// <summary>A disease as the source spells it, kept for output, and as the knowledge base does.</summary>
/// <param name="Header">The column's header or the label: <c>Pleural_Thickening</c>.</param>
/// <param name="Name">The name under which <see cref="Labels"/> hold it: <c>pleural thickening</c>.</param>
sealed record DiseaseColumn(string Header, string Name);
