using System.Buffers.Binary;
using System.Text;
using RadZ.Imaging;
using RadZ.Imaging.Dicom.DataSets;

namespace RadZ.Data.Studies;

/// <summary>
/// The texts of one file that say who the patient is, where and when: names, identifiers, dates, addresses, comments, whatever is private,
/// and UIDs. They are kept to find them in what would be shown: a path, a message, a maker's name.
/// </summary>
sealed class IdentifyingTexts
{
    /// <summary>Bytes of a damaged file that are looked through.</summary>
    const int ScannedBytes = 1 << 20;

    static readonly HashSet<string> s_keywords =
    [
        "PatientID", "OtherPatientIDs", "PatientAddress", "PatientTelephoneNumbers", "MedicalRecordLocator", "AccessionNumber", "StudyID",
        "InstitutionName", "InstitutionAddress",
        "InstitutionalDepartmentName", "StationName", "AdmissionID", "DeviceSerialNumber", "RequestedProcedureID",
        "ScheduledProcedureStepID", "PerformedProcedureStepID", "ModifyingSystem",
        "PatientInsurancePlanCodeSequence", "IssuerOfPatientID", "PatientComments", "ImageComments", "MilitaryRank", "Occupation",
        "RegionOfResidence", "CountryOfResidence",
        "PlacerOrderNumberImagingServiceRequest", "FillerOrderNumberImagingServiceRequest", "CurrentPatientLocation",
        "PatientInstitutionResidence", "DetectorID", "PlateID", "CassetteID",
    ];

    readonly HashSet<string> _texts = [], _keys = [], _names = [];

    /// <summary>Of a data set, nested and private elements too.</summary>
    public static IdentifyingTexts Collect(DicomDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var found = new IdentifyingTexts();
        foreach (var (owner, element) in dataset.Walk())
            if (Identifies(element.Tag, element.Vr))
                foreach (var text in owner.Texts(element)) found.Add(text, element.Vr == Vr.PN);
        return found;
    }

    /// <summary>Of a file that cannot be read: every text that stands in it as an element would, in explicit or implicit form.</summary>
    public static IdentifyingTexts CollectFromDamaged(string path) => CollectFromDamaged(ImageSource.OfFile(path));

    /// <summary>The same of a file or of bytes in memory.</summary>
    internal static IdentifyingTexts CollectFromDamaged(ImageSource source)
    {
        var found = new IdentifyingTexts();
        byte[] bytes;
        try
        {
            using var file = source.Open();
            bytes = new byte[(int)Math.Min(file.Length, ScannedBytes)];
            file.ReadExactly(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return found;
        }
        for (var at = 0; at + 8 <= bytes.Length; at += 2) found.Scan(bytes, at);
        return found;
    }

    /// <summary>No texts.</summary>
    public static IdentifyingTexts None { get; } = new();

    void Scan(byte[] bytes, int at)
    {
        var (group, number) = (BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at)),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 2)));
        if (group is < 8 or > 0x4010) return;
        var tag = new DicomTag(group, number);
        var (first, second) = ((char)bytes[at + 4], (char)bytes[at + 5]);
        int length;
        Vr vr;
        if (char.IsAsciiLetterUpper(first) && char.IsAsciiLetterUpper(second) && Enum.TryParse($"{first}{second}", out vr))
            length = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 6));
        else
        {
            if (tag.Keyword is null) return;
            vr = DicomDictionary.VrOf(tag);
            length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 4));
        }
        if (length is < 2 or > 1024 || !vr.IsText() || !Identifies(tag, vr)) return;
        var value = bytes.AsSpan(at + 8, Math.Min(length, bytes.Length - at - 8));
        foreach (var encoding in (Encoding[])[Encoding.UTF8, Encoding.Latin1])
            foreach (var text in encoding.GetString(value).Split('\\')) Add(text.Trim(' ', '\0'), vr == Vr.PN);
    }

    static bool Identifies(DicomTag tag, Vr vr) =>
        vr is Vr.PN or Vr.DA or Vr.DT
        || (vr == Vr.UI && tag.Group != 2 && tag != DicomTag.SOPClassUID)
        || (tag.IsPrivate && vr.IsText() && vr is not (Vr.CS or Vr.IS or Vr.DS))
        || tag == DicomTag.PatientAge
        || (vr.IsText() && tag.Keyword is { } keyword && s_keywords.Contains(keyword));

    void Add(string text, bool name)
    {
        if (text.StartsWith("1.2.840.10008.", StringComparison.Ordinal)) return;    // a word of the standard, not of a patient
        if (text.Trim().Length < 3) return;
        _texts.Add(text.Trim());
        if (Key(text) is { Length: >= 4 } key) _keys.Add(key);
        if (!name) return;
        foreach (var part in text.Split('^', '=', ' ', ',').Select(Key).Where(p => p.Length >= 3)) _names.Add(part);
    }

    /// <summary>
    /// True where <paramref name="shown"/> holds one of the texts, whatever its case and signs, or a part of a name as a word.
    /// </summary>
    public bool OccursIn(string shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        var key = Key(shown);
        return _keys.Any(k => key.Contains(k, StringComparison.Ordinal)) || (_names.Count > 0 && Words(shown).Any(_names.Contains));
    }

    /// <summary>The text with each of the file's own replaced.</summary>
    public string Scrub(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var own in _texts.OrderByDescending(t => t.Length))
            text = text.Replace(own, "[hidden]", StringComparison.OrdinalIgnoreCase);
        return text;
    }

    /// <summary>The path with each part that says who the patient is replaced by its pseudonym; an ending stays.</summary>
    public string ShownPath(string path, Pseudonyms pseudonyms)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (_keys.Count == 0 && _names.Count == 0) return path;
        return string.Join('/', path.Split('/').Select(part =>
        {
            if (!OccursIn(part)) return part;
            var ending = Path.GetExtension(part);
            return $"hidden-{pseudonyms.PseudonymFor("path", part)}" +
                $"{(ending.Length is > 1 and <= 6 && !OccursIn(ending) && !ending.Any(char.IsAsciiDigit) ? ending : "")}";
        }));
    }

    static string Key(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    static IEnumerable<string> Words(string text)
    {
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var inside = i < text.Length && char.IsLetterOrDigit(text[i]);
            if (inside && start < 0) start = i;
            if (inside || start < 0) continue;
            yield return text[start..i].ToUpperInvariant();
            start = -1;
        }
    }
}
