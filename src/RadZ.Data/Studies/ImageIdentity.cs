using RadZ.Imaging.Dicom.DataSets;

namespace RadZ.Data.Studies;

/// <summary>
/// Who and what an image is, as the file says: kept in memory to group and to order studies, and written only where a user asks for
/// results that go back to the archive (<c>--identified</c>). Never in a log or a message.
/// </summary>
sealed record ImageIdentity
{
    /// <summary>(0008,0016).</summary>
    public required string SopClass { get; init; }

    /// <summary>(0008,0018).</summary>
    public required string Instance { get; init; }

    /// <summary>(0020,000D); empty where absent.</summary>
    public required string Study { get; init; }

    /// <summary>(0020,000E); empty where absent.</summary>
    public required string Series { get; init; }

    /// <summary>(0010,0020) with its issuer (0010,0021); empty where absent.</summary>
    public required string PatientKey { get; init; }

    /// <summary>Study date and time, for the order of priors: digits that sort.</summary>
    public required string When { get; init; }

    /// <summary>(0020,0011), for the order of series.</summary>
    public double SeriesNumber { get; init; }

    /// <summary>(0020,0013), for the order of images.</summary>
    public double InstanceNumber { get; init; }

    /// <summary>(0028,0301) says that the picture itself shows who the patient is.</summary>
    public bool BurnedIn { get; init; }

    /// <summary>Patient and study attributes that a result for the archive repeats, by keyword.</summary>
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    /// <summary>
    /// The attributes that <see cref="Attributes"/> holds: patient module and general study module (PS3.3 C.7.1.1, C.7.2.1).
    /// </summary>
    public static IReadOnlyList<(DicomTag Tag, string Keyword)> Repeated { get; } =
    [
        (DicomTag.PatientName, "PatientName"), (DicomTag.PatientID, "PatientID"), (new(0x00100021), "IssuerOfPatientID"),
        (DicomTag.PatientBirthDate, "PatientBirthDate"),
        (DicomTag.PatientSex, "PatientSex"), (DicomTag.PatientAge, "PatientAge"), (DicomTag.StudyDate, "StudyDate"),
        (DicomTag.StudyTime, "StudyTime"),
        (new(0x00080050), "AccessionNumber"), (new(0x00080090), "ReferringPhysicianName"), (DicomTag.StudyID, "StudyID"),
        (DicomTag.StudyDescription, "StudyDescription"),
    ];

    /// <summary>What a data set says of itself.</summary>
    public static ImageIdentity Read(DicomDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var (id, issuer) = (dataset.Text(DicomTag.PatientID) ?? "", dataset.Text(new DicomTag(0x00100021)) ?? "");
        return new()
        {
            SopClass = dataset.Uid(DicomTag.SOPClassUID) ?? "",
            Instance = dataset.Uid(DicomTag.SOPInstanceUID) ?? "",
            Study = dataset.Uid(DicomTag.StudyInstanceUID) ?? "",
            Series = dataset.Uid(DicomTag.SeriesInstanceUID) ?? "",
            PatientKey = id.Length > 0 ? $"{id}\0{issuer}"
                : dataset.Text(DicomTag.PatientName) is { } name ? $"\0{name}\0{dataset.Text(DicomTag.PatientBirthDate)}" : "",
            When = $"{Digits(Date(dataset)).PadRight(8, '0')}{Digits(dataset.Text(DicomTag.StudyTime)).PadRight(6, '0')}",
            SeriesNumber = dataset.Number(DicomTag.SeriesNumber) ?? double.MaxValue,
            InstanceNumber = dataset.Number(DicomTag.InstanceNumber) ?? double.MaxValue,
            BurnedIn = dataset.Text(new DicomTag(0x00280301)) == "YES",
            Attributes = Repeated.Select(r => (r.Keyword, Value: dataset.Text(r.Tag))).Where(r => r.Value is not null)
                .ToDictionary(r => r.Keyword, r => r.Value!),
        };
    }

    /// <summary>The study's date, else that of acquisition, of the series or of the content.</summary>
    internal static string? Date(DicomDataset dataset) => dataset.Text(DicomTag.StudyDate) ?? dataset.Text(DicomTag.AcquisitionDate)
        ?? dataset.Text(DicomTag.SeriesDate) ?? dataset.Text(DicomTag.ContentDate);

    static string Digits(string? text) => string.Concat((text ?? "").Where(char.IsAsciiDigit).Take(8));
}
