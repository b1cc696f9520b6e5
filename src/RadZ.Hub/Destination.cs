using RadZ.Files;

namespace RadZ.Hub;

/// <summary>Where a repository's files come to lie.</summary>
abstract class Destination
{
    /// <summary>The folder to give to <c>--model</c>, once everything is there.</summary>
    public abstract string FolderOf(HubListing listing);

    /// <summary>A folder on the right disk for what must not yet be seen.</summary>
    internal abstract string Partials { get; }

    /// <summary>True when the file is there and whole.</summary>
    internal abstract bool Has(HubListing listing, HubFile file, CancellationToken cancel);

    /// <summary>The place a fetched file is moved to.</summary>
    internal abstract string PlaceOf(HubListing listing, HubFile file);

    /// <summary>Makes a file that is in its place visible in the model's folder.</summary>
    internal abstract void Show(HubListing listing, HubFile file);

    /// <summary>All is there.</summary>
    internal abstract void Complete(HubListing listing, string revision);
}

/// <summary>
/// The cache that programs of the hub share: contents by hash in <c>blobs</c>, a folder of links for each commit in <c>snapshots</c>.
/// </summary>
/// <param name="settings">Says where the cache is.</param>
/// <param name="repository">Whose files.</param>
sealed class HubCache(HubSettings settings, RepositoryName repository) : Destination
{
    readonly string _root = RootOf(settings, repository);

    /// <summary>The folder of a repository that was pulled before; null where it was not.</summary>
    public static string? Find(HubSettings settings, RepositoryName repository, string revision = "main")
    {
        var reference = Path.Combine(RootOf(settings, repository), "refs", revision);
        if (!File.Exists(reference)) return null;
        var folder = Path.Combine(RootOf(settings, repository), "snapshots", File.ReadAllText(reference).Trim());
        return Directory.Exists(folder) ? folder : null;
    }

    /// <inheritdoc/>
    public override string FolderOf(HubListing listing) => Path.Combine(_root, "snapshots", listing.Commit);

    internal override string Partials => Path.Combine(_root, "radz-partial");

    internal override string PlaceOf(HubListing listing, HubFile file) => Path.Combine(_root, "blobs", file.Hash);

    internal override bool Has(HubListing listing, HubFile file, CancellationToken cancel) =>
        new FileInfo(PlaceOf(listing, file)) is { Exists: true } blob && blob.Length == file.Size;

    internal override void Show(HubListing listing, HubFile file)
    {
        var link = Path.Combine(FolderOf(listing), file.Path);
        if (File.Exists(link)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        if (new FileInfo(link).LinkTarget is not null) File.Delete(link);          // a link to a content that is gone
        File.CreateSymbolicLink(link, Path.GetRelativePath(Path.GetDirectoryName(link)!, PlaceOf(listing, file)));
    }

    internal override void Complete(HubListing listing, string revision)
    {
        if (revision != listing.Commit) AtomicFile.WriteText(Path.Combine([_root, "refs", .. revision.Split('/')]), listing.Commit);
    }

    static string RootOf(HubSettings settings, RepositoryName repository) =>
        Path.Combine(settings.Cache, $"models--{repository.Owner}--{repository.Name}");
}

/// <summary>A folder with plain files in it.</summary>
/// <param name="folder">Made where it is not there.</param>
sealed class PlainFolder(string folder) : Destination
{
    readonly string _folder = Path.GetFullPath(folder);

    /// <inheritdoc/>
    public override string FolderOf(HubListing listing) => _folder;

    internal override string Partials => Path.Combine(_folder, ".radz-partial");

    internal override string PlaceOf(HubListing listing, HubFile file) => Path.Combine([_folder, .. file.Path.Split('/')]);

    /// <exception cref="InvalidInputException">There is another file of that name.</exception>
    internal override bool Has(HubListing listing, HubFile file, CancellationToken cancel)
    {
        var place = PlaceOf(listing, file);
        if (!File.Exists(place)) return false;
        if (FileSize.Get(place) == file.Size && ContentHash.Compute(place, file, cancel) == file.Hash) return true;
        throw new InvalidInputException(place, "would-overwrite",
            "a file of this name is there with other content than the hub's; move it away, or give another --out.");
    }

    internal override void Show(HubListing listing, HubFile file)
    {
    }

    internal override void Complete(HubListing listing, string revision)
    {
        if (Directory.Exists(Partials)) Directory.Delete(Partials, recursive: true);
    }
}
