using RadZ.Files;
using RadZ.Imaging.Dicom.DataSets;

namespace RadZ.Data.Studies;

/// <summary>One image of a study, by its header alone.</summary>
/// <param name="File">The file.</param>
/// <param name="Record">What outputs may show.</param>
/// <param name="Identity">What they may not.</param>
sealed record StudyView(InputFile File, ImageRecord? Record, ImageIdentity? Identity);

/// <summary>Images that were made together.</summary>
/// <param name="Views">By instance number, then by file.</param>
sealed record StudySeries(IReadOnlyList<StudyView> Views);

/// <summary>One examination of a patient; a picture without a header, and a file that cannot be read, is a study of its own.</summary>
/// <param name="Series">By series number, then by file.</param>
/// <param name="Order">Its place among the patient's studies by date and time, from 1; the dates themselves are not told.</param>
/// <param name="Priors">The patient's earlier studies, latest first.</param>
sealed record Study(IReadOnlyList<StudySeries> Series, int Order, IReadOnlyList<Study> Priors)
{
    /// <summary>All its images.</summary>
    public IEnumerable<StudyView> Views => Series.SelectMany(s => s.Views);

    /// <summary>The study's pseudonym; null of a picture without a header.</summary>
    public string? Id => Views.First().Record?.Study;
}

/// <summary>A patient's studies, earliest first.</summary>
/// <param name="Studies">At least one.</param>
sealed record StudyPatient(IReadOnlyList<Study> Studies)
{
    /// <summary>
    /// Puts files into patients, studies, series and views by their headers (patient ID with its issuer, study and series UIDs). Patients
    /// come in the order of their first file. Studies of one patient are sorted by date and time, which stay inside.
    /// </summary>
    public static IReadOnlyList<StudyPatient> Group(IReadOnlyList<InputFile> files, Deidentification deidentification,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        var views = new StudyView[files.Count];
        Parallel.For(0, files.Count, new ParallelOptions { CancellationToken = cancel }, i => views[i] = View(files[i], deidentification));
        return [.. views.Select((view, i) => (view, i)).GroupBy(v => PatientKey(v.view, v.i), v => v.view).Select(Patient)];
    }

    static StudyPatient Patient(IEnumerable<StudyView> views)
    {
        var studies = new List<Study>();
        foreach (var study in views.GroupBy(v => v.Identity is { Study.Length: > 0 } i ? i.Study : v.File.Path)
            .OrderBy(s => s.Min(v => v.Identity?.When ?? ""), StringComparer.Ordinal))
            studies.Add(new([.. study.GroupBy(v => v.Identity?.Series ?? "").OrderBy(s => s.Min(v => v.Identity?.SeriesNumber ?? 0))
                .Select(s => new StudySeries([.. s.OrderBy(v => v.Identity?.InstanceNumber ?? 0).ThenBy(v => v.File.Path,
                    StringComparer.Ordinal)]))], studies.Count + 1, [.. Enumerable.Reverse(studies)]));
        return new(studies);
    }

    /// <summary>Without an ID two files are of one patient only where they are of one study.</summary>
    static string PatientKey(StudyView view, int index) => view.Identity switch
    {
        { PatientKey.Length: > 0 } i => i.PatientKey,
        { Study.Length: > 0 } i => $"\0\0{i.Study}",
        _ => $"\0\0\0{index}",
    };

    static StudyView View(InputFile file, Deidentification deidentification)
    {
        if (file.Fault is not null || !InputFiles.IsDicom(file.Path)) return new(file, null, null);
        try
        {
            var dataset = DicomFile.Read(file.Path).Dataset;
            return new(file, deidentification.Record(dataset), ImageIdentity.Read(dataset));
        }
        catch (InvalidInputException e)
        {
            return new(file with { Fault = e }, null, null);
        }
    }
}
