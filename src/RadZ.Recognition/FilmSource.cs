using RadZ.Data.Studies;
using RadZ.Files;
using RadZ.Imaging;
using RadZ.Recognition.Images;

namespace RadZ.Recognition;

/// <summary>Where a film comes from: a file, bytes in memory, or a stream. PNG, JPEG, BMP, TIFF and DICOM are known by content.</summary>
public sealed class FilmSource
{
    /// <summary>What a film without a name is called.</summary>
    const string Unnamed = "film";

    readonly Func<long, CancellationToken, Task<InputFile>> _open;

    FilmSource(string name, Func<long, CancellationToken, Task<InputFile>> open)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        (Name, _open) = (name, open);
    }

    /// <summary>What errors and readings call it; a part that says who the patient is is replaced there.</summary>
    public string Name { get; }

    /// <summary>A file.</summary>
    public static FilmSource FromFile(string path) => new(path, (_, _) => Task.FromResult(new InputFile(path, null)));

    /// <summary>Bytes of a whole file. They are not copied and must not change while they are used.</summary>
    public static FilmSource FromBytes(ReadOnlyMemory<byte> film, string name = Unnamed) => new(name, (limit, _) => film.Length > limit
        ? throw ImageErrors.FileTooLarge(name, film.Length, limit) : Task.FromResult(InputFile.InMemory(film, name)));

    /// <summary>
    /// A stream, read once from where it stands to its end and left open. It may be unable to seek, know no length and come in pieces of
    /// any size; more than the most bytes of a film are never held.
    /// </summary>
    public static FilmSource FromStream(Stream film, string name = Unnamed)
    {
        ArgumentNullException.ThrowIfNull(film);
        return new(name, (limit, cancel) => FilmBytes.ReadAsync(film, name, limit, cancel));
    }

    /// <summary>Opens it.</summary>
    /// <exception cref="InvalidInputException">There are too many bytes, or the stream breaks off.</exception>
    internal Task<InputFile> OpenAsync(long limit, CancellationToken cancel) => _open(limit, cancel);
}
