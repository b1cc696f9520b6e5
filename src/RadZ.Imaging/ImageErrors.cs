using RadZ.Files;

namespace RadZ.Imaging;

/// <summary>All that can be wrong with a picture, in words: found, where, expected, next step.</summary>
static class ImageErrors
{
    const string Expected = "expected a PNG, JPEG, BMP, TIFF or DICOM image";

    public static InvalidInputException Missing(string path) =>
        new(path, "missing", $"there is no such file, {Expected}; check the path.");

    public static InvalidInputException Unreadable(string path, Exception cause) =>
        new(path, "unreadable", $"the file cannot be read ({cause.Message}), {Expected}; check its permissions and that no other program " +
            $"holds it.", cause);

    public static InvalidInputException Empty(string path) =>
        new(path, "empty", $"the file has 0 bytes, {Expected}; copy or download it again.");

    public static InvalidInputException NotAnImage(string path, ReadOnlySpan<byte> start) =>
        new(path, "not-an-image",
            $"the file begins with {Describe(start)}, {Expected} (by content, whatever its name); check that it is the file you meant.");

    public static InvalidInputException Unsupported(string path, string found) =>
        new(path, "unsupported", $"found {found}, {Expected} of 8 or 16 bits; convert it to PNG.");

    public static InvalidInputException Truncated(string path, ImageFormat format, string where) =>
        new(path, "truncated", $"the {Name(format)} ends {where}, expected the whole picture; copy or download the file again.");

    public static InvalidInputException Corrupt(string path, ImageFormat format, string found, Exception? cause = null) =>
        new(path, "corrupt", $"the {Name(format)} is damaged: {found}; copy the file again or export it anew.", cause);

    public static InvalidInputException FileTooLarge(string path, long bytes, long limit) =>
        new(path, "too-large", $"the file has {bytes:N0} bytes, expected at most {limit:N0}; export the picture at a smaller size.");

    /// <summary>Refuses a header whose picture breaks a limit, or has no pixels.</summary>
    public static void Require(string path, ImageHeader header, ImageLimits limits)
    {
        if (header.Width < 1 || header.Height < 1)
            throw Corrupt(path, header.Format, $"its header says {header.Width} x {header.Height} pixels, expected at least 1 x 1");
        if (Math.Min(header.Width, header.Height) < limits.MinSide)
            throw new InvalidInputException(path, "too-small",
                $"the {Name(header.Format)} has {header.Width} x {header.Height} pixels, expected at least {limits.MinSide} a side; " +
                "check that it is the file you meant.");
        if ((long)Math.Max(header.Width, header.Height) > (long)Math.Min(header.Width, header.Height) * limits.MaxAspect)
            throw new InvalidInputException(path, "too-narrow",
                $"the {Name(header.Format)} has {header.Width:N0} x {header.Height:N0} pixels, expected no side above " +
                $"{limits.MaxAspect} times the other; crop it to the chest.");
        if (header.Width > limits.MaxSide || header.Height > limits.MaxSide || (long)header.Width * header.Height > limits.MaxPixels)
            throw new InvalidInputException(path, "too-large",
                $"the {Name(header.Format)} header says {header.Width:N0} x {header.Height:N0} pixels, expected at most " +
                $"{limits.MaxSide:N0} a side and {limits.MaxPixels:N0} in all; scale the picture down first.");
    }

    public static string Name(ImageFormat format) => format == ImageFormat.Jpeg ? "JPEG" : format.ToString().ToUpperInvariant();

    static string Describe(ReadOnlySpan<byte> start)
    {
        var head = start[..Math.Min(start.Length, 16)];
        return head.ContainsAnyExceptInRange((byte)' ', (byte)'~')
            ? $"the bytes {Convert.ToHexString(head)}"
            : $"the text \"{System.Text.Encoding.ASCII.GetString(head)}\"";
    }
}
