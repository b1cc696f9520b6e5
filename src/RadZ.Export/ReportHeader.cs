using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RadZ.Data.Studies;

namespace RadZ.Export;

/// <summary>
/// Who and what a report says it is about: by default pseudonyms, years and ages up to 90; where the user asks for it, the true patient,
/// study and UIDs, so that the archive files the report with its study.
/// </summary>
sealed class ReportHeader
{
    readonly IReadOnlyDictionary<string, string> _attributes;
    readonly Pseudonyms? _pseudonyms;
    readonly StudyReport _report;

    ReportHeader(StudyReport report, IReadOnlyDictionary<string, string> attributes, Pseudonyms? pseudonyms) =>
        (_report, _attributes, _pseudonyms) = (report, attributes, pseudonyms);

    /// <summary>The header of a report.</summary>
    /// <param name="report">Its views must be of DICOM files where it goes out as DICOM.</param>
    /// <param name="pseudonyms">Makes the pseudonyms.</param>
    /// <param name="identified">True repeats what the files say.</param>
    public static ReportHeader Create(StudyReport report, Pseudonyms pseudonyms, bool identified)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(pseudonyms);
        if (identified) return new(report, report.Lead.Identity?.Attributes ?? new Dictionary<string, string>(), null);
        var record = report.Lead.Record;
        var patient = record?.Patient ?? "";
        var attributes = new Dictionary<string, string>
        {
            ["PatientName"] = patient.Length > 0 ? $"Pseudonym^{patient}" : "",
            ["PatientID"] = patient,
            ["PatientSex"] = record?.Sex ?? "",
            ["PatientAge"] = record?.Age is { } age ? $"{age.TrimEnd('+').PadLeft(3, '0')}Y" : "",
            ["StudyDate"] = record?.Year is { } year ? $"{year:0000}0101" : "",
        };
        return new(report, attributes, pseudonyms);
    }

    /// <summary>True where names were replaced.</summary>
    public bool IsDeidentified => _pseudonyms is not null;

    /// <summary>How, for (0012,0063).</summary>
    public const string Method = "names removed, IDs and UIDs by keyed hash, years only, age to 90";

    /// <summary>An attribute by its keyword; empty where unknown.</summary>
    public string this[string keyword] => _attributes.GetValueOrDefault(keyword, "");

    /// <summary>The study's UID; of files without one, made of the first file.</summary>
    public string Study => Uid(_report.Lead.Identity is { Study.Length: > 0 } i ? i.Study : $"study of {_report.Lead.Key}");

    /// <summary>The series of a view.</summary>
    public string SeriesOf(SourceImage image) => Uid(image.Identity is { Series.Length: > 0 } i ? i.Series : $"series of {image.Key}");

    /// <summary>The instance of a view.</summary>
    public string InstanceOf(SourceImage image) => Uid(image.Identity is { Instance.Length: > 0 } i ? i.Instance : $"image {image.Key}");

    /// <summary>The kind of object that a view is.</summary>
    public static string ClassOf(SourceImage image) =>
        image.Identity is { SopClass.Length: > 0 } i ? i.SopClass : "1.2.840.10008.5.1.4.1.1.7";

    /// <summary>Views by series, for evidence.</summary>
    public IEnumerable<IGrouping<string, SourceImage>> BySeries => _report.Views.Select(v => v.Source).GroupBy(SeriesOf);

    /// <summary>A UID of something new: the same for the same study, content and time.</summary>
    public string New(string what)
    {
        var content = string.Join('\n',
            _report.Findings.Select(f => $"{f.Disease}\t{f.Score:R}\t{f.Probability:R}")
                .Prepend($"{what}\t{Study}\t{_report.Model.Hash}\t{_report.Made:O}"));
        return HashedUid(content);
    }

    /// <summary>The day of the report, as DICOM writes it.</summary>
    public string Day => _report.Made.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>The time of the report, as DICOM writes it.</summary>
    public string Time => _report.Made.ToString("HHmmss", CultureInfo.InvariantCulture);

    string Uid(string uid) => _pseudonyms is { } p ? p.Uid(uid) : IsUid(uid) ? uid : HashedUid(uid);

    /// <summary>The first 128 bits of a text's SHA-256 as a number below 2.25, where UIDs of UUIDs live (DICOM PS3.5 B.2).</summary>
    static string HashedUid(string text)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16);
        return $"2.25.{new System.Numerics.BigInteger(bytes, isUnsigned: true, isBigEndian: true)}";
    }

    static bool IsUid(string text) => text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiDigit(c) || c == '.');
}
