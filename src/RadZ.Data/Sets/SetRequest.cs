using RadZ.Text.Knowledge;

namespace RadZ.Data.Sets;

/// <summary>Which part of a set is read, and how much of it.</summary>
/// <param name="Root">The folder in which the set lies as published.</param>
/// <param name="Split">One of the set's splits, or a file (of image names, or one of the derived tables) in the root or anywhere.</param>
sealed record SetRequest(string Root, string Split)
{
    /// <summary>False: the images are not looked for, since scores are at hand; their paths are what they would be.</summary>
    public bool Images { get; init; } = true;

    /// <summary>True: report files are read, where the set has them apart (MIMIC-CXR: a file a study).</summary>
    public bool Reports { get; init; }

    /// <summary>True: films that are known to be lateral or oblique are left out, and counted.</summary>
    public bool FrontalOnly { get; init; }

    /// <summary>True: a split without a usable row is given as it is, instead of refused.</summary>
    public bool AllowEmpty { get; init; }

    /// <summary>Where the columns of a user's own table are looked up; null: the embedded base.</summary>
    public KnowledgeBase? Knowledge { get; init; }

    /// <summary>The path of a split that is a file; null where it is a name.</summary>
    internal string? SplitFile => Split.Contains('.') && FileOf(Split) is { } file ? file : null;

    string? FileOf(string name) =>
        new[] { Path.Combine(Root, name), name }.FirstOrDefault(File.Exists) is { } found ? Path.GetFullPath(found) : null;
}
