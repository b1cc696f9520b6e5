using RadZ.Files;

namespace RadZ.Recognition.Reporting;

/// <summary>Where reports of studies go; null: nowhere.</summary>
/// <param name="StructuredReport">DICOM Structured Reports: a file for one study, a folder for several.</param>
/// <param name="SecondaryCapture">Secondary Captures: the same.</param>
/// <param name="Fhir">FHIR bundles: a file for all studies, or a folder.</param>
sealed record ReportTargets(string? StructuredReport, string? SecondaryCapture, string? Fhir)
{
    /// <summary>True where anything is wanted.</summary>
    public bool Any => StructuredReport is not null || SecondaryCapture is not null || Fhir is not null;

    /// <summary>Throws where several studies would go into one file.</summary>
    public void RequireRoom(int studies)
    {
        foreach (var (option, target) in ((string, string?)[])[("‹dicom-sr›", StructuredReport), ("‹dicom-sc›", SecondaryCapture)])
            if (target is not null && studies > 1 && !IsFolder(target))
                throw new InvalidInputException(option, "one-file",
                    $"{target} is one file, and these are {studies:N0} studies; give a folder (a name that ends in /), or one study.");
    }

    /// <summary>A folder that is there, or a name that ends as one.</summary>
    public static bool IsFolder(string target) => target.EndsWith('/') || Directory.Exists(target);
}
