namespace RadZ.Datasets;

/// <summary>One labelled radiograph of a data set.</summary>
/// <param name="Image">Absolute path of the image file; of a picture that is drawn instead, a name that no other has.</param>
/// <param name="Patient">The patient's key, unique over all data sets: <c>nih:1281</c>. Splits and resampling go by it.</param>
/// <param name="Source">The name of the data set, as the recipe or manifest calls it.</param>
/// <param name="Labels">What the source says about each disease.</param>
public sealed record Sample(string Image, string Patient, string Source, Labels Labels)
{
    /// <summary>The radiologist's report where the source has one; otherwise the wording is made from the labels.</summary>
    public string? Report { get; init; }

    /// <summary>Where the picture comes from when there is no file; null for a file.</summary>
    public ISampleOrigin? Origin { get; init; }
}

/// <summary>Makes the picture and the words of a sample that lies on no disk.</summary>
public interface ISampleOrigin
{
    /// <summary>True where every epoch has another patient in this place: the picture is then drawn anew and never kept.</summary>
    bool IsFresh { get; }

    /// <summary>The sample that stands in this place in an epoch; null where it is the same in all.</summary>
    Sample? InEpoch(int epoch);

    /// <summary>The square picture.</summary>
    RadZ.Imaging.Raster Draw();

    /// <summary>A report of it, worded by chance; null where labels alone are to be worded.</summary>
    RadZ.Reports.ReportText? Word(Random random);
}

/// <summary>A row or file of a data set that could not be used: reported, never dropped in silence.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line in the table, from 1; 0 where there is no table.</param>
/// <param name="Kind">A stable word for programs, as <see cref="InvalidInputException.Kind"/>.</param>
/// <param name="Reason">What was found and what was expected.</param>
public sealed record SkippedRow(string Path, int Line, string Kind, string Reason);

/// <summary>What came of reading a data set.</summary>
/// <param name="Samples">The usable ones, in the order of the source.</param>
/// <param name="Skipped">The others, each with its reason.</param>
public sealed record SampleSet(IReadOnlyList<Sample> Samples, IReadOnlyList<SkippedRow> Skipped)
{
    /// <summary>The diseases that the source has labels for, in its order.</summary>
    public IReadOnlyList<DiseaseColumn> Diseases { get; init; } = [];
}

/// <summary>A disease as the source spells it, kept for output, and as the knowledge base does.</summary>
/// <param name="Header">The column's header or the label: <c>Pleural_Thickening</c>.</param>
/// <param name="Name">The name under which <see cref="Labels"/> hold it: <c>pleural thickening</c>.</param>
public sealed record DiseaseColumn(string Header, string Name);
